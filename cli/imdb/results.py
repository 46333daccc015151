"""What a download leaves: a JSON line for each title that was found, and a row of results.csv for each id.

    movies.jsonl    {"id_imdb":"tt0133093","idIMDB":"tt0133093","media_type":"movie","id":603,"title":"The Matrix",...}
    results.csv     tt0133093,found,movie,603,movie/603

The line is on the disk before its row is. A download that died in between finds the line without a row, and adds it.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol, TextIO

import orjson

from cli.errors import Failure
from cli.imdb.ids import IMDB, parse_id
from cli.imdb.ledger import Ids, Lines
from lambdas.collector.find import Pointer, path_of
from lambdas.common.receipts import Receipt

OUTCOMES = ("found", "not_found", "ambiguous", "failed")
"""What becomes of an id. A failed one is tried again by the next download; the others are final."""
UNKNOWN = "unknown"
"""Of what was sent through a stage that tells of it no more, or not yet."""


class Row(NamedTuple):
    """One line of results.csv. `detail` is where a title is in TMDB's API, or why there is none."""

    imdb_id: str
    outcome: str
    dataset: str = ""
    id: str = ""
    detail: str = ""

    def to_csv(self) -> bytes:
        """With its end; text that holds line breaks loses them, so that a row is a line."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(" ".join(field.split()) for field in self)
        return text.getvalue().encode()


HEADER = Row(*Row._fields).to_csv()


def row_of(pointer: Pointer) -> Row:
    """The row of a title that was found."""
    return Row(str(pointer["imdb_id"]), "found", str(pointer["dataset"]), str(pointer["id"]), path_of(pointer))


def row_by(receipt: Receipt, id: int, outcome: str) -> Row:
    """The row of an id that has this outcome by the receipt of a stage's collector."""
    spelled, found = IMDB.spelled(id), receipt.found.get(id, ())
    if outcome == "gone":
        return Row(spelled, "not_found")
    if outcome == "dead":
        if len(found) > 1:
            return Row(spelled, "ambiguous", detail=" ".join(title.path for title in found))
        return Row(spelled, "failed", detail=" ".join(receipt.dead[id].split()))
    for title in found:
        return Row(spelled, "found", title.dataset, str(title.id), title.path)
    return Row(spelled, "found")  # a receipt of before they told as what


def summed_up(counts: Mapping[str, int]) -> str:
    """How many ids have each outcome, in words."""
    unknown = (UNKNOWN,) if counts.get(UNKNOWN) else ()
    return ", ".join(f"{counts.get(name, 0):,} {name.replace('_', ' ')}" for name in (*OUTCOMES, *unknown))


class Results(Protocol):
    """Takes what became of each id."""

    done: Ids
    counts: Counter[str]
    """Outcomes of this download."""

    def add(self, row: Row, body: dict[str, Any] | None = None) -> None:
        """An id is done; `body` is the whole title of one that was found."""


class Printed:
    """Titles go to `out`, and a word on what is none to `told`; nothing is left."""

    def __init__(self, out: BinaryIO, told: TextIO) -> None:
        self._out = out
        self._told = told
        self.done = Ids()
        self.counts: Counter[str] = Counter()

    def add(self, row: Row, body: dict[str, Any] | None = None) -> None:
        self.counts[row.outcome] += 1
        if body is None:
            print(" ".join(filter(None, (row.imdb_id, row.outcome, row.detail))), file=self._told)
            return
        self._out.write(_line(row, body))
        self._out.flush()


class Kept:
    """Titles and rows go to files that are there when a download begins again: what they hold is `done`."""

    def __init__(self, titles: Lines, rows: Lines) -> None:
        """Raises Failure when the two files do not belong together, or are something else."""
        self._titles = titles
        self._rows = rows
        self.done = Ids()
        self.counts: Counter[str] = Counter()
        stored = titles.last()
        if not rows.last():
            if stored:
                raise Failure(f"{titles.path} has titles already, and no {rows.path} that tells of them; name another")
            rows.add(HEADER)
        for number, line in enumerate(rows.read(), 1):
            row = _read(line, rows.path, number)
            if row and row.outcome == "found" and not stored:
                raise Failure(
                    f"{rows.path} tells of titles that {titles.path} does not have; name another, or remove it"
                )
            if row:
                self.done.add(parse_id(row.imdb_id))
        if stored:
            self._add_missing_row(stored)

    def add(self, row: Row, body: dict[str, Any] | None = None) -> None:
        self.counts[row.outcome] += 1
        if body is not None:
            self._titles.add(_line(row, body))
        self._rows.add(row.to_csv())

    def _add_missing_row(self, stored: bytes) -> None:
        """The last title that was stored may have no row yet."""
        try:
            body = orjson.loads(stored)
            id = parse_id(body["id_imdb"])
            row = row_of(body | {"imdb_id": body["id_imdb"], "dataset": body["media_type"]})
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise Failure(f"{self._titles.path} holds something else than downloaded titles; name another") from error
        if id not in self.done:
            self._rows.add(row.to_csv())
            self.done.add(id)


def _line(row: Row, body: dict[str, Any]) -> bytes:
    ids = {"id_imdb": row.imdb_id, "idIMDB": row.imdb_id, "media_type": row.dataset}
    return orjson.dumps(ids | body, option=orjson.OPT_APPEND_NEWLINE)


def _read(line: bytes, path: Path, number: int) -> Row | None:
    """The row in a line, None for the first one, which is the header. Raises Failure."""
    if number == 1 and line == HEADER:
        return None
    try:
        row = Row(*next(csv.reader([line.decode()])))
        parse_id(row.imdb_id)
    except (ValueError, TypeError, StopIteration, csv.Error) as error:
        raise Failure(f"{path} is not what a download leaves, see its line {number}; name another file") from error
    return row


@contextmanager
def kept(titles: Path, rows: Path) -> Iterator[Kept]:
    """The files of a download, which is the only one at them. Rows of failed ids go: they are tried again.

    Raises Failure.
    """
    with Lines(titles) as title_lines:
        _forget_failed(rows)
        with Lines(rows) as row_lines:
            yield Kept(title_lines, row_lines)


def _forget_failed(path: Path) -> None:
    if not path.exists():
        return
    lines = path.read_bytes().splitlines(keepends=True)
    if lines and not lines[-1].endswith(b"\n"):
        lines.pop()
    rows = [_read(line, path, number) for number, line in enumerate(lines, 1)]
    if any(row and row.outcome == "failed" for row in rows):
        fresh = path.with_name(f"{path.name}.part")
        fresh.write_bytes(
            b"".join(line for line, row in zip(lines, rows, strict=True) if not row or row.outcome != "failed")
        )
        fresh.replace(path)
