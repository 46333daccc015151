"""TMDB's feed of ids that changed: https://developer.themoviedb.org/docs/tracking-content-changes.

Its totals are not to be trusted (all rows in one page that claims to hold one row was seen), neither are its rows: null
ids were seen. A day can be asked for 500 pages of 100 rows.
"""

import datetime as dt
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from lambdas.common.clock import Clock
from lambdas.common.datasets import LAST_PAGE, Dataset
from lambdas.common.errors import Retry
from lambdas.common.tmdb import Tmdb
from lambdas.common.work import MAX_ID
from lambdas.harvester.patience import patiently

PAGE_ROWS = 100


@dataclass(slots=True)
class Changes:
    """What changed on a day. `rejected` rows held no id; `cut` means that there was more than can be asked for."""

    ids: set[int] = field(default_factory=set)
    rejected: int = 0
    cut: bool = False


async def changes(
    dataset: Dataset, day: dt.date, *, include_adult: bool, tmdb: Tmdb, clock: Clock, deadline: float
) -> Changes:
    """Follow a day's pages to their end. Raises what Tmdb.get raises.

    The window ends on the next day: whether `end_date` is part of it is not documented, and an empty window would be
    silence. What that brings twice is dropped with the other duplicates.
    """
    window = {"start_date": day.isoformat(), "end_date": (day + dt.timedelta(days=1)).isoformat()}
    found = Changes()
    before: list[Any] = []
    for page in range(1, LAST_PAGE + 1):
        ask = partial(_page, dataset, page, window, tmdb, deadline)
        rows, pages = await patiently(ask, clock)
        if not rows or rows == before:  # the same page again: a feed that does not page
            return found
        _add(rows, include_adult, found)
        if page >= pages and len(rows) < PAGE_ROWS:
            return found
        before = rows
    found.cut = True
    return found


async def _page(
    dataset: Dataset, page: int, window: dict[str, str], tmdb: Tmdb, deadline: float
) -> tuple[list[Any], int]:
    """The rows of a page, and how many pages there are said to be."""
    fetched = await tmdb.get(str(dataset.changes), deadline=deadline, page=page, **window)
    rows = fetched.data.get("results") if fetched else None
    if fetched is None or not isinstance(rows, list):
        raise Retry(f"TMDB's {dataset.changes} has no results")
    pages = fetched.data.get("total_pages")
    return rows, pages if isinstance(pages, int) else 0


def _add(rows: list[Any], include_adult: bool, found: Changes) -> None:
    for row in rows:
        id = row.get("id") if isinstance(row, dict) else None
        if type(id) is not int or not 0 < id < MAX_ID:
            found.rejected += 1
        elif include_adult or row.get("adult") is not True:
            found.ids.add(id)
