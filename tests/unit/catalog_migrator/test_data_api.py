"""The schema through RDS's Data API, which here is a real Postgres behind the same calls."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import psycopg
import pytest

from lambdas.catalog_migrator import handler as module
from lambdas.catalog_migrator.data_api import DataApi
from lambdas.catalog_migrator.settings import CatalogMigratorSettings
from lambdas.common.catalog.migrate import MIGRATIONS, Execute, migrate
from lambdas.common.errors import Retry
from local.postgres import Postgres

SETTINGS = CatalogMigratorSettings(cluster_arn="arn:cluster", secret_arn="arn:secret")


class DatabaseResumingException(Exception):
    """As botocore makes it."""


class DataService:
    """The client `rds-data` as far as it is used. `asleep` counts the calls that find the cluster resuming."""

    exceptions = SimpleNamespace(DatabaseResumingException=DatabaseResumingException)

    def __init__(self, connection: psycopg.Connection, asleep: int = 0) -> None:
        connection.autocommit = False
        self._connection = connection
        self._asleep = asleep
        self.calls: list[str] = []

    def begin_transaction(self, **given: Any) -> dict[str, str]:
        assert given == {"resourceArn": "arn:cluster", "secretArn": "arn:secret", "database": "catalog"}
        if self._asleep:
            self._asleep -= 1
            raise DatabaseResumingException
        return {"transactionId": "1"}

    def execute_statement(self, *, sql: str, transactionId: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        assert transactionId == "1"
        cursor = self._connection.execute(sql.encode())  # one statement only: Postgres refuses several with a result
        rows = cursor.fetchall() if cursor.description else []
        return {"records": [[{"stringValue": str(value)} for value in row] for row in rows]}

    def commit_transaction(self, **_: Any) -> None:
        self.calls.append("commit")
        self._connection.commit()

    def rollback_transaction(self, **_: Any) -> None:
        self.calls.append("rollback")
        self._connection.rollback()


@pytest.fixture
def empty(server: Postgres) -> Iterator[psycopg.Connection]:
    """A connection to a database without anything."""
    with server.database() as name, server.connect(name) as connection:
        yield connection


def test_a_sleeping_cluster_is_waited_for(empty: psycopg.Connection) -> None:
    """It resumes within a minute, as a rule; then everything is there, and a second time nothing is to do."""
    slept: list[float] = []
    for missing in (sorted(path.stem for path in MIGRATIONS.glob("*.sql")), []):
        with DataApi(DataService(empty, asleep=3), SETTINGS, sleep=slept.append).transaction() as execute:
            assert migrate(execute) == missing
    assert slept == [5] * 6


def test_a_cluster_that_stays_away_fails_the_deployment(empty: psycopg.Connection) -> None:
    """After a minute the deployment is told, and can be repeated."""
    service = DataService(empty, asleep=99)
    with (
        pytest.raises(Retry, match="still resuming after 60 seconds"),
        DataApi(service, SETTINGS, sleep=lambda _: None).transaction(),
    ):
        pytest.fail("it was begun")


def test_a_statement_that_fails_undoes_all(empty: psycopg.Connection) -> None:
    """Nothing is left half-migrated."""
    service = DataService(empty)

    def half(execute: Execute) -> None:
        execute("CREATE TABLE half (id int)")
        execute("SELECT * FROM nothing")

    database = DataApi(service, SETTINGS, sleep=lambda _: None)
    with pytest.raises(psycopg.errors.UndefinedTable), database.transaction() as execute:
        half(execute)
    assert service.calls == ["rollback"]
    assert empty.execute("SELECT to_regclass('half')").fetchone() == (None,)


def test_the_handler_tells_what_it_applied(empty: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """An invocation applies all that is missing, and its answer names it; the next finds nothing left to do."""
    for name, value in SETTINGS.to_env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "client", lambda _: DataService(empty))
    context = type("Context", (), dict.fromkeys(CONTEXT, "x"))
    names = [path.stem for path in sorted(MIGRATIONS.glob("*.sql"))]
    assert [module.handler({}, context) for _ in range(2)] == [{"applied": names}, {"applied": []}]


CONTEXT = ("function_name", "memory_limit_in_mb", "invoked_function_arn", "aws_request_id")
