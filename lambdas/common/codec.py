"""Turns what TMDB answers into what lies at the edge, and back.

An edge object is one lz4 frame around one protobuf message: dataset `movie` is the message `Movie` of
proto/tmdb/v1/movie.proto, and so on. A body survives the way there and back value by value, where null is the same as a
missing key, 7 the same as 7.0, and a number as text the same as the number. Nothing else is forgiven: "" is not null, [] is
not a missing list. What the schema does not know is left out and reported; what a field cannot hold is an error.

The usual body takes the fast path: the parsed JSON goes into protobuf's constructor as it is. Only when that fails does
`clean` go through it field by field.
"""

import importlib
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from google.protobuf.message import DecodeError, Message

from lambdas.common.clean import Unrepresentable, clean
from lambdas.common.frame import BadBlob, pack, unpack
from lambdas.common.presence import Unusual, exceptions, to_dict
from lambdas.common.shape import Shape, shape_of
from proto.tmdb.v1.common_pb2 import Envelope

__all__ = [
    "BadBlob", "BadBody", "Encoded", "Metadata", "Unrepresentable",
    "convert", "decode", "encode", "message_type", "metadata", "parse", "read",
]  # fmt: skip

SCHEMA_VERSION = 1
SOURCE = "themoviedb.org"
LARGEST_BODY = 32 * 1024 * 1024  # bytes; the largest real body is a few megabytes


class BadBody(ValueError):
    """These bytes are not a JSON object, or a far too large one."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """An edge object, and the patterns (`production_companies[].foo`) of the fields of the body that it leaves out."""

    blob: bytes
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What an edge object says about itself. `fetched_at` is in Unix seconds."""

    dataset: str
    schema_version: int
    fetched_at: int
    source: str


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`; raises BadBody."""
    if len(body) > LARGEST_BODY:
        raise BadBody(f"the body has {len(body)} bytes, more than {LARGEST_BODY}")
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadBody(f"the body is not JSON: {error}") from error
    if type(parsed) is not dict:
        raise BadBody("the body is JSON, but not an object")
    return parsed


def encode(dataset: str, body: bytes, *, fetched_at: int) -> bytes:
    """The edge object of a body; `fetched_at` in Unix seconds. Raises BadBody or Unrepresentable."""
    return convert(dataset, parse(body), fetched_at=fetched_at).blob


def convert(dataset: str, body: dict[str, Any], *, fetched_at: int) -> Encoded:
    """The edge object of a body that `parse` parsed, which is left as it was, and what it leaves out. Raises Unrepresentable."""
    kind = message_type(dataset)
    shape = shape_of(kind.DESCRIPTOR)
    unknown: tuple[str, ...] = ()
    try:
        message = _build(kind, shape, body)
    except (ValueError, TypeError, OverflowError, Unusual):
        cleaned, unknown = clean(shape, body)
        message = _fill(kind, shape, cleaned)
    meta = message.meta
    meta.schema_version = SCHEMA_VERSION
    meta.fetched_at = fetched_at
    meta.source = SOURCE
    meta.dataset = dataset
    return Encoded(pack(message.SerializeToString(deterministic=True)), unknown)


def _build(kind: type[Any], shape: Shape, body: dict[str, Any]) -> Any:
    if not shape.reserved.isdisjoint(body):
        raise Unusual
    if not shape.renamed.keys().isdisjoint(body):
        body = {shape.renamed.get(key, key): value for key, value in body.items()}
    return _fill(kind, shape, body)


def _fill(kind: type[Any], shape: Shape, fields: dict[str, Any]) -> Any:
    message = kind(**fields)
    for path, rows in exceptions(shape, [fields]):
        message.meta.exceptions.add(path=path, rows=rows)
    return message


def decode(dataset: str, blob: bytes) -> dict[str, Any]:
    """The body that `encode` was given, under TMDB's own field names. Raises BadBlob."""
    message = read(dataset, blob)
    rows = {exception.path: frozenset(exception.rows) for exception in message.meta.exceptions}
    return to_dict(shape_of(message.DESCRIPTOR), message, rows)


def read(dataset: str, blob: bytes) -> Any:
    """The protobuf message in an edge object of `dataset`. Raises BadBlob."""
    message = _parsed(message_type(dataset), blob)
    if message.meta.dataset != dataset:
        raise BadBlob(f"the object is of dataset {message.meta.dataset!r}, not {dataset!r}")
    return message


def metadata(blob: bytes) -> Metadata:
    """What an edge object of any dataset says about itself. Raises BadBlob."""
    meta = _parsed(Envelope, blob).meta
    return Metadata(meta.dataset, meta.schema_version, meta.fetched_at, meta.source)


def _parsed(kind: type[Any], blob: bytes) -> Any:
    try:
        message = kind.FromString(unpack(blob))
    except DecodeError as error:
        raise BadBlob(f"the frame holds no {kind.__name__}: {error}") from error
    if not message.meta.dataset:
        raise BadBlob(f"the frame holds no {kind.__name__}: it does not say what it is")
    return message


@cache
def message_type(dataset: str) -> type[Message]:
    """The message of a dataset, found by its name: `movie` is `Movie` of proto/tmdb/v1/movie.proto. Raises ValueError."""
    try:
        if not dataset.isidentifier():
            raise ImportError(dataset)
        module = importlib.import_module(f"proto.tmdb.v1.{dataset}_pb2")
        found: type[Message] = getattr(module, dataset.capitalize())
    except (ImportError, AttributeError) as error:
        raise ValueError(f"there is no message for dataset {dataset!r} in proto/tmdb/v1") from error
    return found
