"""Processes of a run: what they leave when it ends, and what they say when they fail."""

import os
import select
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from local.processes import ProcessError, started

PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]])"
STARTER = """
import sys, time
from pathlib import Path
from local.processes import started
log, *arguments = sys.argv[1:]
with started([sys.executable, "-c", *arguments], Path(log)):
    time.sleep(600)
"""
CHILD = "import sys, time; alive = open(sys.argv[1], 'w'); time.sleep(600)"


def test_ends_with_all_that_it_started(tmp_path: Path) -> None:
    """What a process started ends with it, even if nobody told it to."""
    pipe = tmp_path / "alive"
    os.mkfifo(pipe)
    with ExitStack() as stack:
        parent = stack.enter_context(started([sys.executable, "-c", PARENT, CHILD, str(pipe)], tmp_path / "log"))
        with pipe.open() as alive:  # as soon as the child has it open
            stack.close()
            assert select.select([alive], [], [], 60)[0], "the child still has the pipe open"
            assert alive.read() == ""
    assert parent.process.returncode == -signal.SIGKILL


def test_ends_with_a_process_that_was_killed(tmp_path: Path) -> None:
    """Nobody is left to end them, and they end all the same, with what they started."""
    pipe = tmp_path / "alive"
    os.mkfifo(pipe)
    log = str(tmp_path / "log")
    command = [sys.executable, "-c", STARTER, log, PARENT, CHILD, str(pipe)]
    with subprocess.Popen(command) as starter, pipe.open() as alive:
        starter.kill()
        assert select.select([alive], [], [], 60)[0], "the child still has the pipe open"
        assert alive.read() == ""


def test_interrupted_while_it_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Ctrl-C between the start of a process and its context still ends the process."""
    born: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def interrupted(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        born.append(real(*arguments, **options))
        signal.raise_signal(signal.SIGINT)
        return born[0]

    monkeypatch.setattr(subprocess, "Popen", interrupted)
    with pytest.raises(KeyboardInterrupt), started(["sleep", "600"], tmp_path / "sleep.log"):
        pytest.fail("the interrupt was lost")
    assert born[0].returncode == -signal.SIGKILL


def test_failure_tells_the_end_of_the_log(tmp_path: Path) -> None:
    """Whoever reads the error need not look for the log."""
    command = [sys.executable, "-c", "import sys; sys.exit('there is no disk left')"]
    with started(command, tmp_path / "deploy.log") as process, pytest.raises(ProcessError) as caught:
        process.succeed()
    assert "deploy ended with status 1" in str(caught.value)
    assert "there is no disk left" in str(caught.value)


def test_never_ready(tmp_path: Path) -> None:
    """A process that ends before it serves is an error at once, not after the time it was given."""
    command = [sys.executable, "-c", ""]
    with (
        started(command, tmp_path / "server.log") as process,
        pytest.raises(ProcessError, match="server did not start"),
    ):
        process.wait_until(lambda: False, 600)
