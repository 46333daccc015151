"""Tends the lake once a day: one newest row per id in current, and few large files a day in silver and quarantine.

It knows what to do from what lies in the bucket, so it can be run at any time, twice at once, or again after a crash.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from lambdas.common.lake import Lake
from lambdas.common.tables import TABLES, Table
from lambdas.lake_compactor.current import Current
from lambdas.lake_compactor.merge import merge_day

CURRENT = tuple(name.removesuffix("_current") for name, table in TABLES.items() if not table.by_day)
"""The datasets, and the seasons: what has a table of current rows."""


@dataclass(slots=True)
class Compacted:
    """What was done: merged files, and files of current rows that changed. Unless `finished`, there is more to do."""

    merged: int = 0
    updated: int = 0
    finished: bool = True


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
    for table in TABLES.values() if in_time() else ():
        for day in _days(table, lake, until):
            while in_time() and merge_day(table, day, lake=lake, database=database, folder=folder):
                done.merged += 1
    done.finished = in_time()
    return done


def _days(table: Table, lake: Lake, until: date) -> list[str]:
    """The days of a table up to `until`; of a table that has no days, none."""
    if not table.by_day:
        return []
    days = (name.removeprefix("dt=") for name in lake.folders(table.prefix) if name.startswith("dt="))
    return [day for day in days if day <= until.isoformat()]
