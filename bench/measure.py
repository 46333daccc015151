"""CPU time: of calls in this process, and of whole processes."""

import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def cpu(rounds: int, **works: Callable[[], object]) -> dict[str, float]:
    """Median CPU seconds of each work. Every round does all of them in turn, so that what slows one slows all."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for name in list(works) * rounds:
        gc.collect()
        began = time.process_time()
        works[name]()
        taken[name].append(time.process_time() - began)
    return {name: statistics.median(times) for name, times in taken.items()}


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that has ended: CPU seconds (user and system), and the JSON that it printed last."""

    cpu: float
    told: dict[str, Any]


def run(command: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> Ended:
    """Run a process to its end. Raises CalledProcessError, with what it wrote to stderr on ours, if it fails."""
    process = start(command, env, cwd)
    return finish(process)


def start(command: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> subprocess.Popen[bytes]:
    """Start a process that `finish` waits for."""
    return subprocess.Popen(command, env={**os.environ, **(env or {})}, cwd=cwd, stdout=subprocess.PIPE)


def finish(process: subprocess.Popen[bytes]) -> Ended:
    """Wait for a process to end."""
    assert process.stdout is not None  # noqa: S101 - `start` pipes it
    output = process.stdout.read()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args, output)
    lines = output.splitlines()
    told = json.loads(lines[-1]) if lines and lines[-1].startswith(b"{") else {}
    return Ended(usage.ru_utime + usage.ru_stime, told)


def python(*arguments: str) -> list[str]:
    """The command line of this interpreter."""
    return [sys.executable, *arguments]
