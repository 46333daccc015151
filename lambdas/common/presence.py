"""Keeps the one difference protobuf does not: an empty list is not a missing one.

`absent_when_empty` in the schema says for each list field which of the two an empty one was. What was the other way round
in a body is found by `exceptions`, travels in `Meta.exceptions`, and is used by `to_dict`. Both number the messages at one
path in the same order, that of the document; maps go by the order of their keys, because protobuf does not keep any.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from google.protobuf.message import Message

from lambdas.common.shape import Field, Shape

Rows = Mapping[str, frozenset[int]]  # path of a list field -> the rows that are exceptions; none: every empty one is
EXACT = 2**53  # up to here every integer is a double

_BOOL = {bool, type(None)}
_DOUBLE = {float, int, type(None)}


class Unusual(Exception):
    """The body has something protobuf would take without a word and change."""


def exceptions(shape: Shape, rows: Sequence[dict[str, Any]], path: str = "") -> list[tuple[str, tuple[int, ...]]]:
    """(path, rows) of every list field of `rows`, all messages at one path, whose emptiness is not the schema's rule.

    The keys are protobuf's names, and the messages were accepted by protobuf's constructor, which is strict but for what
    raises Unusual here: true in a number, a number in a boolean, an integer no double holds, text or an object as a list.
    """
    found: list[tuple[str, tuple[int, ...]]] = []
    if shape.reserved and any(not shape.reserved.isdisjoint(row) for row in rows) and path:
        raise Unusual
    for name in shape.bools:
        if not _BOOL.issuperset({type(row.get(name)) for row in rows}):
            raise Unusual
    for name in shape.doubles:
        kinds = {type(row.get(name)) for row in rows}
        if not _DOUBLE.issuperset(kinds):
            raise Unusual
        if int in kinds and any(abs(row.get(name) or 0) > EXACT for row in rows if type(row.get(name)) is int):
            raise Unusual
    for field in shape.lists:
        values = [row.get(field.name) for row in rows]
        found += _emptiness(field, values, path)
        if field.shape and not field.shape.plain:
            below = list(chain.from_iterable(_messages(field, value) for value in values if value))
            if below:
                found += exceptions(field.shape, below, f"{path}{field.name}.")
    for field in shape.nested:
        below = [row[field.name] for row in rows if row.get(field.name) is not None]
        if below and field.shape:
            found += exceptions(field.shape, below, f"{path}{field.name}.")
    return found


def _emptiness(field: Field, values: list[Any], path: str) -> list[tuple[str, tuple[int, ...]]]:
    kind = dict if field.is_map else list
    empty = exceptional = 0
    for value in values:
        if value is None:
            empty += 1
            exceptional += not field.absent_when_empty
        elif type(value) is not kind:
            raise Unusual
        elif not value:
            empty += 1
            exceptional += field.absent_when_empty
    if not exceptional:
        return []
    if exceptional == empty:
        return [(path + field.name, ())]
    missing = not field.absent_when_empty
    return [(path + field.name, tuple(i for i, v in enumerate(values) if not v and (v is None) == missing))]


def _messages(field: Field, value: Any) -> list[dict[str, Any]]:
    return [value[key] for key in sorted(value)] if field.is_map else value


def to_dict(shape: Shape, message: Message, rows: Rows) -> dict[str, Any]:
    """The body `message` was made from, under TMDB's keys; `rows` are its exceptions."""
    return _Reader(rows).read(shape, message, "")


class _Reader:
    """One reading of one message: counts the messages met at each path."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.met: defaultdict[str, int] = defaultdict(int)

    def read(self, shape: Shape, message: Message, path: str) -> dict[str, Any]:
        row = self.met[path]
        self.met[path] = row + 1
        body: dict[str, Any] = {}
        for descriptor, value in message.ListFields():
            field = shape.by_name.get(descriptor.name)
            if field is None:  # meta
                continue
            below = f"{path}{field.name}."
            if field.is_map and field.shape:
                body[field.key] = {key: self.read(field.shape, value[key], below) for key in sorted(value)}
            elif field.repeated:
                body[field.key] = [self.read(field.shape, item, below) for item in value] if field.shape else list(value)
            else:
                body[field.key] = self.read(field.shape, value, below) if field.shape else value
        for field in shape.lists:
            if field.key not in body and self.present(field, path, row):
                body[field.key] = {} if field.is_map else []
        return body

    def present(self, field: Field, path: str, row: int) -> bool:
        """Whether an empty list was there at all."""
        rows = self.rows.get(path + field.name)
        exceptional = rows is not None and (not rows or row in rows)
        return field.absent_when_empty == exceptional
