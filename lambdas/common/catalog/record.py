"""Movies on their way into the catalog: what a dropped file, a POST or TMDB says of one, checked, as a CatalogMovie.

A row that cannot be taken is BadRow, with a reason for whoever made it; it never stops its neighbours.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, NamedTuple

from lambdas.common.catalog.genres import spelled
from lambdas.common.errors import BadInput
from lambdas.common.work import MAX_ID
from proto.tmdb.v1.catalog_pb2 import CatalogMovie

FIRST_YEAR, LAST_YEAR = 1870, 2100
MOST_CAST = 10_000
MOST_GENRES = 50
LONGEST_TITLE = 500
LONGEST_NAME = 200
_DATE = re.compile(r"(\d{4})-\d\d-\d\d", re.ASCII)
_KINDS = {bool: "a boolean", int: "a number", float: "a number", str: "text", list: "a list", dict: "an object"}


class BadRow(BadInput):
    """A row that cannot be taken; the message says why."""


class Record(NamedTuple):
    """A movie, and which of its genres were given another spelling: {as it came: as it is kept}."""

    movie: CatalogMovie
    respelled: dict[str, str]


class Reject(NamedTuple):
    """A row that was not taken. `position` counts rows from 1; `content` is its beginning."""

    position: int
    reason: str
    content: str


def dropped(row: object, *, fetched_at: int) -> Record:
    """The movie of a CatalogDrop, as JSON has it. Raises BadRow."""
    if not isinstance(row, Mapping):
        raise BadRow(f"a movie must be an object, not {_kind(row)}")
    tmdb_id = row.get("tmdb_id")
    if tmdb_id is not None and not (type(tmdb_id) is int and 0 < tmdb_id < MAX_ID):
        raise BadRow(f"tmdb_id must be a whole number from 1 to {MAX_ID - 1}, not {_shown(tmdb_id)}")
    year = row.get("year")
    if year is None and tmdb_id is None:
        raise BadRow("year is missing: without a tmdb_id a movie is told from others by its title and year")
    if year is not None and not (type(year) is int and FIRST_YEAR <= year <= LAST_YEAR):
        raise BadRow(f"year must be a whole number from {FIRST_YEAR} to {LAST_YEAR}, not {_shown(year)}")
    genres = spelled(_names("genres", row.get("genres"), MOST_GENRES))
    movie = CatalogMovie(
        tmdb_id=tmdb_id,
        title=_text("title", row.get("title"), LONGEST_TITLE),
        year=year,
        genres=dict.fromkeys(genres.values()),
        cast=_names("cast", row.get("cast"), MOST_CAST),
        popularity=0,
        fetched_at=fetched_at,
    )
    return Record(movie, _changed(genres))


def from_tmdb(body: Mapping[str, Any], *, fetched_at: int) -> Record:
    """The movie of TMDB's own body. Unknown is unset: TMDB has no year for many. Raises BadRow."""
    tmdb_id, date, popularity = body.get("id"), body.get("release_date"), body.get("popularity")
    if not (type(tmdb_id) is int and 0 < tmdb_id < MAX_ID):
        raise BadRow(f"id must be a TMDB id, not {_shown(tmdb_id)}")
    title = _text("title", body.get("title"), LONGEST_TITLE)
    original, poster = body.get("original_title"), body.get("poster_path")
    day = _DATE.fullmatch(date) if isinstance(date, str) else None
    year = int(day[1]) if day and FIRST_YEAR <= int(day[1]) <= LAST_YEAR else None
    genres = spelled(_listed(body.get("genres"), MOST_GENRES))
    credited = body.get("credits")
    movie = CatalogMovie(
        tmdb_id=tmdb_id,
        title=title,
        original_title=_readable(original, LONGEST_TITLE) if original != title else None,
        year=year,
        release_date=day[0] if day and year else None,
        genres=dict.fromkeys(genres.values()),
        cast=_listed(credited.get("cast") if isinstance(credited, Mapping) else None, MOST_CAST),
        popularity=_popularity(popularity),
        poster_path=_readable(poster, LONGEST_NAME),
        fetched_at=fetched_at,
    )
    return Record(movie, _changed(genres))


def _popularity(value: object) -> float:
    if isinstance(value, str):  # as bodies of 2014 have it
        try:
            value = float(value)
        except ValueError:
            return 0.0
    return float(value) if type(value) in (int, float) and isfinite(value) else 0.0  # type: ignore[arg-type]


def _listed(value: object, most: int) -> list[str]:
    """The names in a list of TMDB's objects. What is none is left out: the rest of the movie is worth having."""
    rows = value if isinstance(value, list) else []
    names = (_readable(row.get("name"), LONGEST_NAME) for row in rows if isinstance(row, Mapping))
    return list(dict.fromkeys([name for name in names if name][:most]))


def _readable(value: object, most: int) -> str | None:
    """The text; None where it is not what a row may hold."""
    try:
        return _text("", value, most)
    except BadRow:
        return None


def _names(what: str, value: object, most: int) -> list[str]:
    """Each name once, as first written; blank ones are left out."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadRow(f"{what} must be a list of names, not {_kind(value)}")
    if len(value) > most:
        raise BadRow(f"{what} has {len(value)} names, more than {most}")
    blank = (name for name in value if not (isinstance(name, str) and not name.strip()))
    return list(dict.fromkeys(_text(what, name, LONGEST_NAME) for name in blank))


def _text(what: str, value: object, most: int) -> str:
    """Text in Unicode's composed form, on one line."""
    if value is None:
        raise BadRow(f"{what} is missing")
    if not isinstance(value, str):
        raise BadRow(f"{what} must be text, not {_kind(value)}")
    if len(value) > 4 * most:
        raise BadRow(f"{what} has {len(value)} characters, more than {most}")
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if not text:
        raise BadRow(f"{what} is empty")
    if len(text) > most:
        raise BadRow(f"{what} has {len(text)} characters, more than {most}")
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadRow(f"{what} holds what is no character")
    return text


def _changed(genres: Mapping[str, str]) -> dict[str, str]:
    return {genre: name for genre, name in genres.items() if genre != name}


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "null")


def _shown(value: object) -> str:
    """A value in a sentence: itself when it is short."""
    return f"{value}" if type(value) in (int, float) and len(text := f"{value}") < 20 and text else _kind(value)


def respellings(records: Iterable[Record]) -> Counter[str]:
    """How often genres were given another spelling: {"aomedy -> Comedy": 3}."""
    return Counter(f"{genre} -> {name}" for record in records for genre, name in record.respelled.items())
