"""The rows of a dropped file, one after the other: an array of objects, objects in a row, or newline JSON.

However large the file, memory holds a piece of it and the row at hand. What is no JSON is a Broken in the place of a
row: in newline JSON it costs its line, anywhere else the rest of the file.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import ijson
import orjson

LONGEST_ROW = 4 * 1024 * 1024
"""Bytes: a movie with ten thousand names has a tenth."""
_PIECE = 64 * 1024
DEEPEST = 20
"""Brackets in one another: a movie has two."""
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
        yield from _values(head, pieces)


def _head(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The beginning of the file without what is before the first row; of objects the whole first line."""
    head = b""
    for piece in pieces:
        head = (head + piece).removeprefix(_BOM).lstrip()
        if len(head) > len(_BOM) and (not head.startswith(b"{") or b"\n" in head or len(head) > LONGEST_ROW):
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
            yield Broken(f"a line of more than {LONGEST_ROW} bytes", _text(rest))
            rest = _behind_line(pieces)
            continue
        piece = next(pieces, None)
        if piece is None:
            break
        rest += piece
    if rest.strip():
        yield _line(rest)


def _behind_line(pieces: Iterator[bytes]) -> bytes:
    """What has been read of the line after the one that `pieces` are in."""
    for piece in pieces:
        _, ended, rest = piece.partition(b"\n")
        if ended:
            return rest
    return b""


def _line(line: bytes) -> object:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Broken(f"not JSON: {error}", _text(line))


def _values(head: bytes, pieces: Iterator[bytes]) -> Iterator[object]:
    """The values in a row, or in an array. One is let grow until LONGEST_ROW bytes went in without it coming out."""
    events: list[tuple[str, Any]] = ijson.sendable_list()
    parser = ijson.basic_parse_coro(events, use_float=True, multiple_values=True)
    row, size = _Row(), 0
    for piece in chain((head[i : i + _PIECE] for i in range(0, len(head), _PIECE)), pieces):
        size += len(piece)
        broken = _send(parser.send, piece)
        for event, value in events:
            if row.take(event, value) and row.depth <= DEEPEST:
                yield row.value
                size = 0
        events.clear()
        if row.depth > DEEPEST:
            broken = f"a row of more than {DEEPEST} brackets in one another; the rest of the file is left out"
        elif size > LONGEST_ROW:
            broken = f"a row of more than {LONGEST_ROW} bytes; the rest of the file is left out"
        if broken:
            yield Broken(broken, "")
            return
    if _send(lambda _: parser.close(), b""):
        yield Broken("the file ends in the middle of a row", "")


def _send(parse: Callable[[bytes], object], piece: bytes) -> str:
    """What is wrong with a piece, or ""."""
    try:
        parse(piece)
    except (ijson.JSONError, ValueError) as error:
        return f"not JSON from here on, so the rest of the file is left out: {_brief(error)}"
    return ""


class _Row:
    """Builds values from what the parser meets. An array on the outside is none: its items are."""

    def __init__(self) -> None:
        self.value: Any = None
        self.depth = 0
        self._inside: list[Any] = []
        self._key = ""
        self._in_array = False

    def take(self, event: str, value: Any) -> bool:
        """Whether a value is complete with this."""
        if event == "map_key":
            self._key = value
        elif event in ("start_map", "start_array"):
            self._open({} if event == "start_map" else [])
        elif event in ("end_map", "end_array"):
            return self._close()
        else:
            return self._put(value)
        return False

    def _open(self, container: Any) -> None:
        if not self._inside and not self._in_array and container == []:
            self._in_array = True
            return
        self.depth = max(self.depth, len(self._inside) + 1)
        if self.depth <= DEEPEST:
            self._put(container)
        self._inside.append(container)

    def _close(self) -> bool:
        if not self._inside:
            self._in_array = False
            return False
        self.value = self._inside.pop()
        return not self._inside

    def _put(self, value: Any) -> bool:
        """Put a value where it belongs: whether that is nowhere, as it is a row by itself."""
        if not self._inside:
            self.value = value
            return True
        inside = self._inside[-1]
        if isinstance(inside, dict):
            inside[self._key] = value
        else:
            inside.append(value)
        return False


def _brief(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:_SHOWN] if str(error).strip() else type(error).__name__


def _text(data: bytes) -> str:
    return data[:_SHOWN].decode(errors="replace").replace("\0", "")
