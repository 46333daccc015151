"""The codec's slow path: goes through a body that protobuf would not take as it is, and finds out why.

What the schema does not know is left out and reported, numbers written as text become numbers, and a value
that its field cannot hold is an error that names the place.
"""

import re
from decimal import Decimal
from typing import Any

from lambdas.common.check import EXACT
from lambdas.common.shape import Field, Shape

MOST_REPORTED = 50
"""Unknown fields of one body that are reported by name."""

_LONGEST_KEY = 60
_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")
_KINDS = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
}


class Unrepresentable(ValueError):
    """A value that its field cannot hold unchanged. `path` says where it is; the value is not told."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path or 'the body'}: {reason}")
        self.path = path
        self.reason = reason


def clean(shape: Shape, body: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return `body` with nothing but what `shape` can hold, and the patterns of its unknown fields."""
    unknown: set[str] = set()
    cleaned = _message(shape, body, "", "", unknown)
    return cleaned, tuple(sorted(unknown))


def _message(shape: Shape, body: Any, path: str, pattern: str, unknown: set[str]) -> dict[str, Any]:
    if type(body) is not dict:
        raise Unrepresentable(path, f"an object is needed, not {_kind(body)}")
    cleaned: dict[str, Any] = {}
    for key, value in body.items():
        field = shape.by_key.get(key)
        if field is None:
            if len(unknown) < MOST_REPORTED:
                unknown.add(_join(pattern, _readable(key)))
        elif value is not None:
            cleaned[key] = _value(field, value, _join(path, key), _join(pattern, key), unknown)
    return cleaned


def _value(field: Field, value: Any, path: str, pattern: str, unknown: set[str]) -> Any:
    if field.is_map:
        if type(value) is not dict:
            raise Unrepresentable(path, f"an object is needed, not {_kind(value)}")
        return {
            _text(key, path): _single(field, item, _join(path, _readable(key)), pattern + "{}", unknown)
            for key, item in value.items()
            if item is not None
        }
    if field.repeated:
        if type(value) is not list:
            raise Unrepresentable(path, f"a list is needed, not {_kind(value)}")
        return [_single(field, item, f"{path}[{i}]", pattern + "[]", unknown) for i, item in enumerate(value)]
    return _single(field, value, path, pattern, unknown)


def _single(field: Field, value: Any, path: str, pattern: str, unknown: set[str]) -> Any:
    if field.shape:
        return _message(field.shape, value, path, pattern, unknown)
    if field.whole:
        return _whole(value, field.whole, path)
    if field.is_double:
        return _double(value, path)
    if field.is_bool:
        if type(value) is not bool:
            raise Unrepresentable(path, f"true or false is needed, not {_kind(value)}")
        return value
    return _text(value, path)


def _whole(value: Any, limits: tuple[int, int], path: str) -> int:
    number = _number(value, path)
    if isinstance(number, float):
        if not number.is_integer() or (type(value) is str and Decimal(value) != number):
            raise Unrepresentable(path, "a whole number is needed, not a fraction")
        if abs(number) > EXACT:
            raise Unrepresentable(path, "the number is too large to be exact")
        number = int(number)
    if not limits[0] <= number <= limits[1]:
        raise Unrepresentable(path, f"the number is outside {limits[0]}..{limits[1]}")
    return number


def _double(value: Any, path: str) -> float:
    number = _number(value, path)
    if isinstance(number, int):
        if abs(number) > EXACT:
            raise Unrepresentable(path, "the number is too large to be exact")
        return float(number)
    if not abs(number) < float("inf"):
        raise Unrepresentable(path, "the number is not finite")
    return number


def _number(value: Any, path: str) -> int | float:
    if type(value) is int or type(value) is float:
        return value
    if type(value) is str:
        match = _NUMBER.fullmatch(value)
        if match:
            return float(value) if match[1] or match[2] else int(value)
    raise Unrepresentable(path, f"a number is needed, not {_kind(value)}")


def _text(value: Any, path: str) -> str:
    if type(value) is not str:
        raise Unrepresentable(path, f"text is needed, not {_kind(value)}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Unrepresentable(path, "the text is not Unicode") from error
    return value


def _kind(value: Any) -> str:
    """Return what JSON calls the type of `value`."""
    return _KINDS.get(type(value), "something else")


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _readable(key: Any) -> str:
    """Make a key that nobody vouches for fit for a log line."""
    return ascii(str(key)[:_LONGEST_KEY])[1:-1]
