"""Building gold in DuckDB: one file a table, the same bytes for the same lake, and nothing left of before."""

import datetime as dt
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.store import LocalStore

from lambdas.common import trino
from lambdas.common.errors import BadInput
from lambdas.common.gold import GOLD
from lambdas.common.lake import Lake
from lambdas.common.lakehouse import Lakehouse
from lambdas.gold_builder.build import build, parse_event
from tests.unit.common.sample_lake import DATE

TODAY = dt.date(2026, 11, 26)


def keys(store: LocalStore) -> list[str]:
    """All objects of gold."""
    return sorted(meta["path"] for page in obstore.list(store, prefix="gold") for meta in page)


@pytest.mark.parametrize("table", GOLD)
def test_a_table_is_built_where_it_is_read(store: LocalStore, tables: Lakehouse, scratch: Path, table: str) -> None:
    """What is built is found under `gold_...` at once, and building again gives the same bytes."""
    built = build(table, DATE, tables=tables, lake=Lake(store), scratch=scratch)
    key = f"gold/{table}/part-0.parquet"
    first = bytes(obstore.get(store, key).bytes())
    assert list(tables.rows(trino.parse(f"SELECT count(*) FROM gold_{table}"))[1]) == [(built.rows,)]
    assert built.rows
    build(table, DATE, tables=tables, lake=Lake(store), scratch=scratch)
    assert bytes(obstore.get(store, key).bytes()) == first
    assert keys(store) == [key]
    assert list(scratch.iterdir()) == []


def test_other_files_of_the_table_go(store: LocalStore, tables: Lakehouse, scratch: Path) -> None:
    """After Athena built a table in several files, one that DuckDB builds replaces them all, and no other table."""
    for key in (
        "gold/genre_stats/part-0.parquet",
        "gold/genre_stats/part-7.parquet",
        "gold/genre_stats_2/part-0.parquet",
    ):
        obstore.put(store, key, b"old")
    build("genre_stats", DATE, tables=tables, lake=Lake(store), scratch=scratch)
    assert keys(store) == ["gold/genre_stats/part-0.parquet", "gold/genre_stats_2/part-0.parquet"]


@pytest.mark.parametrize(
    ("event", "tables", "date"),
    [
        ({}, list(GOLD), TODAY),
        ({"tables": ["freshness"], "date": "2026-11-25"}, ["freshness"], DATE),
        ({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}, list(GOLD), TODAY),
    ],
)
def test_what_an_event_asks_for(event: dict[str, Any], tables: list[str], date: dt.date) -> None:
    """Without words for it, all tables as of today."""
    assert parse_event(event, today=TODAY) == (tables, date)


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ({"table": "freshness"}, "'table'"),
        ({"tables": ["fresh"]}, "['fresh']"),
        ({"tables": []}, "[]"),
        ({"tables": "freshness"}, "'freshness'"),
        ({"tables": [["freshness"]]}, "freshness"),
        ({"date": "25.11.2026"}, "'25.11.2026'"),
        ({"date": 20261125}, "20261125"),
    ],
)
def test_what_an_event_may_not_say(event: dict[str, Any], named: str) -> None:
    """Unknown words and values are refused by name."""
    with pytest.raises(BadInput) as caught:
        parse_event(event, today=TODAY)
    assert named in str(caught.value)
