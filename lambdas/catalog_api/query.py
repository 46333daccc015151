"""What a search may ask for: the parameters of GET /movies, checked, with a sentence for whoever wrote them."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Any
from urllib.parse import parse_qsl

import orjson

from lambdas.common.catalog.record import FIRST_YEAR, LAST_YEAR
from lambdas.common.catalog.text import normalise
from lambdas.common.errors import BadInput

SHORTEST, LONGEST = 2, 200
"""Characters of a term: one alone is in every other title; no title is found by more."""
INDEXED = 3
"""Characters of the shortest term that an index of trigrams knows."""
MOST_MOVIES = 50
"""Of a page."""
DEFAULT_MOVIES = 20
_MOST_PARAMETERS = 20
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)


class Sort(StrEnum):
    """What comes first: the most popular, the newest (and of a year the most popular), or A."""

    POPULARITY = "popularity"
    YEAR = "year"
    TITLE = "title"


KEYS: Mapping[Sort, tuple[type, ...]] = {
    Sort.POPULARITY: (float, int),
    Sort.YEAR: (int, float, int),
    Sort.TITLE: (str, int),
}
"""The types of what a row's place in a sorted list is made of."""
TERMS = ("title", "actor", "genre")
PARAMETERS = (*TERMS, "year", "sort", "limit", "cursor")


@dataclass(frozen=True, kw_only=True)
class Query:
    """A page of a search. Terms are normalised; "" asks for anything. `after` is the place of the last row seen."""

    title: str = ""
    actor: str = ""
    genre: str = ""
    year: int | None = None
    sort: Sort = Sort.POPULARITY
    limit: int = DEFAULT_MOVIES
    after: tuple[Any, ...] | None = None

    @classmethod
    def parse(cls, query_string: str) -> "Query":
        """Read the part of a URL after its question mark. Raises BadInput with a sentence that names what is wrong."""
        given = _parameters(query_string)
        if unknown := sorted(given.keys() - set(PARAMETERS)):
            raise BadInput(f"There is no parameter {unknown[0][:40]!r}; there are {', '.join(PARAMETERS)}.")
        sort = _sort(given.get("sort", Sort.POPULARITY))
        return cls(
            **{name: _term(name, given[name]) for name in TERMS if name in given},
            year=_whole("year", given["year"], FIRST_YEAR, LAST_YEAR) if "year" in given else None,
            sort=sort,
            limit=_whole("limit", given["limit"], 1, MOST_MOVIES) if "limit" in given else DEFAULT_MOVIES,
            after=parse_cursor(given["cursor"], sort) if "cursor" in given else None,
        )

    @property
    def indexed(self) -> bool:
        """Whether there is a term that an index of trigrams knows."""
        return max(len(self.title), len(self.actor)) >= INDEXED


def _parameters(query_string: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query_string, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except ValueError as error:
        raise BadInput(f"The query is not UTF-8, or has more than {_MOST_PARAMETERS} parameters.") from error
    given = dict(pairs)
    if len(given) < len(pairs):
        raise BadInput("A parameter is given twice.")
    return given


def _term(name: str, text: str) -> str:
    if len(text) > LONGEST:
        raise BadInput(f"{name} has {len(text)} characters, more than {LONGEST}.")
    term = normalise(text)
    if "\0" in text or len(term) < SHORTEST:
        raise BadInput(f"{name} is too short: give at least {SHORTEST} characters of it.")
    return term


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise BadInput(f"{name} must be a whole number from {least} to {most}.")
    return int(text)


def _sort(text: str) -> Sort:
    if text not in set(Sort):
        raise BadInput(f"sort must be {', '.join(Sort)}.")
    return Sort(text)


def cursor(sort: Sort, place: Sequence[Any]) -> str:
    """A place in a sorted list as text that fits into a URL. `parse_cursor` undoes it."""
    return urlsafe_b64encode(orjson.dumps([sort, *place])).decode().rstrip("=")


def parse_cursor(text: str, sort: Sort) -> tuple[Any, ...]:
    """The place that a cursor holds. Raises BadInput for anything that `cursor` does not make for this sort."""
    try:
        said, *place = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError) as error:
        raise BadInput("cursor must be what `next` was in a page before, with the same sort.") from error
    kinds = KEYS[sort]
    fits = said == sort and len(place) == len(kinds) and all(map(_is, place, kinds))
    if not fits:
        raise BadInput("cursor must be what `next` was in a page before, with the same sort.")
    return tuple(place)


def _is(value: object, kind: type) -> bool:
    if type(value) is int:
        return kind is int and -(2**31) <= value < 2**63
    if type(value) is str:
        return kind is str and "\0" not in value and len(value) <= LONGEST
    return type(value) is kind is float and isfinite(value)
