"""Keeps the one difference that protobuf does not: an empty list is not a missing one.

`absent_when_empty` in the schema says for each list field which of the two an empty one was. `check` finds the
lists of a body that were the other way round, `exceptions` says where they are, that travels in `Meta.exceptions`,
and it comes back through `to_dict`. Both number the messages at one path in the order of the document, and maps in
the order of their keys, as protobuf keeps none.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from google.protobuf.message import Message

from lambdas.common.shape import Field, Shape

Rows = Mapping[str, frozenset[int]]
"""Path of a list field -> the rows that break the schema's rule; none means all where it is empty."""


def exceptions(shape: Shape, body: dict[str, Any], paths: Iterable[str]) -> Iterator[tuple[str, list[int]]]:
    """Yield each of the paths, in order, with the rows that break the rule; the body is one that `check` took."""
    for path in sorted(paths):
        *parents, key = path.split(".")
        below, rows = shape, [body]
        for parent in parents:
            field = below.by_key[parent]
            rows = [item for row in rows for item in _messages(field, row.get(parent))]
            below = field.shape or below
        absent_when_empty = below.by_key[key].absent_when_empty
        values = [row.get(key) for row in rows]
        broken = [i for i, value in enumerate(values) if not value and (value is None) != absent_when_empty]
        yield path, [] if len(broken) == sum(not value for value in values) else broken


def _messages(field: Field, value: Any) -> list[dict[str, Any]]:
    if value is None:
        return []
    if field.is_map:
        return [value[key] for key in sorted(value)]
    return value if field.repeated else [value]


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
