"""Builds a table of gold: its SQL file, run over the lake, becomes its one Parquet file.

The same file runs in DuckDB here or on Athena (see `unload`), so what a lake's size decides is where, not what. A build
of the same lake and date gives the same rows in the same order, and a reader sees the old table or the new one.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlglot import exp

from lambdas.common import trino
from lambdas.common.errors import BadInput
from lambdas.common.gold import GOLD
from lambdas.common.lake import Lake
from lambdas.common.lakehouse import Lakehouse

_SQL = Path(__file__).parent / "sql"
FILE = "part-0.parquet"


@dataclass(frozen=True, slots=True)
class Built:
    """A table that was built, and how many rows it has: None where Athena counted them and does not tell."""

    table: str
    rows: int | None


def parse_event(event: Mapping[str, Any], *, today: dt.date) -> tuple[list[str], dt.date]:
    """The tables to build (all) and the date as of which (today). Raises BadInput naming what is wrong."""
    if event.keys() & {"source", "detail-type"}:  # a rule that passes its whole event, which asks for nothing
        return list(GOLD), today
    if unknown := sorted(event.keys() - {"tables", "date"}):
        raise BadInput(f"unknown {unknown[0]!r} in the event; it may name tables and a date")
    tables, date = event.get("tables", list(GOLD)), event.get("date", today.isoformat())
    if not isinstance(tables, list) or not tables or any(table not in list(GOLD) for table in tables):
        raise BadInput(f"tables must be some of {', '.join(GOLD)}, not {tables!r}")
    try:
        return tables, dt.date.fromisoformat(date)
    except (TypeError, ValueError) as error:
        raise BadInput(f"date must be YYYY-MM-DD, not {date!r}") from error


def query(table: str, date: dt.date) -> exp.Query:
    """What builds a table as of `date`."""
    return trino.parse((_SQL / f"{table}.sql").read_text(), date)


def build(table: str, date: dt.date, *, tables: Lakehouse, lake: Lake, scratch: Path) -> Built:
    """Build a table from the lake's `tables` in DuckDB, and put it where the last one was.

    Raises BadInput, Retry, StopTheLine.
    """
    file = scratch / f"{table}.parquet"
    rows = tables.save(query(table, date), str(file))
    key = f"{GOLD[table].prefix}/{FILE}"
    lake.write(key, file)
    file.unlink()
    leave_only(lake, table, [key])
    return Built(table, rows)


def leave_only(lake: Lake, table: str, keys: Collection[str]) -> None:
    """Remove all other files of a table: what another engine, or a larger table, left."""
    for found in lake.objects(GOLD[table].prefix):
        if found.key not in keys:
            lake.remove(found.key)
