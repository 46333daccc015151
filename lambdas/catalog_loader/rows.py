"""The rows of a dropped file, one after the other: an array of objects, objects in a row, or newline JSON.

However large the file, memory holds a piece of it and the row at hand. What is no JSON is a Broken in the place of a
row: in newline JSON it costs its line, anywhere else the rest of the file.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import ijson
import orjson

LONGEST_ROW = 16 * 1024 * 1024
"""Bytes: a movie with the longest cast there is has a hundredth."""
_BOM = b"\xef\xbb\xbf"
_SHOWN = 200


class Broken(NamedTuple):
    """What stands where a row should be."""

    reason: str
    content: str


def rows(pieces: Iterator[bytes]) -> Iterator[object]:
    """The rows of a file given in pieces of any length, parsed but not checked."""
    head, pieces = _head(pieces)
    if not head:
        return
    if head.startswith(b"{") and _is_line(head):
        yield from _lines(head, pieces)
    else:
        yield from _values(head, pieces, "item" if head.startswith(b"[") else "")


def _head(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The beginning of the file: without what is before the first row, and up to its first line break at least."""
    head = b""
    for piece in pieces:
        head = (head + piece).removeprefix(_BOM).lstrip()
        if b"\n" in head or len(head) > LONGEST_ROW:
            break
    return head, pieces


def _is_line(head: bytes) -> bool:
    """Whether the first line is a row of its own, be it a bad one, and not the beginning of an object over many."""
    line = head.partition(b"\n")[0].rstrip()
    if not line.endswith(b"}"):
        return False
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return head.partition(b"\n")[2].lstrip().startswith(b"{")
    return True


def _lines(head: bytes, pieces: Iterator[bytes]) -> Iterator[object]:
    rest = head
    while True:
        *lines, rest = rest.split(b"\n")
        yield from (_line(line) for line in lines if line.strip())
        if len(rest) > LONGEST_ROW:
            yield Broken(f"a line of more than {LONGEST_ROW} bytes; the rest of the file is left out", _text(rest))
            return
        piece = next(pieces, None)
        if piece is None:
            break
        rest += piece
    if rest.strip():
        yield _line(rest)


def _line(line: bytes) -> object:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Broken(f"not JSON: {error}", _text(line))


def _values(head: bytes, pieces: Iterator[bytes], prefix: str) -> Iterator[object]:
    """The values under `prefix`. A row is let grow until LONGEST_ROW bytes have gone in without one coming out."""
    found: list[Any] = ijson.sendable_list()
    parser = ijson.items_coro(found, prefix, use_float=True, multiple_values=True)
    size = 0
    piece: bytes | None = head
    while piece is not None:
        size += len(piece)
        try:
            parser.send(piece)
        except (ijson.JSONError, ValueError, OverflowError, RecursionError) as error:
            yield from found
            yield Broken(f"not JSON from here on, so the rest of the file is left out: {_brief(error)}", "")
            return
        if found:
            yield from found
            found.clear()
            size = 0
        elif size > LONGEST_ROW:
            yield Broken(f"a row of more than {LONGEST_ROW} bytes; the rest of the file is left out", _text(head))
            return
        piece = next(pieces, None)
    try:
        parser.close()
    except (ijson.JSONError, ValueError) as error:
        yield from found
        yield Broken(f"the file ends in the middle of a row: {_brief(error)}", "")
        return
    yield from found


def _brief(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:_SHOWN] if str(error).strip() else type(error).__name__


def _text(data: bytes) -> str:
    return data[:_SHOWN].decode(errors="replace").replace("\0", "")
