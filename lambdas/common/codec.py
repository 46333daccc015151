"""Turns what TMDB answers into what lies at the edge, and back.

An edge object is one lz4 frame around one protobuf message: `Movie` of proto/tmdb/v1/movie.proto for the
dataset `movie`, and so on. A body comes back value by value, where null is the same as a missing key, 7 the
same as 7.0, and a number written as text the same as the number. Nothing else is forgiven: "" is not null,
and [] is not a missing list. What the schema does not know is left out and reported; what a field cannot hold
is an error.

The usual body takes the fast path: the parsed JSON goes into protobuf's constructor as it is, and `check` looks at
what that takes too easily. Only when one of the two balks does `clean` go through the body field by field.
"""

from typing import Any, NamedTuple

from google.protobuf.message import DecodeError, Message

from lambdas.common.body import LARGEST_BODY, BadBody, parse
from lambdas.common.check import Unusual, check_of
from lambdas.common.clean import Unrepresentable, clean
from lambdas.common.datasets import DATASETS
from lambdas.common.frame import BadBlob, pack, unpack
from lambdas.common.presence import exceptions, to_dict
from lambdas.common.shape import Shape, shape_of
from proto.tmdb.v1.common_pb2 import Envelope
from proto.tmdb.v1.episode_pb2 import Episode
from proto.tmdb.v1.reviews_pb2 import Reviews
from proto.tmdb.v1.season_pb2 import Season

__all__ = [
    "LARGEST_BODY",
    "BadBlob",
    "BadBody",
    "Encoded",
    "Metadata",
    "Unrepresentable",
    "convert",
    "decode",
    "encode",
    "message_type",
    "metadata",
    "parse",
    "read",
]

SCHEMA_VERSION = 1
SOURCE = "themoviedb.org"

_PARTS: dict[str, type[Message]] = {"season": Season, "episode": Episode, "reviews": Reviews}


class Encoded(NamedTuple):
    """An edge object, and patterns (`production_companies[].foo`) of the body's fields that it leaves out."""

    blob: bytes
    unknown: tuple[str, ...]


class Metadata(NamedTuple):
    """What an edge object says about itself. `fetched_at` is in Unix seconds."""

    dataset: str
    schema_version: int
    fetched_at: int
    source: str


def encode(dataset: str, body: bytes, *, fetched_at: int) -> bytes:
    """Return the edge object of a body; `fetched_at` in Unix seconds. Raises BadBody or Unrepresentable."""
    return convert(dataset, parse(body), fetched_at=fetched_at).blob


def convert(dataset: str, body: dict[str, Any], *, fetched_at: int) -> Encoded:
    """Encode a body that is parsed already, and say what was left out. Raises Unrepresentable.

    The body stays as it was. It holds what a JSON parser makes, and numbers are the doubles that JSON has.
    """
    kind = message_type(dataset)
    shape = shape_of(kind.DESCRIPTOR)
    unknown: tuple[str, ...] = ()
    try:
        message = _build(kind, shape, body)
    except (ValueError, TypeError, OverflowError, Unusual):
        cleaned, unknown = clean(shape, body)
        if unknown:
            _check_kind(dataset, body)
        message = _build(kind, shape, cleaned)
    meta = message.meta
    meta.schema_version = SCHEMA_VERSION
    meta.fetched_at = fetched_at
    meta.source = SOURCE
    meta.dataset = dataset
    return Encoded(pack(message.SerializeToString(deterministic=True)), unknown)


def _check_kind(dataset: str, body: dict[str, Any]) -> None:
    """Raise Unrepresentable when a body is of another kind: another one knows more of its fields, or none does any."""
    known = {name: len(shape_of(message_type(name).DESCRIPTOR).by_key.keys() & body) for name in (*DATASETS, *_PARTS)}
    likest = max(known, key=known.__getitem__)
    if known[likest] > known[dataset]:
        raise Unrepresentable("", f"it has the fields of {likest}, not of {dataset}")
    if not known[dataset]:
        raise Unrepresentable("", f"it has no field of {dataset}")


def _build(kind: type[Any], shape: Shape, body: dict[str, Any]) -> Any:
    fields = body
    for key, name in shape.renamed.items():
        if key in fields:
            fields = dict(fields)
            fields[name] = fields.pop(key)
    message = kind(**fields)
    broken = check_of(kind.DESCRIPTOR)(body)
    if broken:
        for path, rows in exceptions(shape, body, broken):
            message.meta.exceptions.add(path=path, rows=rows)
    return message


def decode(dataset: str, blob: bytes) -> dict[str, Any]:
    """Return the body in an edge object of `dataset`, under TMDB's own field names. Raises BadBlob."""
    message = read(dataset, blob)
    rows = {exception.path: frozenset(exception.rows) for exception in message.meta.exceptions}
    return to_dict(shape_of(message.DESCRIPTOR), message, rows)


def read(dataset: str, blob: bytes) -> Any:
    """Return the protobuf message in an edge object of `dataset`. Raises BadBlob."""
    message = _parsed(message_type(dataset), blob)
    if message.meta.dataset != dataset:
        raise BadBlob(f"the object is of dataset {message.meta.dataset!r}, not {dataset!r}")
    return message


def metadata(blob: bytes) -> Metadata:
    """Return what an edge object of any dataset says about itself. Raises BadBlob."""
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


def message_type(dataset: str) -> type[Message]:
    """Return the message of a dataset, or of a part stored on its own. Raises ValueError for others."""
    if dataset in DATASETS:
        return DATASETS[dataset].message
    if dataset in _PARTS:
        return _PARTS[dataset]
    raise ValueError(f"there is no dataset {dataset!r}; there are {', '.join([*DATASETS, *_PARTS])}")
