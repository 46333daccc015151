r"""IMDb's list of titles, title.basics.tsv[.gz] of https://datasets.imdbws.com: ten million lines, read as they come.

Its columns are separated by tabs and nothing is quoted: a quotation mark is a letter of its title. `\N` stands for
what is not known.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from anyascii import anyascii
from isal import igzip, isal_zlib

from cli.errors import Failure
from cli.imdb.ids import parse_id

TYPES = frozenset(
    [
        *("movie", "short", "tvEpisode", "tvMiniSeries", "tvMovie", "tvPilot", "tvSeries", "tvShort", "tvSpecial"),
        *("video", "videoGame"),
    ]
)
"""IMDb's words for what a title is."""
_NEEDED = ("tconst", "titleType", "primaryTitle", "startYear")
_NULL = b"\\N"
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20
_MOST_UNPACKED = 32 << 30
_LONGEST = 1 << 16
"""Bytes of a line; real ones have some hundreds."""


def initial(title: str) -> str:
    """The partition of a title: its first two letters or digits in plain ASCII, upper case, padded with `_`.

    Whatever else a title has is left out, blanks too: "A Beautiful Mind" is AB, "Ærø" AE, "千と千尋" QI, "M" M_.
    """
    letters = [letter for letter in anyascii(title) if letter.isascii() and letter.isalnum()]
    return "".join(letters[:2]).upper().ljust(2, "_")


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which titles: of these types, of these years (any if None), of one partition (any if None), a share of them all.

    The share is drawn by the id: the same titles whenever it is drawn, and a larger share holds a smaller one.
    """

    types: frozenset[str] = frozenset({"movie"})
    years: range | None = None
    initial: str | None = None
    sample: float = 1.0

    def __post_init__(self) -> None:
        if unknown := sorted(self.types - TYPES):
            raise ValueError(f"{unknown[0]!r} is no type of IMDb's; there are {', '.join(sorted(TYPES))}")
        if self.initial is not None and (len(self.initial) != 2 or initial(self.initial) != self.initial):
            raise ValueError(
                f"{self.initial!r} is no initial: two of A-Z and 0-9, padded with _ (A Beautiful Mind is AB)"
            )
        if not 0 < self.sample <= 1:
            raise ValueError(f"{self.sample:g} is no share: more than 0, at most 1")


@dataclass(slots=True)
class Counts:
    """What was seen of a file so far: `rejected` are lines that are no titles of IMDb's."""

    lines: int = 0
    rejected: int = 0
    selected: int = 0


def select(path: Path, selection: Selection, counts: Counts) -> Iterator[int]:
    """The ids of the chosen titles, in the file's order; `counts` grows meanwhile.

    Raises Failure, with what to do, for a file that cannot be read to its end or lacks a column.
    """
    types = frozenset(name.encode() for name in selection.types)
    years = None if selection.years is None else frozenset(b"%d" % year for year in selection.years)
    below = round(selection.sample * 2**32)
    with _opened(path) as file:
        pieces = _pieces(file, path)
        first = next(pieces, b"")
        end = b"\r\n" if first.endswith(b"\r") else b"\n"
        columns = first.removeprefix(b"\xef\xbb\xbf").removesuffix(b"\r").split(b"\t")
        at = _indexes(columns, path)
        tconst, type_, title, year = (at[name] for name in _NEEDED)
        width = len(columns)
        for piece in pieces:
            for line in piece.removesuffix(end[:-1]).split(end):
                fields = line.split(b"\t")
                if len(fields) != width:
                    counts.rejected += bool(line)
                    counts.lines += bool(line)
                    continue
                counts.lines += 1
                if fields[type_] not in types or (years is not None and fields[year] not in years):
                    continue
                if selection.initial and initial(_text(fields[title])) != selection.initial:
                    continue
                if zlib.crc32(fields[tconst]) >= below:
                    continue
                try:
                    id = parse_id(fields[tconst].decode("ascii", "replace"))
                except ValueError:
                    counts.rejected += 1
                    continue
                counts.selected += 1
                yield id


def check_whole(path: Path) -> None:
    """Read a list to its end. Raises Failure, with what to do, when it is cut, damaged or something else."""
    length = 0
    with _opened(path) as file:
        pieces = _pieces(file, path)
        _indexes(next(pieces, b"").removesuffix(b"\r").split(b"\t"), path)
        for piece in pieces:
            length += len(piece)
            if length > _MOST_UNPACKED:
                raise Failure(f"{path} unpacks to more than {_MOST_UNPACKED:,} bytes, which no list of IMDb's does")


def _text(field: bytes) -> str:
    return "" if field == _NULL else field.decode(errors="replace")


def _indexes(columns: list[bytes], path: Path) -> dict[str, int]:
    at = {name.decode(errors="replace"): number for number, name in enumerate(columns)}
    if missing := [name for name in _NEEDED if name not in at]:
        raise Failure(
            f"{path} has no column {' and no '.join(missing)} in its first line; "
            "title.basics.tsv.gz of https://datasets.imdbws.com has"
        )
    return at


def _opened(path: Path) -> BinaryIO:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
        opened: BinaryIO = igzip.open(path) if packed else path.open("rb")  # type: ignore[no-untyped-call]  # ships none
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}") from error
    return opened


def _pieces(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """The first line, then the others in pieces of whole lines."""
    rest, first = b"", True
    try:
        while chunk := file.read(_CHUNK):
            if first:
                head, end, chunk = (rest + chunk).partition(b"\n")
                if not end:
                    rest = head
                    if len(rest) > _LONGEST:
                        break
                    continue
                rest, first = b"", False
                yield head
            lines, end, tail = chunk.rpartition(b"\n")
            if end:
                yield rest + lines
                rest = tail
            else:
                rest += tail
            if len(rest) > _LONGEST:
                break
    except (OSError, EOFError, isal_zlib.error) as error:  # type: ignore[misc]  # the stub takes the class for an instance
        raise Failure(f"{path} cannot be read to its end ({error}); download it again") from error
    if len(rest) > _LONGEST:
        raise Failure(
            f"{path} has a line of more than {_LONGEST:,} bytes, which is no list of titles; download it again"
        )
    if rest:
        yield rest
