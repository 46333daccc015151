"""The view that a reader sees of a table by day: the same text in both engines, and each row once in it."""

from pathlib import Path

import pytest
from obstore.store import LocalStore
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

from lambdas.common import trino
from lambdas.common.lakehouse import Lakehouse
from lambdas.common.once import files_of, is_view, once, seen
from lambdas.common.tables import EXPORT_IDS, TABLES, Table
from tests.unit.common.lake_folder import LakeFolder

VIEWS = [table for table in TABLES.values() if is_view(table)]


def test_tables_by_day_are_views() -> None:
    """Current rows are there once, and so are the ids of an export, which is one file."""
    assert {table.name for table in VIEWS} == {name for name in TABLES if name.startswith(("silver_", "quarantine_"))}
    assert not is_view(EXPORT_IDS)


@pytest.mark.parametrize("table", VIEWS, ids=lambda table: table.name)
def test_a_condition_on_days_or_ids_reaches_the_files(table: Table) -> None:
    """Both engines let one through a window that has its column among those that make a row; all names are known."""
    view = trino.parse(once(table))
    (window,) = view.find_all(exp.Window)
    assert [column.name for column in window.args["partition_by"]] == ["dt", *table.unique]
    schema: dict[str, object] = {files_of(table): {column.name: column.type.trino for column in seen(table)}}
    assert qualify(view, schema=schema, dialect="trino").named_selects == [column.name for column in seen(table)]


def test_an_entry_has_its_best_rank(tmp_path: Path) -> None:
    """Pages of a run may lie in several files, each with its rank of an entry that moved; another run is another."""
    folder = LakeFolder(tmp_path)
    for rank, run in ((21, "a"), (2, "a"), (22, "a"), (7, "b")):
        row = {"id": 5, "rank": rank, "run": run, "fetched_at": f"2026-11-24 08:00:{rank}"}
        folder.put("silver_tv_popular", [row, row], "2026-11-24")
    lake = Lakehouse(LocalStore(tmp_path), scratch=str(tmp_path / "scratch"))
    _, rows = lake.rows(trino.parse('SELECT run, "rank" FROM silver_tv_popular ORDER BY run'))
    assert list(rows) == [("a", 2), ("b", 7)]


def test_what_fails_quality_twice_is_there_once(tmp_path: Path) -> None:
    """Quarantine is merged like silver; two reasons to refuse an id at the same time are two rows."""
    folder = LakeFolder(tmp_path)
    for body in ("{}", "[]", "{}"):
        row = {"id": 5, "reason": "no title", "body": body, "fetched_at": "2026-11-24 08:00:00", "run": "a"}
        folder.put("quarantine_tv", [row], "2026-11-24")
    lake = Lakehouse(LocalStore(tmp_path), scratch=str(tmp_path / "scratch"))
    assert sorted(lake.rows(trino.parse("SELECT body FROM quarantine_tv"))[1]) == [("[]",), ("{}",)]
