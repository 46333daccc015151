"""The document: it describes what is served, in the fields of the messages, and what is served keeps to it."""

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from google.protobuf.message import Message
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from lambdas.catalog_api.openapi import document, schema
from lambdas.catalog_api.query import PARAMETERS
from local.catalog import gateway
from proto.tmdb.v1.catalog_pb2 import CatalogDrop, CatalogMovie, CatalogPage
from tests.unit.catalog_api.world import Api

ROWS = [
    {"title": f"Movie {i}", "year": 1980 + i % 40, "cast": ["Bob Ross", "Łukasz Żak"], "genres": ["Drama", "sci-fi"]}
    for i in range(60)
]


@pytest.mark.parametrize("message", [CatalogMovie, CatalogPage, CatalogDrop])
def test_schemas_are_the_messages(message: type[Message]) -> None:
    """Each field of a message is a property of its schema, under its name, and there is no other."""
    assert list(schema(message)["properties"]) == [field.name for field in message.DESCRIPTOR.fields]


def test_every_parameter_is_described() -> None:
    """What a search may ask for is in the document."""
    described = [parameter["name"] for parameter in document()["paths"]["/movies"]["get"]["parameters"]]
    assert set(described) == set(PARAMETERS)


@pytest.fixture
def url(movies: Api) -> Iterator[str]:
    """The API on loopback, with movies."""
    movies.post(ROWS)
    with gateway.serving(movies.handle) as root:
        yield root


CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]


def test_what_is_served_keeps_to_the_document(url: str) -> None:
    """Whatever the document lets a client ask, and much that it does not: described answers, and never a 5xx."""
    asked = set()
    for result in schemathesis.openapi.from_url(f"{url}/openapi.json").get_all_operations():
        assert isinstance(result, Ok), result  # the document is one that schemathesis understands
        operation = result.ok()
        modes = [schemathesis.GenerationMode.POSITIVE]
        if operation.path.startswith("/movies"):  # the others take nothing that could be wrong
            modes.append(schemathesis.GenerationMode.NEGATIVE)
        for mode in modes:
            strategy = operation.as_strategy(generation_mode=mode)

            @hypothesis.given(case=strategy)
            @hypothesis.settings(
                max_examples=60, database=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck)
            )
            def ask(case: schemathesis.Case[Any]) -> None:
                case.call_and_validate(checks=CHECKS)

            ask()
            asked.add((operation.label, mode.value))
    assert len(asked) == 8
