"""Migrations: in order, once, all or nothing."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from google.protobuf.descriptor import FieldDescriptor

from lambdas.catalog_api.query import Query
from lambdas.catalog_api.search import search
from lambdas.common.catalog.migrate import MIGRATIONS, migrate, statements
from lambdas.common.catalog.record import Reject
from lambdas.common.catalog.store import COMPUTED, SEARCHED, reject, remove, store
from lambdas.common.errors import StopTheLine
from local.postgres import Postgres
from proto.tmdb.v1.catalog_pb2 import CatalogMovie


@pytest.fixture
def empty(server: Postgres) -> Iterator[str]:
    """A database without anything."""
    with server.database() as name:
        yield name


def apply(connection: psycopg.Connection, folder: Path = MIGRATIONS) -> list[str]:
    """Migrate in one transaction."""

    def execute(statement: str) -> list[tuple[str, ...]]:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []

    with connection.transaction():
        return migrate(execute, folder)


def test_each_is_applied_once(server: Postgres, empty: str) -> None:
    """A second run finds nothing to do."""
    with server.connect(empty) as connection:
        assert apply(connection) == sorted(path.stem for path in MIGRATIONS.glob("*.sql"))
        assert apply(connection) == []


def test_two_migrators_at_a_time_do_it_once(server: Postgres, empty: str) -> None:
    """One waits for the other, and both succeed."""
    applied: list[list[str]] = []
    threads = [Thread(target=lambda: applied.append(server.migrate(empty))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, applied)) == [0, 0, 0, len(list(MIGRATIONS.glob("*.sql")))]


def test_one_that_fails_leaves_nothing(server: Postgres, empty: str, tmp_path: Path) -> None:
    """The good ones before it are taken back too, and run again once it is mended."""
    (tmp_path / "0001_good.sql").write_text("CREATE TABLE good (id int);\n")
    (tmp_path / "0002_bad.sql").write_text("CREATE TABLE bad (id int);\n\nSELECT no_such_thing;\n")
    with server.connect(empty) as connection:
        with pytest.raises(psycopg.errors.UndefinedColumn):
            apply(connection, tmp_path)
        assert connection.execute("SELECT to_regclass('good'), to_regclass('migration')").fetchone() == (None, None)
        (tmp_path / "0002_bad.sql").write_text("CREATE TABLE bad (id int);\n")
        assert apply(connection, tmp_path) == ["0001_good", "0002_bad"]


def test_code_of_before_lives_with_a_newer_schema(server: Postgres, empty: str, tmp_path: Path) -> None:
    """A deployment on its way back asks older code to migrate, which finds nothing to do."""
    (tmp_path / "0001_one.sql").write_text("CREATE TABLE one (id int);\n")
    (tmp_path / "0002_two.sql").write_text("CREATE TABLE two (id int);\n")
    with server.connect(empty) as connection:
        apply(connection, tmp_path)
        (tmp_path / "0002_two.sql").unlink()
        assert apply(connection, tmp_path) == []
        assert connection.execute("SELECT to_regclass('two')::text").fetchone() == ("two",)


def test_one_that_changed_is_refused(server: Postgres, empty: str, tmp_path: Path) -> None:
    """A file is history once it was applied."""
    (tmp_path / "0001_one.sql").write_text("CREATE TABLE one (id int);\n")
    with server.connect(empty) as connection:
        apply(connection, tmp_path)
        (tmp_path / "0001_one.sql").write_text("CREATE TABLE one (id bigint);\n")
        with pytest.raises(StopTheLine, match="0001_one was changed"):
            apply(connection, tmp_path)


def test_a_name_without_a_number_is_refused(server: Postgres, empty: str, tmp_path: Path) -> None:
    """Order comes from names, so each has its number."""
    (tmp_path / "movies'; DROP.sql").write_text("SELECT 1;\n")
    with server.connect(empty) as connection, pytest.raises(StopTheLine, match="not named like"):
        apply(connection, tmp_path)


def test_statements_end_at_blank_lines() -> None:
    """A semicolon within a body ends nothing; each file comes apart into what Postgres takes one by one."""
    text = "DO $$ BEGIN\n  PERFORM 1;\n  PERFORM 2;\nEND $$;\n\nSELECT 1;\n \nSELECT 2;\n"
    assert list(statements(text)) == ["DO $$ BEGIN\n  PERFORM 1;\n  PERFORM 2;\nEND $$", "SELECT 1", "SELECT 2"]


def test_columns_are_the_fields_of_the_message(catalog: psycopg.Connection) -> None:
    """The row has the names and types of CatalogMovie, which is where they are decided."""
    kinds = {
        FieldDescriptor.TYPE_INT32: "integer",
        FieldDescriptor.TYPE_INT64: "bigint",
        FieldDescriptor.TYPE_DOUBLE: "double precision",
        FieldDescriptor.TYPE_STRING: "text",
    }
    fields = {
        field.name: f"{kinds[field.type]}[]" if field.is_repeated else kinds[field.type]
        for field in CatalogMovie.DESCRIPTOR.fields
        if field.name not in COMPUTED
    }
    ask = (
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
        " WHERE attrelid = 'movie'::regclass AND attnum > 0 AND NOT attisdropped"
    )
    columns: dict[str, str] = dict(catalog.execute(ask).fetchall())
    assert columns == {"id": "bigint", **fields, **dict.fromkeys(SEARCHED, "text")}


def test_users_may_do_their_work_and_no_more(server: Postgres, database: str, catalog: psycopg.Connection) -> None:
    """Both store movies, the loader removes and rejects them, the API searches; neither can change the schema."""
    movie = CatalogMovie(title="A", year=2000, tmdb_id=7, fetched_at=3, popularity=0, genres=["Drama"])
    with server.connect(database, "catalog_loader") as loader:
        remove(loader, {7: 1})
        assert store(loader, [movie]) == 1
        remove(loader, {7: 2})
        reject(loader, "file", 1, [Reject(1, "reason", "content")])
    with server.connect(database, "catalog_api") as api:
        movie.fetched_at = 4
        assert store(api, [movie]) == 1
        assert search(api, Query(title="a", genre="drama")).total == 1
    for user, statement in {
        "catalog_api": "DELETE FROM movie",
        "catalog_loader": "DROP TABLE movie",
    }.items():
        with server.connect(database, user) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())
