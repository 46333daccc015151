"""Processes that live as long as a `with`: none outlives this one, however it ends."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_STOPS = (signal.SIGINT, signal.SIGTERM)


class ProcessError(Exception):
    """A process did not do what it was started for; says what it last wrote."""


@dataclass(frozen=True)
class Process:
    """A process that `started` started, and the file it writes to."""

    process: subprocess.Popen[bytes]
    log: Path

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until it serves. Raises ProcessError if it ends instead, or does not within `seconds`."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise ProcessError(f"{self.log.stem} did not start; {self._last_words}")
            time.sleep(0.02)

    def succeed(self) -> None:
        """Wait for its end. Raises ProcessError if it failed."""
        if status := self.process.wait():
            raise ProcessError(f"{self.log.stem} ended with status {status}; {self._last_words}")

    @property
    def _last_words(self) -> str:
        return f"{self.log} ends with:\n{self.log.read_text(errors='replace')[-2000:]}"


def tied(signal: str, whom: str, command: Sequence[str | Path]) -> list[str | Path]:
    """`command`, told to end by `signal` when its standard input does: with the process that holds the other end.

    So it outlives nobody, not even one that was killed. `whom` is $$ for itself or -$$ for its group.
    """
    watch = f'exec 3<&0 </dev/null; {{ cat <&3 >/dev/null; kill -s {signal} -- {whom}; }} 2>/dev/null & exec "$@" 3<&-'
    return ["sh", "-c", watch, "sh", *command]


@contextmanager
def started(
    command: Sequence[str], log: Path, *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Iterator[Process]:
    """Run `command` until the context ends, then kill it and all that it started. For the main thread only.

    It has a process group of its own: a Ctrl-C reaches this process alone, which then ends the other.
    """
    with ExitStack() as stack:
        with log.open("wb") as output, _undisturbed():
            process = subprocess.Popen(
                tied("KILL", "-$$", command),
                cwd=cwd,
                env=env,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            stack.callback(_kill, process)
        yield Process(process, log)


def _kill(process: subprocess.Popen[bytes]) -> None:
    # Without a chance to tidy up: nothing they hold outlives them, and a polite request has been seen to hang.
    with _undisturbed():
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()  # waits, and closes its input


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Put off Ctrl-C and SIGTERM until the end: between a process's start and its `with` nobody would stop it."""
    late: list[int] = []
    handlers = {stop: signal.signal(stop, lambda number, _: late.append(number)) for stop in _STOPS}
    try:
        yield
    finally:
        for stop, handler in handlers.items():
            signal.signal(stop, handler)
    for number in late:
        signal.raise_signal(number)
