"""The SQL of gold: what each file answers about the sample lake, in the columns it is declared with."""

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest
from obstore.store import LocalStore, MemoryStore
from sqlglot.optimizer.qualify import qualify

from lambdas.common import trino
from lambdas.common.datasets import DATASETS
from lambdas.common.gold import GOLD
from lambdas.common.lakehouse import Lakehouse
from lambdas.gold_builder.build import query
from tests.unit.common.lake_folder import LakeFolder, trino_schema
from tests.unit.common.sample_lake import DATE

FETCHED = dt.datetime(2026, 11, 25, 8, 30)  # noqa: DTZ001  # as it comes out of a TIMESTAMP, which is UTC

EXPECTED: dict[str, list[tuple[Any, ...]]] = {
    "popularity_trend": [
        ("movie", 11, "The Lantern", "2026-11-17", 9.0, None, None, 9.0),
        ("movie", 11, "The Lantern", "2026-11-18", 10.0, 1.0, None, 9.5),
        ("movie", 11, "The Lantern", "2026-11-24", 12.0, None, 3.0, 11.0),
        ("movie", 11, "The Lantern", "2026-11-25", 12.5, 0.5, 2.5, 12.25),
        ("tv", 21, "Northern Line", "2026-11-23", 31.0, None, None, 31.0),
        ("tv", 21, "Northern Line", "2026-11-24", 30.0, -1.0, None, 30.5),
        ("tv", 21, "Northern Line", "2026-11-25", 30.25, 0.25, None, 30.417),
        ("tv", 22, "Kettle", "2026-11-24", 1.0, None, None, 1.0),
        ("tv", 22, "Kettle", "2026-11-25", 1.0, 0.0, None, 1.0),
    ],
    "genre_stats": [
        ("movie", 18, "Drama", 1999, 2, 400, 6.5, 10.0),
        ("movie", 80, "Crime", 1999, 1, 100, 8.0, 12.5),
        ("tv", 18, "Drama", 2011, 1, 900, 8.5, 30.25),
        ("tv", 18, "Drama", None, 1, 0, None, 1.0),
    ],
    "new_and_gone": [
        ("movie", "2026-11-23", 3, 0, 0, 0),
        ("movie", "2026-11-24", 3, 0, 0, 0),
        ("movie", "2026-11-25", 3, 1, 1, 1),
        ("tv", "2026-11-24", 2, 0, 0, 0),
    ],
    "top_people": [
        (1, 31, "A. Player", "Acting", 3, 3, 1, 3.25),
        (2, 32, "B. Maker", "Writing", 1, 0, 2, 1.5),
    ],
    "provider_coverage": [
        ("DE", "movie", 1, "Stream", 2, 2, 0, 0, 0, 0),
        ("DE", "movie", 2, "Shop", 1, 0, 0, 0, 0, 1),
        ("DE", "tv", 1, "Stream", 1, 0, 0, 1, 0, 0),
        ("US", "movie", 1, "Stream", 1, 0, 0, 0, 1, 0),
        ("US", "movie", 2, "Shop", 1, 0, 0, 0, 1, 0),
    ],
    "freshness": [
        ("movie", "2026-11-25", 3, 3, 1, 1, FETCHED, FETCHED),
        ("person", None, 0, 3, 0, 3, FETCHED, FETCHED),
        ("tv", "2026-11-24", 2, 2, 0, 0, FETCHED, FETCHED),
    ],
}


def test_each_table_has_its_file() -> None:
    """A table is declared once and written once."""
    folder = Path(__file__).parents[3] / "lambdas" / "gold_builder" / "sql"
    assert {path.stem for path in folder.glob("*.sql")} == GOLD.keys() == EXPECTED.keys()


@pytest.mark.parametrize("table", GOLD)
def test_what_a_table_answers(tables: Lakehouse, table: str) -> None:
    """Rows in their order, with no row counted that is there twice."""
    assert list(tables.rows(query(table, DATE))[1]) == EXPECTED[table]


@pytest.mark.parametrize("table", GOLD)
def test_columns_are_those_declared(tables: Lakehouse, scratch: Path, table: str) -> None:
    """What is built has the names and types that Glue is told, from a full lake and from an empty one."""
    empty = Lakehouse(MemoryStore(), scratch=str(scratch))
    for built in (tables, empty):
        path = scratch / "built.parquet"
        built.save(query(table, DATE), str(path))
        described = duckdb.connect().execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
        assert [row[:2] for row in described] == [(c.name, c.type.duckdb) for c in GOLD[table].columns]


@pytest.mark.parametrize("table", GOLD)
def test_an_empty_lake_has_no_rows(scratch: Path, table: str) -> None:
    """A dataset that is not mirrored, or a first day, is an empty table, not an error."""
    assert list(Lakehouse(MemoryStore(), scratch=str(scratch)).rows(query(table, DATE))[1]) == []


@pytest.mark.parametrize("table", GOLD)
def test_trino_knows_every_name(table: str) -> None:
    """What Athena gets parses as Trino and names only columns there are; it gives the columns that DuckDB gives."""
    again = trino.parse(trino.to_trino(query(table, DATE)))
    qualified = qualify(again, schema=trino_schema(), dialect="trino")
    assert qualified.named_selects == [column.name for column in GOLD[table].columns]


@pytest.mark.parametrize("table", GOLD)
def test_rows_are_in_total_order(table: str) -> None:
    """A table is ordered by what its rows are about, so that a rebuild gives the same file."""
    ordered = {ordering.this.name for ordering in query(table, DATE).args["order"].expressions}
    assert ordered in (set(GOLD[table].key), {"rank"})


def test_every_list_is_in_the_trend() -> None:
    """Lists tell of popularity every day; those of shows are together in silver_shows."""
    read, _ = trino.tables(query("popularity_trend", DATE))
    assert {f"silver_{name}" for name, dataset in DATASETS.items() if dataset.paged and name[:6] == "movie_"} <= read


def test_every_dataset_is_in_freshness() -> None:
    """What TMDB lists every day is compared with what is stored."""
    read, _ = trino.tables(query("freshness", DATE))
    assert {f"{name}_current" for name, dataset in DATASETS.items() if dataset.export} <= read


def test_only_the_days_before_a_date_count(tables: Lakehouse) -> None:
    """A table can be built as of an earlier day: what came later is not in it."""
    rows = list(tables.rows(query("popularity_trend", dt.date(2026, 11, 24)))[1])
    assert max(row[3] for row in rows) == "2026-11-24"
    assert {row[1] for row in tables.rows(query("new_and_gone", dt.date(2026, 11, 24)))[1]} == {
        "2026-11-23",
        "2026-11-24",
    }


def test_sums_do_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    """Floats are added as decimals: whatever order threads add them in, the last digit stays."""
    found = []
    for order in (1, -1):
        root = tmp_path / str(order)
        root.mkdir()
        folder = LakeFolder(root)
        rows = [{"id": n, "genres": [{"id": 18}], "popularity": n / 7, "release_date": "1999"} for n in range(1, 999)]
        folder.put("movie_current", rows[::order])
        tables = Lakehouse(LocalStore(root), scratch=str(root / "scratch"), threads=4)
        found.append(list(tables.rows(query("genre_stats", DATE))[1]))
    assert found[0] == found[1]
