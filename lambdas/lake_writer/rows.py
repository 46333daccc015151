"""The rows in an object of bronze: titles, the seasons in them, the entries of lists, ids that are gone.

What fails quality is a row too: it goes to quarantine, as it came and with the reason. A show that came without any
season is one more: it says that what seasons it had are gone.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from lambdas.common.bronze import Answer, Line
from lambdas.common.datasets import SEASON_QUALITY, Dataset
from lambdas.common.quality import Quality
from lambdas.common.tables import TABLES, Table
from lambdas.lake_writer.fit import Fitting, Misfit, fit

_PAGE = 20
"""Entries of a page."""
_SEASON = "season/"
_PARTS = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Row(NamedTuple):
    """One row of a table: its own columns by name, and its record's as JSON where it has one."""

    table: Table
    answer: Answer
    own: dict[str, Any]
    body: bytes | None = None
    unknown: int = 0


def rows_of(dataset: Dataset, lines: Iterable[Line]) -> Iterator[Row]:
    """The rows in the answers about a dataset. Of a list's rows only those with the best rank of their id come."""
    rows = _entries(dataset, lines) if dataset.paged else _titles(dataset, lines)
    for row in rows:
        yield row._replace(own=row.own | {"fetched_at": row.answer.fetched_at, "run": row.answer.run})


def _titles(dataset: Dataset, lines: Iterable[Line]) -> Iterator[Row]:
    taken: dict[int, Answer] = {}
    with_seasons: set[int] = set()
    for answer, body in lines:
        if answer.status == 404:
            yield Row(TABLES["silver_gone"], answer, {"dataset": dataset.name, "id": answer.id})
            continue
        title = body
        if dataset.seasons and answer.status == 200:
            title, seasons = _split(body)
            with_seasons |= {answer.id} if seasons else set()
            yield from (_season(dataset, answer, number, season) for number, season in seasons)
        if answer.call == 0:  # what a further call says of the title is what the first one said
            yield _title(dataset, answer, title, taken)
    for id, answer in taken.items() if dataset.seasons else ():
        if id not in with_seasons:
            yield Row(TABLES["silver_gone"], answer, {"dataset": "season", "id": id})


def _title(dataset: Dataset, answer: Answer, body: bytes, taken: dict[int, Answer]) -> Row:
    table = TABLES[f"silver_{dataset.name}"]
    try:
        _expect(answer.status == 200, f"TMDB answered {answer.status}")
        fitting = _fitting(table, body, dataset.quality)
        _expect(fitting.record.id == answer.id, f"id: it is not {answer.id}, which was asked for")
        _expect(answer.id not in taken, "id: it is there twice")
    except Misfit as error:
        return _refused(dataset, answer, body, error)
    taken[answer.id] = answer
    return Row(table, answer, {}, fitting.body, fitting.unknown)


def _split(body: bytes) -> tuple[bytes, list[tuple[int, bytes]]]:
    """A title without its seasons, and those by number. A body that is no object stays as it is."""
    if _SEASON.encode() not in body:
        return body, []
    try:
        parts = _PARTS.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return body, []
    numbers = {key: int(key[len(_SEASON) :]) for key in parts if _is_season(key)}
    seasons = [(number, bytes(parts[key])) for key, number in numbers.items()]
    title = {key: part for key, part in parts.items() if key not in numbers}
    return msgspec.json.encode(title), sorted(seasons)


def _is_season(key: str) -> bool:
    number = key.removeprefix(_SEASON)
    return number != key and number.isascii() and number.isdecimal() and len(number) < 10


def _season(dataset: Dataset, answer: Answer, number: int, body: bytes) -> Row:
    table = TABLES["silver_season"]
    try:
        fitting = _fitting(table, body, SEASON_QUALITY)
        _expect(fitting.record.season_number == number, f"season_number: it is not {number}, which was asked for")
    except Misfit as error:
        return _refused(dataset, answer, body, Misfit(f"{_SEASON}{number}: {error}"))
    return Row(table, answer, {"show_id": answer.id}, fitting.body, fitting.unknown)


class _Page(msgspec.Struct):
    page: int
    results: list[msgspec.Raw]


def _entries(dataset: Dataset, lines: Iterable[Line]) -> Iterator[Row]:
    table = TABLES[f"silver_{dataset.name}"]
    best: dict[int, tuple[Row, Any]] = {}
    for answer, body in lines:
        try:
            if answer.status == 404:
                continue
            page = _page(answer, body)
        except Misfit as error:
            yield _refused(dataset, answer, body, error)
            continue
        for rank, entry in enumerate(map(bytes, page.results), (page.page - 1) * _PAGE + 1):
            try:
                fitting = _fitting(table, entry, dataset.quality)
            except Misfit as error:
                yield _refused(dataset, answer, entry, error)
                continue
            id = fitting.record.id
            if id not in best or rank < best[id][0].own["rank"]:
                own = {"rank": rank, "page": page.page}
                best[id] = Row(table, answer, own, fitting.body, fitting.unknown), fitting.record
    for row, record in sorted(best.values(), key=lambda one: one[0].own["rank"]):
        yield row
        if dataset.name in SHOWS:
            yield _show(dataset, row.answer, record)


def _page(answer: Answer, body: bytes) -> _Page:
    _expect(answer.status == 200, f"TMDB answered {answer.status}")
    try:
        page = msgspec.json.decode(body, type=_Page)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Misfit(f"not a page of a list: {error}") from error
    _expect(page.page == answer.id, f"page: it is not {answer.id}, which was asked for")
    return page


SHOWS = {
    "tv_popular": "popular_shows",
    "tv_trending_day": "trending_shows",
    "tv_trending_week": "trending_shows_week",
    "tv_airing_today": "airing_today",
    "tv_on_the_air": "on_the_air",
    "tv_top_rated": "top_rated_shows",
}
"""What silver_shows calls each list, in `data_type`."""


def _show(dataset: Dataset, answer: Answer, entry: Any) -> Row:
    own = {
        "show_id": entry.id,
        "title": entry.name,
        "original_title": entry.original_name,
        "ingestion_date": f"{datetime.fromtimestamp(answer.fetched_at, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "data_type": SHOWS[dataset.name],
    }
    table = TABLES["silver_shows"]
    return Row(table, answer, {column.name: getattr(entry, column.name, None) for column in table.own} | own)


def _fitting(table: Table, body: bytes, quality: Quality | None) -> Fitting:
    """Raises Misfit for what does not fit the columns, or fails quality."""
    fitting = fit(table.record, body)
    reason = quality.problem(fitting.record) if quality else None
    _expect(not reason, f"{reason}")
    return fitting


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Misfit(otherwise)


def _refused(dataset: Dataset, answer: Answer, body: bytes, reason: Misfit) -> Row:
    own = {"id": answer.id, "reason": str(reason), "body": body.decode(errors="replace")}
    return Row(TABLES[f"quarantine_{dataset.name}"], answer, own)
