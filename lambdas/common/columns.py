"""The columns of the lake, read from the protobuf messages: the public contract at the edge is that of the tables too.

A column has the field's name in the message, and TMDB's own key in JSON, which differs for `watch/providers` alone. Its
type can be told to DuckDB, which writes the files, to Hive, whose words the Glue catalog uses, and to Trino, which is
Athena and wants its own words in a view.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from google.protobuf.descriptor import Descriptor, FieldDescriptor


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value."""

    duckdb: str
    hive: str
    trino: str


@dataclass(frozen=True, slots=True)
class ListOf:
    """Values of one type, in order."""

    item: Type

    @property
    def duckdb(self) -> str:
        return f"{self.item.duckdb}[]"

    @property
    def hive(self) -> str:
        return f"array<{self.item.hive}>"

    @property
    def trino(self) -> str:
        return f"array({self.item.trino})"


@dataclass(frozen=True, slots=True)
class MapOf:
    """Values of one type by text."""

    value: Type

    @property
    def duckdb(self) -> str:
        return f"MAP(VARCHAR, {self.value.duckdb})"

    @property
    def hive(self) -> str:
        return f"map<string,{self.value.hive}>"

    @property
    def trino(self) -> str:
        return f"map(varchar, {self.value.trino})"


@dataclass(frozen=True, slots=True)
class Struct:
    """A message."""

    columns: tuple[Column, ...]

    @property
    def duckdb(self) -> str:
        return f"STRUCT({', '.join(f'{column.quoted} {column.type.duckdb}' for column in self.columns)})"

    @property
    def hive(self) -> str:
        return f"struct<{','.join(f'{column.name}:{column.type.hive}' for column in self.columns)}>"

    @property
    def trino(self) -> str:
        return f"row({', '.join(f'{column.quoted} {column.type.trino}' for column in self.columns)})"


Type = Scalar | ListOf | MapOf | Struct

BOOLEAN = Scalar("BOOLEAN", "boolean", "boolean")
INTEGER = Scalar("INTEGER", "int", "integer")
BIGINT = Scalar("BIGINT", "bigint", "bigint")
DOUBLE = Scalar("DOUBLE", "double", "double")
TEXT = Scalar("VARCHAR", "string", "varchar")
TIMESTAMP = Scalar("TIMESTAMP", "timestamp", "timestamp(3)")
"""UTC. Athena reads it to the millisecond; ours are whole seconds."""

_SCALARS = {
    FieldDescriptor.TYPE_BOOL: BOOLEAN,
    FieldDescriptor.TYPE_INT32: INTEGER,
    FieldDescriptor.TYPE_INT64: BIGINT,
    FieldDescriptor.TYPE_DOUBLE: DOUBLE,
    FieldDescriptor.TYPE_STRING: TEXT,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table or of a struct: `name` in the table, `key` in TMDB's JSON."""

    name: str
    type: Type
    key: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.key or self.name)

    @property
    def quoted(self) -> str:
        """The name as SQL takes it, whatever word it is."""
        return f'"{self.name}"'


@cache
def columns_of(message: Descriptor) -> tuple[Column, ...]:
    """The columns of a message: its fields in the order of their numbers, without `meta`.

    Raises ValueError for a field of a type that no message of ours has.
    """
    fields = sorted(message.fields, key=lambda field: field.number)
    return tuple(
        Column(field.name, _type(field), field.json_name if "/" in field.json_name else field.name)
        for field in fields
        if field.name != "meta"
    )


def count(columns: tuple[Column, ...]) -> int:
    """How many columns there are, and fields in them, at any depth."""
    return sum(1 + _count(column.type) for column in columns)


def _count(kind: Type) -> int:
    match kind:
        case ListOf(inner) | MapOf(inner):
            return _count(inner)
        case Struct(columns):
            return count(columns)
    return 0


def _type(field: FieldDescriptor) -> Type:
    message = field.message_type
    if message is None:
        if field.type not in _SCALARS:
            raise ValueError(f"{field.full_name}: there is no column type for protobuf's type {field.type}")
        single: Type = _SCALARS[field.type]
    elif message.GetOptions().map_entry:
        return MapOf(_type(message.fields_by_name["value"]))
    else:
        single = Struct(columns_of(message))
    return ListOf(single) if field.is_repeated else single
