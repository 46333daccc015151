"""From the bytes of an export file to its lines: gunzip in pieces, cut at line ends, parse what is asked for.

Nothing here grows with the file, whatever it holds: not with a bomb, not with a line that never ends.
"""

from collections.abc import AsyncIterator
from typing import Generic, TypeVar

import msgspec
from isal import isal_zlib
from isal.igzip_lib import IsalError

from lambdas.common.errors import GiveUp, Retry
from lambdas.common.work import Id

MOST_BYTES = 2 << 30
"""Of a file, packed or unpacked; the largest is 77 MB and about 400 MB."""
LONGEST_LINE = 64 * 1024
_PIECE = 1 << 18
_END = b"}\n"
"""How a line of TMDB's ends, and no blank one: lines are told from values by their number."""


class Line(msgspec.Struct, gc=False):
    """The id of a title. Other fields of the line are skipped unread."""

    id: Id


class FlaggedLine(Line, gc=False):
    """Shows have no flag, and sometimes TMDB does not know."""

    adult: bool | None = None


class RankedLine(FlaggedLine, kw_only=True, gc=False):
    """A line without popularity is a bad one: whoever asks for a popularity gets no ids by accident."""

    popularity: float


async def gunzip(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The unpacked file in small pieces. Raises Retry when it is no gzip, damaged or cut, GiveUp when far too long."""
    inflate = isal_zlib.decompressobj(wbits=31)
    packed = unpacked = 0
    async for chunk in chunks:
        packed += len(chunk)
        data = chunk
        while data:
            if inflate.eof:  # a gzip file may be several, one after the other
                inflate = isal_zlib.decompressobj(wbits=31)
            try:
                piece: bytes = inflate.decompress(data, _PIECE)
            except IsalError as error:  # type: ignore[misc]  # isal's stub has it as a function
                raise Retry("it is damaged, or no gzip file") from error
            unpacked += len(piece)
            if max(packed, unpacked) > MOST_BYTES:
                raise GiveUp(f"it has more than {MOST_BYTES} bytes")
            yield piece
            data = inflate.unconsumed_tail or inflate.unused_data
    while not inflate.eof:
        piece = inflate.decompress(b"", _PIECE)
        if not piece:
            raise Retry("it was cut short, or is no gzip file")
        yield piece


L = TypeVar("L", bound=Line)
_BAD = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class LineReader(Generic[L]):
    """Parses lines of one kind. `accepted` and `rejected` count them, blank ones aside; `fault` is the first found."""

    def __init__(self, kind: type[L]) -> None:
        self.accepted = 0
        self.rejected = 0
        self.fault = ""
        self._decoder = msgspec.json.Decoder(kind)
        self._begun = b""
        self._skipping = False

    def feed(self, piece: bytes) -> list[L]:
        """The lines that `piece` ends."""
        if self._skipping:
            _, newline, piece = piece.partition(b"\n")
            self._skipping = not newline
        end = piece.rfind(b"\n") + 1
        begin = piece.find(b"\n", 0, end) + 1 if self._begun else 0
        lines = self._parse(self._begun + piece[:begin], 1) if begin else []
        view = memoryview(piece)[begin:end]  # as copies of a whole file would be felt
        lines += self._parse(view, piece.count(_END, begin, end))
        self._begun = piece[end:] if end else self._begun + piece
        if len(self._begun) > LONGEST_LINE:
            self._reject(f"a line longer than {LONGEST_LINE} bytes")
            self._begun, self._skipping = b"", True
        return lines

    def finish(self) -> list[L]:
        """The last line, when the file does not end with a line end."""
        lines, self._begun = self._begun, b""
        return self._parse(lines, 1)

    def _parse(self, lines: bytes | memoryview, number: int) -> list[L]:
        """Parse so many lines at once, or one by one when one of them is not one value."""
        try:
            parsed = self._decoder.decode_lines(lines)
        except _BAD:
            parsed = self._parse_singly(bytes(lines))
        else:
            if len(parsed) != number:  # two values in a line are nobody's ids
                parsed = self._parse_singly(bytes(lines))
        self.accepted += len(parsed)
        return parsed

    def _parse_singly(self, lines: bytes) -> list[L]:
        parsed = []
        for line in filter(bytes.strip, lines.split(b"\n")):
            try:
                parsed.append(self._decoder.decode(line))
            except _BAD as error:
                self._reject(str(error))
        return parsed

    def _reject(self, fault: str) -> None:
        self.rejected += 1
        self.fault = self.fault or fault
