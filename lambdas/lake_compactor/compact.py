"""Tends the lake once a day: one newest row per id in current, and few large files a day in silver and quarantine.

A day that is too old for TMDB's terms is removed, too: the bucket's own rules count from when a file was written, which
may be long after its rows were fetched.

It knows what to do from what lies in the bucket, so it can be run at any time, twice at once, or again after a crash.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import duckdb

from lambdas.common.lake import Lake, Object
from lambdas.common.tables import TABLES, Table
from lambdas.lake_compactor.current import Current
from lambdas.lake_compactor.merge import is_due, merge_day

CURRENT = tuple(name.removesuffix("_current") for name, table in TABLES.items() if not table.by_day)
"""The datasets, and the seasons: what has a table of current rows."""

KEPT = timedelta(days=180)
"""TMDB's terms let nobody keep anything for longer than six months."""


@dataclass(slots=True)
class Compacted:
    """What was done: merged files, files of current rows that were written, and files removed for their age.

    Unless `finished`, there is more to do.
    """

    merged: int = 0
    updated: int = 0
    removed: int = 0
    finished: bool = True

    @property
    def continues(self) -> bool:
        """Whether to go on at once: there is more to do, and some of it gets done."""
        return not self.finished and self.merged + self.updated + self.removed > 0


def compact(
    *,
    lake: Lake,
    database: duckdb.DuckDBPyConnection,
    folder: Path,
    until: date,
    names: Iterable[str] = CURRENT,
    in_time: Callable[[], bool] = lambda: True,
) -> Compacted:
    """Bring the tables of current rows in `names` up to date, and merge the files of days up to `until`.

    Asks after each step whether it is still `in_time`, and ends early if not. Raises Retry, StopTheLine.
    """
    done = Compacted()
    current = Current(lake, database, folder, until=until + timedelta(days=1))
    for name in names:
        for _ in current.update(name) if in_time() else ():
            done.updated += 1
            if not in_time():
                break
    for table in TABLES.values():
        for day, objects in _days(table, lake) if in_time() else ():
            if day <= f"{until - KEPT}":
                done.removed += _remove(objects, lake, in_time)
            elif day <= f"{until}" and is_due(objects):
                while in_time() and merge_day(table, day, lake=lake, database=database, folder=folder):
                    done.merged += 1
    done.finished = in_time()
    return done


def _days(table: Table, lake: Lake) -> list[tuple[str, list[Object]]]:
    """The days of a table with their objects, from one listing; of a table that has no days, none.

    To ask day by day would be two requests for each of half a year of them.
    """
    start = len(f"{table.prefix}/dt=")
    days = groupby(lake.objects(table.prefix) if table.by_day else (), lambda found: found.key[start : start + 10])
    return [(day, list(objects)) for day, objects in days]


def _remove(objects: Iterable[Object], lake: Lake, in_time: Callable[[], bool]) -> int:
    number = 0
    for number, found in enumerate(objects, 1):
        if not in_time():
            return number - 1
        lake.remove(found.key)
    return number
