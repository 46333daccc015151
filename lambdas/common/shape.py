"""What the codec needs to know of a protobuf message, read from its descriptor once: its fields under TMDB's own keys, and
which of them protobuf's constructor would take without telling a difference that matters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from proto.tmdb.v1.common_pb2 import absent_when_empty

_INTS = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `name` in the message, `key` in TMDB's JSON, and exactly one of the four kinds of value.

    `whole` is the range of an integer field, `shape` the message of a message field (the values, if it is a map).
    """

    name: str
    key: str
    repeated: bool
    is_map: bool
    absent_when_empty: bool
    whole: tuple[int, int] | None
    is_double: bool
    is_bool: bool
    shape: Shape | None


@dataclass(frozen=True, slots=True)
class Shape:
    """One message type.

    `renamed` are its fields whose key protobuf cannot spell; `reserved` the names a body must not use as keys (our own
    `meta`, and protobuf's spelling of the former). `plain` says that there is nothing to look at in here or below.
    """

    name: str
    by_key: dict[str, Field]
    by_name: dict[str, Field]
    renamed: dict[str, str]
    reserved: frozenset[str]
    bools: tuple[str, ...]
    doubles: tuple[str, ...]
    lists: tuple[Field, ...]
    nested: tuple[Field, ...]
    plain: bool


@cache
def shape_of(message: Descriptor) -> Shape:
    """The shape of a message type."""
    fields = [_field(field) for field in message.fields if field.name != "meta"]
    renamed = {field.key: field.name for field in fields if field.key != field.name}
    own = {"meta"} if "meta" in message.fields_by_name else set()
    bools = tuple(field.name for field in fields if field.is_bool and not field.repeated)
    doubles = tuple(field.name for field in fields if field.is_double and not field.repeated)
    lists = tuple(field for field in fields if field.repeated)
    nested = tuple(field for field in fields if field.shape and not field.repeated and not field.shape.plain)
    return Shape(
        name=message.full_name,
        by_key={field.key: field for field in fields},
        by_name={field.name: field for field in fields},
        renamed=renamed,
        reserved=frozenset(own | set(renamed.values())),
        bools=bools,
        doubles=doubles,
        lists=lists,
        nested=nested,
        plain=not (bools or doubles or lists or nested or own or renamed),
    )


def _field(field: FieldDescriptor) -> Field:
    message = field.message_type
    is_map = message is not None and message.GetOptions().map_entry
    value = message.fields_by_name["value"].message_type if is_map else message
    return Field(
        name=field.name,
        key=field.json_name if "/" in field.json_name else field.name,
        repeated=field.is_repeated,
        is_map=is_map,
        absent_when_empty=field.GetOptions().Extensions[absent_when_empty],
        whole=_INTS.get(field.cpp_type),
        is_double=field.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE,
        is_bool=field.cpp_type == FieldDescriptor.CPPTYPE_BOOL,
        shape=shape_of(value) if value is not None else None,
    )
