"""What the codec has to know of a protobuf message, read from its descriptor once.

That is its fields under TMDB's own keys, and which of them need a look because protobuf's constructor would
take a value that is not theirs, or because protobuf does not keep all there is to keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from proto.tmdb.v1.common_pb2 import absent_when_empty

_RANGES = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `name` in the message, `key` in TMDB's JSON.

    `whole` is the range of an integer; `shape` is that of a message, or of the messages in a list or map.
    What is neither, nor a double or a boolean, is text.
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

    `renamed` are the fields whose key protobuf cannot spell, `reserved` the keys a body must not use: our own
    `meta`, and protobuf's spelling of the former. `bools`, `doubles`, `lists` (key, list or dict, absent when
    empty, shape of what is in it) and `nested` are what needs a look. A shape with nothing of it, here and
    below, is `plain`; it is left out of `nested`, and None in `lists`.
    """

    by_key: dict[str, Field]
    by_name: dict[str, Field]
    renamed: dict[str, str]
    reserved: tuple[str, ...]
    bools: tuple[str, ...]
    doubles: tuple[str, ...]
    lists: tuple[tuple[str, type[Any], bool, Shape | None], ...]
    nested: tuple[tuple[str, Shape], ...]

    @property
    def plain(self) -> bool:
        """Whether bodies of this type need no look."""
        return not (self.reserved or self.bools or self.doubles or self.lists or self.nested)

    @property
    def harmless_when_full(self) -> bool:
        """Whether only an empty value can need a look: all is lists of plain messages, missing when empty."""
        lists = all(
            kind is list and absent and not below and self.by_key[key].shape for key, kind, absent, below in self.lists
        )
        return lists and not (self.reserved or self.bools or self.doubles or self.nested)


@cache
def shape_of(message: Descriptor) -> Shape:
    """Return the shape of a message type."""
    fields = [_field(field) for field in message.fields if field.name != "meta"]
    single = [field for field in fields if not field.repeated]
    renamed = {field.key: field.name for field in fields if field.key != field.name}
    own = ("meta",) if "meta" in message.fields_by_name else ()
    watched = {field.key: field.shape for field in fields if field.shape and not field.shape.plain}
    return Shape(
        by_key={field.key: field for field in fields},
        by_name={field.name: field for field in fields},
        renamed=renamed,
        reserved=(*own, *renamed.values()),
        bools=tuple(field.key for field in single if field.is_bool),
        doubles=tuple(field.key for field in single if field.is_double),
        lists=tuple(
            (field.key, dict if field.is_map else list, field.absent_when_empty, watched.get(field.key))
            for field in fields
            if field.repeated
        ),
        nested=tuple((field.key, watched[field.key]) for field in single if field.key in watched),
    )


def _field(field: FieldDescriptor) -> Field:
    message = field.message_type
    is_map = message is not None and message.GetOptions().map_entry
    if message is not None and is_map:
        message = message.fields_by_name["value"].message_type
    return Field(
        name=field.name,
        key=field.json_name if "/" in field.json_name else field.name,
        repeated=field.is_repeated,
        is_map=is_map,
        absent_when_empty=field.GetOptions().Extensions[absent_when_empty],  # type: ignore[index]  # protoc's stub lacks the extension's type
        whole=_RANGES.get(field.cpp_type),
        is_double=field.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE,
        is_bool=field.cpp_type == FieldDescriptor.CPPTYPE_BOOL,
        shape=shape_of(message) if message is not None else None,
    )
