"""The schema through RDS's Data API, which here is a real Postgres behind the same calls."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import psycopg
import pytest
from botocore.exceptions import ClientError

from lambdas.catalog_migrator import handler as module
from lambdas.catalog_migrator.data_api import DataApi
from lambdas.catalog_migrator.settings import CatalogMigratorSettings
from lambdas.common.catalog.migrate import MIGRATIONS, Execute, migrate
from lambdas.common.errors import Retry
from local import data_api
from local.postgres import Postgres

NAMES = sorted(path.stem for path in MIGRATIONS.glob("*.sql"))
CONTEXT = type(
    "Context",
    (),
    dict.fromkeys(("function_name", "memory_limit_in_mb", "invoked_function_arn", "aws_request_id"), "x"),
)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody's, in a session that ends with the test."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture
def empty(server: Postgres) -> Iterator[psycopg.Connection]:
    """A connection to a database without anything."""
    with server.database() as name, server.connect(name) as connection:
        yield connection


@contextmanager
def api(server: Postgres, empty: psycopg.Connection, *, asleep: int = 0) -> Iterator[tuple[DataApi, list[float]]]:
    """The Data API of that database, and what was slept."""
    slept: list[float] = []
    with data_api.serving(server, asleep=asleep) as url:
        known = settings(empty, url)
        yield DataApi(boto3.client("rds-data", endpoint_url=url), known, sleep=slept.append), slept


def settings(empty: psycopg.Connection, url: str) -> CatalogMigratorSettings:
    """What the function is told of that database."""
    return CatalogMigratorSettings(
        cluster_arn="arn:aws:rds:us-east-1:1:cluster:x",
        secret_arn="arn:aws:secret:x",
        database_name=empty.info.dbname,
        data_api_url=url,
    )


def test_a_sleeping_cluster_is_waited_for(server: Postgres, empty: psycopg.Connection) -> None:
    """It resumes within a minute, as a rule; then everything is there, and a second time nothing is to do."""
    for missing in (NAMES, []):
        with api(server, empty, asleep=3) as (database, slept):
            with database.transaction() as execute:
                assert migrate(execute) == missing
            assert slept == [5] * 3


def test_a_cluster_that_stays_away_fails_the_deployment(server: Postgres, empty: psycopg.Connection) -> None:
    """After a minute the deployment is told, and can be repeated."""
    with (
        api(server, empty, asleep=99) as (database, _),
        pytest.raises(Retry, match="still resuming after 60 seconds"),
        database.transaction(),
    ):
        pytest.fail("it was begun")


def test_a_statement_that_fails_undoes_all(server: Postgres, empty: psycopg.Connection) -> None:
    """Nothing is left half-migrated."""

    def half(execute: Execute) -> None:
        execute("CREATE TABLE half (id int)")
        execute("SELECT * FROM nothing")

    with api(server, empty) as (database, _):
        with pytest.raises(ClientError, match="DatabaseErrorException"), database.transaction() as execute:
            half(execute)
        assert empty.execute("SELECT to_regclass('half')").fetchone() == (None,)


def test_a_statement_is_one(server: Postgres, empty: psycopg.Connection) -> None:
    """The API takes one at a time, which is how migrations are cut up."""
    with (
        api(server, empty) as (database, _),
        pytest.raises(ClientError, match="multiple commands"),
        database.transaction() as execute,
    ):
        execute("SELECT 1; SELECT 2")


def test_the_handler_tells_what_it_applied(
    server: Postgres, empty: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An invocation by hand applies all that is missing, and names it; the next finds nothing left to do."""
    with data_api.serving(server) as url:
        for name, value in settings(empty, url).to_env().items():
            monkeypatch.setenv(name, value)
        assert [module.handler({}, CONTEXT) for _ in range(2)] == [{"applied": NAMES}, {"applied": []}]


def test_the_handler_answers_a_deployment(
    server: Postgres, empty: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What CloudFormation asks for is answered where it says, and to nobody else."""
    answers: list[Any] = []
    monkeypatch.setattr(module, "put", lambda url, body: answers.append((url, body)))
    request = {"RequestType": "Create", "ResponseURL": "https://answer", "StackId": "s", "RequestId": "r"}
    with data_api.serving(server) as url:
        for name, value in settings(empty, url).to_env().items():
            monkeypatch.setenv(name, value)
        assert module.handler(request | {"LogicalResourceId": "l"}, CONTEXT) is None
    ((url, body),) = answers
    assert url == "https://answer" and b'"SUCCESS"' in body
    assert empty.execute("SELECT count(*) FROM migration").fetchone() == (len(NAMES),)
