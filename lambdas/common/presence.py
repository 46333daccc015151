"""Keeps the one difference that protobuf does not: an empty list is not a missing one.

`absent_when_empty` in the schema says for each list field which of the two an empty one was. What was the
other way round in a body is found by `exceptions`, travels in `Meta.exceptions`, and comes back through
`to_dict`. Both number the messages at one path in the order of the document, and maps in the order of their
keys, as protobuf keeps none.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from google.protobuf.message import Message

from lambdas.common.shape import Shape

EXACT = 2**53
"""Up to here, on both sides of 0, every integer is a double."""

Rows = Mapping[str, frozenset[int]]
"""Path of a list field -> the rows that break the schema's rule; none means all where it is empty."""


class Unusual(Exception):
    """The body has something that protobuf's constructor takes without a word, and changes."""


def regular(shape: Shape, rows: Collection[dict[str, Any]]) -> bool:
    """Return whether every empty list in `rows`, all messages of one type, follows the schema's rule.

    Protobuf's constructor has accepted the rows. It is strict but for what raises Unusual here: text or an
    object as a list, and the rest in `_look_at_scalars`.
    """
    _look_at_scalars(shape, rows)
    answer = True
    for key, kind, absent_when_empty, below in shape.lists:
        for row in rows:
            value: Any = row.get(key)
            if value is None:
                answer = answer and absent_when_empty
            elif type(value) is not kind:
                raise Unusual
            elif not value:
                answer = answer and not absent_when_empty
            elif below is not None and not regular(below, value if kind is list else value.values()):
                answer = False
    for key, shape_below in shape.nested:
        for row in rows:
            value = row.get(key)
            if value is not None and not regular(shape_below, (value,)):
                answer = False
    return answer


def _look_at_scalars(shape: Shape, rows: Collection[dict[str, Any]]) -> None:
    """Raise Unusual for true as a number, a number as true, an integer no double holds, NaN, a reserved key."""
    if shape.reserved and any(key in row for key in shape.reserved for row in rows):
        raise Unusual
    for key in shape.bools:
        for row in rows:
            value = row.get(key)
            if value is not True and value is not False and value is not None:
                raise Unusual
    for key in shape.doubles:
        for row in rows:
            value = row.get(key)
            if value is None or (type(value) is float and value - value == 0):  # neither NaN nor infinite
                continue
            if type(value) is not int or not -EXACT <= value <= EXACT:
                raise Unusual


def exceptions(shape: Shape, rows: list[dict[str, Any]], path: str = "") -> Iterator[tuple[str, list[int]]]:
    """Yield path and rows of every list field that breaks the rule; `rows` are all messages at `path`."""
    for key, _, absent_when_empty, below in shape.lists:
        values = [row.get(key) for row in rows]
        broken = [i for i, value in enumerate(values) if not value and (value is None) != absent_when_empty]
        if broken:
            yield path + key, [] if len(broken) == sum(not value for value in values) else broken
        items = [item for value in values if value for item in _items(value)] if below else []
        if below and items:
            yield from exceptions(below, items, f"{path}{key}.")
    for key, shape_below in shape.nested:
        items = [row[key] for row in rows if row.get(key) is not None]
        if items:
            yield from exceptions(shape_below, items, f"{path}{key}.")


def _items(value: Any) -> list[dict[str, Any]]:
    return [value[key] for key in sorted(value)] if type(value) is dict else value


def to_dict(shape: Shape, message: Message, rows: Rows) -> dict[str, Any]:
    """Return the body that `message` was made from, under TMDB's keys; `rows` are its exceptions."""
    return _Reading(rows).body(shape, message, "")


class _Reading:
    """One message being read: counts the messages met at each path."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.met: defaultdict[str, int] = defaultdict(int)

    def body(self, shape: Shape, message: Message, path: str) -> dict[str, Any]:
        row = self.met[path]
        self.met[path] = row + 1
        body: dict[str, Any] = {}
        for descriptor, value in message.ListFields():
            field = shape.by_name.get(descriptor.name)
            if field is None:  # meta
                continue
            below = f"{path}{field.key}."
            if field.shape is None:
                body[field.key] = list(value) if field.repeated else value
            elif field.is_map:
                body[field.key] = {key: self.body(field.shape, value[key], below) for key in sorted(value)}
            elif field.repeated:
                body[field.key] = [self.body(field.shape, item, below) for item in value]
            else:
                body[field.key] = self.body(field.shape, value, below)
        for key, kind, absent_when_empty, _ in shape.lists:
            if key not in body and absent_when_empty == self.broken(path + key, row):
                body[key] = kind()
        return body

    def broken(self, path: str, row: int) -> bool:
        rows = self.rows.get(path)
        return rows is not None and (not rows or row in rows)
