"""The Postgres of tests and of the local catalog: found, started, and gone again."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from local import postgres
from local.postgres import Postgres, PostgresError

STARTED = """
from local import postgres
with postgres.own() as server:
    print(server.host, flush=True)
    input()
"""


def version(server: Postgres) -> int:
    """Its major version."""
    with server.connect() as connection:
        return connection.info.server_version // 10_000


def test_it_is_new_enough_and_complete(server: Postgres, catalog: psycopg.Connection) -> None:
    """Whatever was found has what the catalog rests on."""
    assert version(server) >= 15
    assert catalog.execute("SELECT similarity('word', 'words') > 0").fetchone() == (True,)


@pytest.mark.parametrize("word", ["москва", "αθηνα", "東京物語", "서울의봄"])
def test_every_script_has_letters(catalog: psycopg.Connection, word: str) -> None:
    """An index of trigrams knows the words of each, so that no search for one has to read all movies."""
    assert catalog.execute("SELECT cardinality(show_trgm(%s)) > 2", [word]).fetchone() == (True,)


def test_the_package_stands_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a server on the machine the package's is started, takes every migration, and ends with the context."""
    monkeypatch.delenv("POSTGRES_DSN", raising=False)
    monkeypatch.setattr(postgres, "_installed", list)
    with postgres.own() as server:
        assert version(server) == 18
        with server.database() as name:
            assert server.migrate(name)
    with pytest.raises(psycopg.OperationalError):
        server.connect()


def test_it_does_not_outlive_a_process_that_was_killed() -> None:
    """Who has started a server may die of a kill: the server ends too, and its clients notice."""
    command, pipe = [sys.executable, "-c", STARTED], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as starter:
        assert starter.stdout
        with Postgres(starter.stdout.readline().strip(), 5432, "postgres").connect() as client:
            starter.kill()
            with pytest.raises(psycopg.errors.AdminShutdown):
                client.execute("SELECT pg_sleep(60)")


def test_a_server_that_is_there_is_used(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    """POSTGRES_DSN names it, and nothing is started."""
    monkeypatch.setenv("POSTGRES_DSN", f"host={server.host} port={server.port} user={server.user}")
    with postgres.serving() as found:
        assert found == server


def test_without_any_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Postgres and without the package gets three ways out."""
    monkeypatch.setattr(postgres, "_installed", list)
    monkeypatch.setattr(postgres, "_packaged", lambda: None)
    with pytest.raises(PostgresError, match="set POSTGRES_DSN, install it, or the package"), postgres.own():
        pytest.fail("it was started")


def test_a_folder_that_is_none_of_a_database(tmp_path: Path) -> None:
    """What stands in the way is said as Postgres says it."""
    (tmp_path / "something").touch()
    with pytest.raises(PostgresError, match="initdb failed"), postgres.own(tmp_path):
        pytest.fail("it was started")
    assert [path.name for path in tmp_path.iterdir()] == ["something"]
