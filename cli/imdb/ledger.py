"""What was begun stays done: files that grow by whole lines, each on the disk before anything relies on it."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Self

import orjson

from cli.errors import Failure

_PAGE_BITS = 16


class Lines:
    """A file that only grows, a line at a time. While it is open here, no other command writes to it."""

    def __init__(self, path: Path) -> None:
        """Raises Failure when it cannot be written, or another command is at it."""
        self.path = path
        try:
            self._file: BinaryIO = path.open("a+b")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise Failure(f"another command is writing {path}: wait for it, or name another file") from error
        except OSError as error:
            raise Failure(f"{path} cannot be written: {error.strerror}") from error
        self._mend()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _mend(self) -> None:
        """Cut off a last line that has no end: whoever wrote it died, and what it told was not done."""
        end = self._file.seek(0, os.SEEK_END)
        self._file.truncate(_last_end(self._file, end))

    def last(self) -> bytes:
        """The last line, empty when there is none."""
        end = self._file.seek(0, os.SEEK_END)
        self._file.seek(_last_end(self._file, max(end - 1, 0)))
        return self._file.read()

    def read(self) -> Iterable[bytes]:
        """All lines, as they are now."""
        self._file.seek(0)
        return self._file

    def add(self, line: bytes) -> None:
        """Append a line (it brings its own end); it is on the disk when this returns. Raises Failure on a full one."""
        try:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise Failure(f"{self.path} cannot be written: {error.strerror}; run it again when it can") from error


def _last_end(file: BinaryIO, end: int) -> int:
    """Where the last line before `end` is over."""
    while end:
        start = max(0, end - (1 << 16))
        file.seek(start)
        at = file.read(end - start).rfind(b"\n")
        if at >= 0:
            return start + at + 1
        end = start
    return 0


class Ids:
    """A set of ids at one bit each, for ten million of them."""

    def __init__(self) -> None:
        self._pages: dict[int, bytearray] = {}
        self._number = 0

    def __len__(self) -> int:
        return self._number

    def __contains__(self, id: int) -> bool:
        page = self._pages.get(id >> _PAGE_BITS)
        return page is not None and bool(page[(id & 0xFFFF) >> 3] >> (id & 7) & 1)

    def add(self, id: int) -> bool:
        """Whether the id is new."""
        page = self._pages.setdefault(id >> _PAGE_BITS, bytearray(1 << (_PAGE_BITS - 3)))
        at, bit = (id & 0xFFFF) >> 3, 1 << (id & 7)
        new = not page[at] & bit
        page[at] |= bit
        self._number += new
        return new

    def __iter__(self) -> Iterator[int]:
        """Ascending."""
        for number, page in sorted(self._pages.items()):
            for at, bits in enumerate(page):
                if bits:
                    first = (number << _PAGE_BITS) + (at << 3)
                    yield from (first + bit for bit in range(8) if bits >> bit & 1)


def sent_before(path: Path) -> Ids:
    """What a ledger has, if there is one. Raises Failure."""
    if not path.exists():
        return Ids()
    with Lines(path) as lines:
        return Ledger(lines).ids


class Ledger:
    """The ids that were sent, a line an event, in JSON. A line is written after the bus took its event."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.ids = Ids()
        for line in lines.read():
            try:
                for id in orjson.loads(line):
                    self.ids.add(id)
            except (orjson.JSONDecodeError, TypeError) as error:
                raise Failure(f"{lines.path} is no ledger of ids that were sent; name another with --ledger") from error

    def add(self, ids: list[int]) -> None:
        """These were sent. Raises Failure."""
        self._lines.add(orjson.dumps(ids, option=orjson.OPT_APPEND_NEWLINE))
        for id in ids:
            self.ids.add(id)
