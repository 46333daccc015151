"""The lake's tables in DuckDB: each row once, of every age of file, and no more read than is asked for."""

import json
import os
from pathlib import Path
from typing import Any

import duckdb
import obstore
import pytest
from obstore.store import LocalStore, MemoryStore

from lambdas.common import trino
from lambdas.common.errors import BadInput, Retry
from lambdas.common.lakehouse import LAKE, Lakehouse
from tests.unit.common.lake_folder import LakeFolder, row_of

BODIES = Path(__file__).parent / "bodies"
FETCHED = {"fetched_at": "2026-11-24 08:00:00", "run": "r"}


@pytest.fixture
def folder(tmp_path: Path) -> LakeFolder:
    """An empty lake."""
    return LakeFolder(tmp_path)


def ask(lake: LakeFolder | Lakehouse, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query, and of a folder's lake as it is now."""
    asked = (
        Lakehouse(LocalStore(lake.root), scratch=str(lake.root / "scratch")) if isinstance(lake, LakeFolder) else lake
    )
    return list(asked.rows(trino.parse(sql))[1])


@pytest.mark.parametrize("table", LAKE)
def test_a_table_without_files_is_empty(folder: LakeFolder, table: str) -> None:
    """Every table can be asked from the first day on, and has its columns then."""
    lake = Lakehouse(LocalStore(folder.root), scratch=str(folder.root))
    columns, rows = lake.rows(trino.parse(f"SELECT * FROM {table}"))
    assert columns == [column.name for column in LAKE[table].columns] + (["dt"] if LAKE[table].by_day else [])
    assert list(rows) == []


@pytest.mark.parametrize("dataset", ["movie", "tv", "person", "collection", "company", "keyword", "network"])
def test_bodies_become_rows(folder: LakeFolder, dataset: str) -> None:
    """A row of each dataset holds its body, however nested: lists, maps and messages."""
    body = json.loads((BODIES / f"{dataset}.json").read_text())
    folder.put(f"silver_{dataset}", [row_of(f"silver_{dataset}", body, **FETCHED)], "2026-11-24")
    (row,) = ask(folder, f"SELECT id, dt, fetched_at, * FROM silver_{dataset}")
    assert row[:2] == (body["id"], "2026-11-24")


def test_a_row_counts_once(folder: LakeFolder) -> None:
    """While files are merged a row is there twice; a later answer about the same id is another row."""
    rows = [{"id": 1, "fetched_at": f"2026-11-24 0{hour}:00:00"} for hour in (1, 2)]
    folder.put("silver_keyword", rows, "2026-11-24")
    folder.put("silver_keyword", rows[:1], "2026-11-24")
    folder.put("silver_gone", [{"dataset": "keyword", **rows[0]}] * 2, "2026-11-24")
    show = {"show_id": 1, "data_type": "popular_shows", "ingestion_date": "2026-11-24T03:00:00Z"}
    folder.put("silver_shows", [show, show, show | {"data_type": "airing_today"}], "2026-11-24")
    counted = (
        "SELECT (SELECT count(*) FROM silver_keyword), (SELECT count(*) FROM silver_gone), count(*) FROM silver_shows"
    )
    assert ask(folder, counted) == [(2, 1, 2)]


def test_files_of_before_a_column_are_read(folder: LakeFolder) -> None:
    """A file that lacks columns, on top or nested, has nulls there; the newest file need not come first."""
    old = folder.root / "silver" / "movie" / "dt=2026-01-01" / "old.parquet"
    old.parent.mkdir(parents=True)
    select = "SELECT 1::INTEGER AS id, [{'id': 18}] AS genres, TIMESTAMP '2026-01-01 00:00:00' AS fetched_at"
    duckdb.connect().execute(f"COPY ({select}) TO '{old}'")
    folder.put("silver_movie", [{"id": 2, "genres": [{"id": 80, "name": "Crime"}], **FETCHED}], "2026-11-24")
    rows = ask(folder, "SELECT m.id, title, g.id, g.name FROM silver_movie m CROSS JOIN UNNEST(genres) AS g (id, name)")
    assert sorted(rows) == [(1, None, 18, None), (2, None, 80, "Crime")]


def test_export_ids_have_dataset_and_day(folder: LakeFolder) -> None:
    """TMDB's daily files are a table; what they are of is said by where they lie."""
    folder.list_ids("movie", "2026-11-24", [1, 2])
    folder.list_ids("tv", "2026-11-25", [3])
    rows = ask(folder, "SELECT dataset, dt, id FROM export_ids ORDER BY id")
    assert rows == [("movie", "2026-11-24", 1), ("movie", "2026-11-24", 2), ("tv", "2026-11-25", 3)]


def test_only_what_is_asked_for_is_read(folder: LakeFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file with a long column a query of another one reads a small part, and of other days only the ends."""
    for day in ("2026-11-23", "2026-11-24"):
        rows = [{"id": n, "overview": f"{n}" * 3000, "popularity": n / 7, **FETCHED} for n in range(1, 200)]
        path = folder.put("silver_movie", rows, day)
        os.utime(path, (1_700_000_000, 1_700_000_000))  # of a file just written DuckDB would read the end twice
    read: list[tuple[str, int]] = []
    get_range = obstore.get_range

    def counted(store: Any, path: str, *, start: int, length: int) -> Any:
        read.append((path, length))
        return get_range(store, path, start=start, length=length)

    monkeypatch.setattr("lambdas.common.lake_files.obstore.get_range", counted)
    assert ask(folder, "SELECT max(id) FROM silver_movie WHERE dt = '2026-11-24'") == [(199,)]
    others = [length for path, length in read if "dt=2026-11-23" in path]
    assert len(others) == 2  # the length of the footer, and the footer
    assert ask(folder, "SELECT count(DISTINCT length(overview)) FROM silver_movie")[0] == (3,)


def test_a_lake_in_memory_is_like_one_in_a_folder(folder: LakeFolder) -> None:
    """Any store will do."""
    path = folder.put("movie_current", [{"id": 7, "title": 'It\'s 100% "here"'}])
    store = MemoryStore()
    obstore.put(store, "current/movie/it's.parquet", path.read_bytes())
    lake = Lakehouse(store, scratch=str(folder.root))
    assert ask(lake, "SELECT id, title FROM movie_current") == [(7, 'It\'s 100% "here"')]


def test_new_files_are_seen(folder: LakeFolder) -> None:
    """Each query finds the files that are there when it is asked."""
    lake = Lakehouse(LocalStore(folder.root), scratch=str(folder.root / "scratch"))
    for number in (1, 2):
        folder.put("network_current", [{"id": number}])
        assert ask(lake, "SELECT count(*) FROM network_current") == [(number,)]


@pytest.mark.parametrize("function", ["read_text", "read_csv", "read_blob"])
def test_no_query_sees_this_machine(folder: LakeFolder, tmp_path: Path, function: str) -> None:
    """Wherever a query comes from, the files beside the lake are none of its tables."""
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with pytest.raises(BadInput, match="disabled by configuration"):
        ask(folder, f"SELECT * FROM {function}('{tmp_path / 'secret.csv'}')")


def test_what_does_not_fit_is_spilled(tmp_path: Path) -> None:
    """A query that needs more memory than there may be takes the scratch folder, which it may use."""
    lake = Lakehouse(MemoryStore(), scratch=str(tmp_path), memory_megabytes=32, threads=1)
    numbers = "UNNEST(sequence(1, 1000)) AS a (x) CROSS JOIN UNNEST(sequence(1, 400)) AS b (y)"
    rows = f"SELECT x * y AS n, repeat('x', 30) || CAST(x * y AS VARCHAR) AS t FROM {numbers}"
    assert lake.save(trino.parse(f"SELECT * FROM ({rows}) ORDER BY t, n"), str(tmp_path / "sorted.parquet")) == 400_000


def test_wrong_questions_are_answered_in_words(folder: LakeFolder) -> None:
    """An unknown table is answered with those there are; another mistake with DuckDB's first line about it."""
    with pytest.raises(BadInput, match=r"no table movies; there are .*movie_current"):
        ask(folder, "SELECT * FROM movies")
    with pytest.raises(BadInput, match=r'Referenced column "titel" not found'):
        ask(folder, "SELECT titel FROM movie_current")
    with pytest.raises(BadInput, match=r"Could not convert"):
        ask(folder, "SELECT CAST('x' AS INTEGER)")


def test_a_file_that_goes_meanwhile_is_for_another_try(folder: LakeFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are merged at night: a query that lost one may be asked again."""
    folder.put("movie_current", [{"id": 7}])

    def gone(*_: Any, **__: Any) -> Any:
        raise FileNotFoundError("gone")

    monkeypatch.setattr("lambdas.common.lake_files.obstore.get_range", gone)
    with pytest.raises(Retry, match="could not be read"):
        ask(folder, "SELECT * FROM movie_current")


def test_the_lake_is_only_read(folder: LakeFolder) -> None:
    """No query can write to it."""
    folder.put("movie_current", [{"id": 7}])
    lake = Lakehouse(LocalStore(folder.root), scratch=str(folder.root))
    with pytest.raises((BadInput, Retry)):
        lake.save(trino.parse("SELECT 1 AS x"), "lake://current/movie/x.parquet")
    assert len(list((folder.root / "current" / "movie").iterdir())) == 1
