"""The changes feeds of movie, tv and person: day windows, pages, null ids, and totals that may lie."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from hashlib import blake2b

from aiohttp import web

from local.catalogue.protocol import Catalogue, Changed
from local.tmdb.errors import error, json_response

DATASETS = ("movie", "tv", "person")
PAGE = 100
LAST_PAGE = 500
LONGEST = timedelta(days=14)


class Totals(StrEnum):
    """What a feed says of its own length."""

    HONEST = "honest"
    """100 rows a page and the right totals."""
    SINGLE = "single"
    """All rows in one page, said to be 1 row (2021 and 2022)."""
    UNDERSTATED = "understated"
    """100 rows a page, said to be 1 page of 1 row."""


def rows(catalogue: Catalogue, dataset: str, days: Iterable[date], turns: Sequence[date]) -> list[dict[str, object]]:
    """The rows of a window in no order, each id once, one of them null; round `i + 1` began on the day `turns[i]`."""
    found: dict[int, Changed] = {}
    for day in days:
        for change in catalogue.edited(dataset, day):
            found[change.id] = change
        for number, turned in enumerate(turns, 1):
            if turned == day:
                found |= {change.id: change for change in catalogue.turned(dataset, number)}
    shuffled = sorted(found, key=lambda id: blake2b(str(id).encode(), digest_size=8).digest())
    listed: list[dict[str, object]] = [{"id": id, "adult": found[id].adult} for id in shuffled]
    if listed:
        listed.insert(len(listed) // 2, {"id": None, "adult": None})
    return listed


def window(query: Mapping[str, str], today: date) -> tuple[date, date]:
    """First and last day asked for; yesterday and today unless told otherwise. Raises ValueError on a bad date."""
    last = date.fromisoformat(query["end_date"]) if "end_date" in query else today
    first = date.fromisoformat(query["start_date"]) if "start_date" in query else last - timedelta(days=1)
    return first, last


def respond(
    catalogue: Catalogue,
    dataset: str,
    query: Mapping[str, str],
    today: date,
    turns: Sequence[date],
    totals: Totals,
) -> web.Response:
    """One page of a feed, or TMDB's refusal of the page (code 22), a date (23) or the window (20)."""
    page = query.get("page", "1")
    if not page.isascii() or not page.isdigit() or not 1 <= int(page) <= LAST_PAGE:
        return error(22)
    try:
        first, last = window(query, today)
    except ValueError:
        return error(23)
    if last - first > LONGEST:
        return error(20)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    found = rows(catalogue, dataset, days, turns)
    number, size = int(page), len(found) if totals is Totals.SINGLE else PAGE
    pages, results = (-(-len(found) // PAGE), len(found)) if totals is Totals.HONEST or not found else (1, 1)
    body = {
        "results": found[(number - 1) * size : number * size],
        "page": number,
        "total_pages": pages,
        "total_results": results,
    }
    return json_response(body, headers={"Cache-Control": "public, max-age=28800"})
