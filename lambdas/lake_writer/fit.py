"""Whether a body fits the columns of its table, value by value: DuckDB alone would round 7.5 to 8 and take 1 for true.

The usual body is only looked at. One with numbers as text, or with fields that the schema does not know, is cleaned as
the codec does it for the edge, so that both say the same of it.
"""

from functools import cache
from typing import Annotated, Any, NamedTuple

import msgspec
import orjson
from google.protobuf.descriptor import Descriptor

from lambdas.common.body import LARGEST_BODY, BadBody, parse
from lambdas.common.clean import Unrepresentable, clean
from lambdas.common.columns import (
    BIGINT,
    BOOLEAN,
    DOUBLE,
    INTEGER,
    TEXT,
    Column,
    ListOf,
    MapOf,
    Struct,
    Type,
    columns_of,
)
from lambdas.common.shape import shape_of

_SCALARS: dict[Type, Any] = {
    BOOLEAN: bool,
    INTEGER: Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)],
    BIGINT: Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)],
    DOUBLE: float,
    TEXT: str,
}


class Misfit(ValueError):
    """A body that no row can hold; the message says where and why."""


class Fitting(NamedTuple):
    """A body as DuckDB reads it, on one line; its values by name; how many unknown fields were left out."""

    body: bytes
    record: Any
    unknown: int


def fit(message: Descriptor, body: bytes) -> Fitting:
    """Look at the body of a record of this message type. Raises Misfit."""
    decoder = _decoder(message)
    try:
        if b"\n" in body or b"\r" in body:
            body = msgspec.json.format(body, indent=-1)
        if len(body) <= LARGEST_BODY:
            return Fitting(body, decoder.decode(body), 0)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        pass  # `clean` tells what is wrong with it, or mends it
    try:
        cleaned, unknown = clean(shape_of(message), parse(body))
        body = orjson.dumps(cleaned)
        return Fitting(body, decoder.decode(body), len(unknown))
    except (BadBody, Unrepresentable, msgspec.DecodeError, orjson.JSONEncodeError, RecursionError) as error:
        raise Misfit(str(error)) from error


@cache
def _decoder(message: Descriptor) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(_record(columns_of(message)))


@cache
def _record(columns: tuple[Column, ...]) -> type[Any]:
    return msgspec.defstruct(
        "Record",
        [(column.name, _type(column.type) | None, None) for column in columns],
        rename={column.name: column.key for column in columns},
        forbid_unknown_fields=True,
        gc=False,  # trees of values have no cycles
    )


def _type(kind: Type) -> Any:
    match kind:
        case ListOf(item):
            return list[_type(item)]  # type: ignore[misc]  # made at run time
        case MapOf(value):
            return dict[str, _type(value)]  # type: ignore[misc]
        case Struct(columns):
            return _record(columns)
    return _SCALARS[kind]
