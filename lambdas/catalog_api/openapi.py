"""The OpenAPI document of the API; its schemas are the messages of proto/tmdb/v1/catalog.proto.

Powertools would derive one from types, but with pydantic: a third of the zip and a fifth of a second of each cold
start, to check what is checked in query.py and record.py anyway.
"""

from collections.abc import Mapping
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from lambdas.catalog_api.query import DEFAULT_MOVIES, LONGEST, MOST_MOVIES, SHORTEST, TERMS, Sort
from lambdas.common.catalog.record import FIRST_YEAR, LAST_YEAR
from lambdas.common.catalog.store import CHUNK
from proto.tmdb.v1.catalog_pb2 import CatalogDrop, CatalogMovie, CatalogPage

Json = dict[str, Any]

ATTRIBUTION = "This product uses TMDB and the TMDB APIs but is not endorsed, certified, or otherwise approved by TMDB."
"""TMDB's own words, to be shown wherever its data is."""

_SCALARS: Mapping[int, Json] = {
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_DOUBLE: {"type": "number", "format": "double"},
    FieldDescriptor.TYPE_INT32: {"type": "integer", "format": "int32"},
    FieldDescriptor.TYPE_INT64: {"type": "integer", "format": "int64"},
    FieldDescriptor.TYPE_STRING: {"type": "string"},
}
_ALWAYS: Mapping[type[Message], set[str]] = {
    CatalogMovie: {"id", "title", "cast_count", "popularity", "fetched_at"},
    CatalogPage: {"total", "total_is_estimate"},
}
"""Fields that are never left out, besides lists."""


def document() -> Json:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Movies",
            "version": "1",
            "summary": "Search your own, always fresh copy of The Movie Database",
            "description": ATTRIBUTION,
        },
        "paths": {
            "/movies": {"get": _search(), "post": _post()},
            "/movies/{id}": {"get": _movie()},
            "/health": {"get": _status("Whether the API is up; the database is not asked, so it can sleep on")},
            "/ready": {"get": _status("Whether the database answers", away=True)},
        },
        "components": {
            "schemas": {
                "CatalogMovie": schema(CatalogMovie),
                "CatalogPage": schema(CatalogPage),
                "CatalogDrop": _drop(),
                "Problem": _object({"message": {"type": "string"}}),
                "Posted": _posted(),
            },
            "securitySchemes": {
                "iam": {
                    "type": "apiKey",
                    "name": "Authorization",
                    "in": "header",
                    "description": "Signature Version 4 of an identity that may execute-api:Invoke",
                }
            },
        },
    }


def schema(message: type[Message]) -> Json:
    """The schema of a message: its fields under their own names, lists always there."""
    fields, always = message.DESCRIPTOR.fields, _ALWAYS.get(message, ())
    properties = {field.name: _field(field) for field in fields}
    required = [field.name for field in fields if field.is_repeated or field.name in always]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _field(field: Any) -> Json:
    kind = {"$ref": f"#/components/schemas/{field.message_type.name}"} if field.message_type else _SCALARS[field.type]
    return {"type": "array", "items": dict(kind)} if field.is_repeated else dict(kind)


def _drop() -> Json:
    """What may be posted: other keys are left alone, and each field may be null for unknown."""
    made = schema(CatalogDrop)
    made["properties"]["year"] |= {"minimum": FIRST_YEAR, "maximum": LAST_YEAR}
    made["properties"]["tmdb_id"] |= {"minimum": 1}
    made["properties"]["title"] |= {"minLength": 1}
    return made | {
        "required": ["title"],
        "anyOf": [{"required": ["year"]}, {"required": ["tmdb_id"]}],
        "additionalProperties": True,
    }


def _posted() -> Json:
    count = {"type": "integer", "minimum": 0}
    reject = _object({"position": {"type": "integer", "minimum": 1}, "reason": {"type": "string"}})
    return _object(
        {
            "stored": count | {"description": "rows that are new, or other than they were"},
            "rejected": {"type": "array", "items": reject},
            "respelled": {"type": "object", "additionalProperties": count},
        }
    )


def _object(properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _search() -> Json:
    term = {"type": "string", "minLength": SHORTEST, "maxLength": LONGEST}
    whole = {"type": "integer"}
    parameters = [
        *(
            _parameter(name, term, f"a part of the {name}'s name; case and accents make no difference")
            for name in TERMS
        ),
        _parameter("year", whole | {"minimum": FIRST_YEAR, "maximum": LAST_YEAR}, "of the first release"),
        _parameter("sort", {"type": "string", "enum": list(Sort), "default": Sort.POPULARITY}, "what comes first"),
        _parameter("limit", whole | {"minimum": 1, "maximum": MOST_MOVIES, "default": DEFAULT_MOVIES}, "of the page"),
        _parameter("cursor", {"type": "string", "minLength": 1}, "`next` of the page before, with the same sort"),
    ]
    return {
        "operationId": "search",
        "summary": "Movies that have all that is asked for",
        "parameters": parameters,
        "responses": _answers("CatalogPage", 400, 503),
    }


def _movie() -> Json:
    id = {"type": "integer", "format": "int64", "minimum": 1}
    return {
        "operationId": "movie",
        "summary": "One movie with all its cast",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": id}],
        "responses": _answers("CatalogMovie", 400, 404, 503),
    }


def _post() -> Json:
    movie = {"$ref": "#/components/schemas/CatalogDrop"}
    many = {"type": "array", "items": movie, "minItems": 1, "maxItems": CHUNK}
    return {
        "operationId": "post",
        "summary": "Add movies, or replace what is known of them; good ones are kept when others are not",
        "security": [{"iam": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"anyOf": [movie, many]}}}},
        "responses": _answers("Posted", 400, 403, 503),
    }


def _status(summary: str, *, away: bool = False) -> Json:
    ok = _content(_object({"status": {"const": "ok"}}))
    return {"summary": summary, "responses": {"200": ok} | (_problems(503) if away else {})}


def _parameter(name: str, kind: Json, description: str) -> Json:
    return {"name": name, "in": "query", "description": description, "schema": kind}


def _answers(name: str, *problems: int) -> Json:
    return {"200": _content({"$ref": f"#/components/schemas/{name}"})} | _problems(*problems)


def _problems(*statuses: int) -> Json:
    answer = _content({"$ref": "#/components/schemas/Problem"})
    wait = {"headers": {"Retry-After": {"description": "seconds", "schema": {"type": "integer", "minimum": 1}}}}
    return {str(status): answer | (wait if status == 503 else {}) for status in statuses}


def _content(kind: Json) -> Json:
    return {"description": "", "content": {"application/json": {"schema": kind}}}
