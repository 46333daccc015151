"""Loads one object into the catalog: a dropped file of movies, or an object of bronze.

Rows go in by the thousand, each thousand in a transaction of its own. An object that is read again, because its message
came twice or the database went away in between, ends in the same rows.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import orjson
import psycopg

from lambdas.catalog_loader.objects import DROPS, Content, Name, Objects
from lambdas.catalog_loader.rows import Broken, rows
from lambdas.common.body import BadBody, parse
from lambdas.common.bronze import Line, read_lines
from lambdas.common.catalog.record import BadRow, Record, Reject, dropped, from_tmdb, respellings
from lambdas.common.catalog.store import CHUNK, reject, remove, store
from lambdas.common.errors import BadInput

LARGEST_BRONZE = 64 * 1024 * 1024
"""Bytes of an object of bronze: fifty movies are a hundredth of that."""
_MOST_NAMES = 100_000
"""In the casts of a transaction's movies: twenty times what a thousand have."""
_MOST_SPELLINGS = 1_000
"""That are told apart in a report."""
_SHOWN = 1_000


class Gone(NamedTuple):
    """TMDB no longer has a title."""

    tmdb_id: int
    fetched_at: int


@dataclass
class Loaded:
    """What became of an object's rows."""

    stored: int = 0
    unchanged: int = 0
    """Or older than what is there, or once more in the same thousand."""
    removed: int = 0
    rejected: int = 0
    respelled: Counter[str] = field(default_factory=Counter)
    """{"aomedy -> Comedy": 3}"""


Run = Callable[[Callable[[psycopg.Connection], None]], None]
"""Has the connection given to a piece of work, which may be begun again."""


def load(name: Name, objects: Objects, run: Run) -> Loaded | None:
    """Load an object; None when it is there no more. Raises Retry, BadInput."""
    content = objects.open(name)
    if content is None:
        return None
    found = _drop(content) if name.key.startswith(DROPS) else _bronze(content)
    loaded, source = Loaded(), str(name)
    for chunk in _chunks(found):
        run(partial(_store, source=source, written_at=content.written_at, chunk=chunk, loaded=loaded))
    return loaded


Row = Record | Reject | Gone


def _store(connection: psycopg.Connection, *, source: str, written_at: int, chunk: list[Row], loaded: Loaded) -> None:
    records = [row for row in chunk if isinstance(row, Record)]
    rejects = [row for row in chunk if isinstance(row, Reject)]
    gone: dict[int, int] = {}
    for row in chunk:
        if isinstance(row, Gone):
            gone[row.tmdb_id] = max(row.fetched_at, gone.get(row.tmdb_id, 0))
    with connection.transaction():
        removed = remove(connection, gone) if gone else 0
        stored = store(connection, [record.movie for record in records])
        if rejects:
            reject(connection, source, written_at, rejects)
    loaded.stored += stored
    loaded.unchanged += len(records) - stored
    loaded.removed += removed
    loaded.rejected += len(rejects)
    if len(loaded.respelled) < _MOST_SPELLINGS:
        loaded.respelled.update(respellings(records))


def _drop(content: Content) -> Iterator[Row]:
    for position, row in enumerate(rows(content.pieces), 1):
        if isinstance(row, Broken):
            yield Reject(position, row.reason, row.content)
            continue
        try:
            yield dropped(row, fetched_at=content.written_at)
        except BadRow as error:
            yield Reject(position, str(error), _shown(row))


def _bronze(content: Content) -> Iterator[Row]:
    blob = bytearray()
    for piece in content.pieces:
        blob += piece
        if len(blob) > LARGEST_BRONZE:
            raise BadInput(f"an object of bronze of more than {LARGEST_BRONZE} bytes")
    for position, line in enumerate(read_lines(bytes(blob)), 1):
        try:
            yield _answer(line)
        except (BadBody, BadRow) as error:
            yield Reject(position, str(error), line.body[:_SHOWN].decode(errors="replace").replace("\0", ""))


def _answer(line: Line) -> Row:
    answer = line.answer
    if answer.status == 404:
        return Gone(answer.id, answer.fetched_at)
    record = from_tmdb(parse(line.body), fetched_at=answer.fetched_at)
    if record.movie.tmdb_id != answer.id:
        raise BadRow(f"the answer for {answer.id} is movie {record.movie.tmdb_id}")
    return record


def _chunks(found: Iterable[Row]) -> Iterator[list[Row]]:
    """As many rows as a transaction takes; fewer when their casts are so long that memory would tell."""
    chunk: list[Row] = []
    names = 0
    for row in found:
        chunk.append(row)
        names += len(row.movie.cast) if isinstance(row, Record) else 0
        if len(chunk) == CHUNK or names > _MOST_NAMES:
            yield chunk
            chunk, names = [], 0
    if chunk:
        yield chunk


def _shown(row: Any) -> str:
    try:
        text = orjson.dumps(row).decode()
    except (TypeError, ValueError, RecursionError):
        text = type(row).__name__
    return text[:_SHOWN]
