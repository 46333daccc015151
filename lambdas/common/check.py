"""Looks at a body for what protobuf's constructor takes without a word, and changes or forgets.

It would take 1 for true, true for 1.0, an integer that no double holds, NaN, and text or an object for a list; and it
does not keep whether an empty list was there. All values of all bodies pass by here, so the look is straight-line
Python, written once for each message type: half the time of a walk along its Shape.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor

from lambdas.common.shape import Shape, shape_of

EXACT = 2**53
"""Up to here, on both sides of 0, every integer is a double."""

Check = Callable[[dict[str, Any]], set[str]]


class Unusual(Exception):
    """The body has a value, or a key, that protobuf's constructor takes for something else."""


@cache
def check_of(message: Descriptor) -> Check:
    """Return the check of a message type, for bodies that protobuf's constructor has taken.

    It returns the paths (`images.logos`) of lists that broke the schema's rule on empty ones; it raises Unusual.
    """
    lines = ["def check(row0):", " broken = set()", *_look(shape_of(message), 0, ""), " return broken"]
    names: dict[str, Any] = {"Unusual": Unusual}
    exec("\n".join(lines), names)  # noqa: S102 - nothing but our own schema's names goes into it
    check: Check = names["check"]
    return check


def _look(shape: Shape, depth: int, path: str) -> Iterator[str]:
    """Yield the lines that look at one message, which they call `row{depth}`."""
    indent = " " * (2 * depth + 1)
    row, below = f"row{depth}", f"row{depth + 1}"
    for key in shape.reserved:
        yield f"{indent}if {key!r} in {row}: raise Unusual"
    for key in shape.bools:
        yield f"{indent}value = {row}.get({key!r})"
        yield f"{indent}if value is not False and value is not True and value is not None: raise Unusual"
    for key in shape.doubles:
        yield f"{indent}value = {row}.get({key!r})"
        yield f"{indent}if type(value) is float:"
        yield f"{indent} if value - value: raise Unusual"  # NaN when it is infinite or NaN
        yield f"{indent}elif value is not None and (type(value) is not int or not -{EXACT} <= value <= {EXACT}):"
        yield f"{indent} raise Unusual"
    if shape.lists and shape.harmless_when_full:  # most of watch/providers
        yield f"{indent}if not all({row}.values()):"
        indent += " "
    for key, kind, absent_when_empty, shape_below in shape.lists:
        broken = f"broken.add({path + key!r})"
        yield f"{indent}value = {row}.get({key!r})"
        yield f"{indent}if value is None: {'pass' if absent_when_empty else broken}"
        yield f"{indent}elif type(value) is not {kind.__name__}: raise Unusual"
        if absent_when_empty:
            yield f"{indent}elif not value: {broken}"
        if shape_below is not None:
            yield f"{indent}else:"
            yield f"{indent} for {below} in value{'.values()' if kind is dict else ''}:"
            yield from _look(shape_below, depth + 1, f"{path}{key}.")
    for key, shape_below in shape.nested:
        yield f"{indent}{below} = {row}.get({key!r})"
        yield f"{indent}if {below} is not None:"
        yield from _look(shape_below, depth + 1, f"{path}{key}.")
