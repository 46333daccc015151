"""The session in docs/operating.md: its commands run for real, in a world that `make serve` keeps up.

`make session` writes their answers into the page. A test has a world of its own answer them, and compares all but what
differs from one day to the next: words that hold a digit, and the order of lines.
"""

import asyncio
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

from cli.errors import Failure
from cli.glance import depth
from cli.line import mapping
from cli.main import main
from cli.stage import QUEUES, local_folder, open_stage
from lambdas.common.state import Run, State

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "operating.md"
_BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
_PROMPT = "$ "
_SHELLS = re.compile(r"[|>]")
"""What only a shell does."""
_STARTS = re.compile(r"^(started: |sent: [1-9]|redriven: )", re.MULTILINE)
_TMDB = f'tmdb() {{ PYTHONPATH="{ROOT}" "{sys.executable}" -m cli "$@"; }}\n'
_SECONDS = 300
"""What a command started is over by then."""


def recorded(page: str) -> str:
    """The page, with what its commands answer now."""
    os.environ |= {"COLUMNS": "120", "LOCAL": str(local_folder())}
    _settle(set(), starts=False)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "samples", Path(folder) / "samples")
        return _BLOCK.sub(lambda block: "".join(_answered(command, folder) for command in _commands(block[0])), page)


def masked(page: str) -> list[tuple[str, list[str]]]:
    """The commands of a page, and what of their answers is the same on any day."""
    told: list[tuple[str, list[str]]] = []
    for block in _BLOCK.findall(page):
        for line in block.splitlines():
            if line.startswith(_PROMPT):
                told.append((line, []))
            else:
                told[-1][1].append(re.sub(r"(?:\s*\S*[\d━╸]\S*)+", " #", line).strip())
    return [(command, sorted(lines)) for command, lines in told]


def _commands(block: str) -> list[str]:
    return [line.removeprefix(_PROMPT) for line in block.splitlines() if line.startswith(_PROMPT)]


def _answered(command: str, folder: str) -> str:
    """The command and its answer, as a terminal shows them, once all that it started is over."""
    before = {run.run for run in _runs()}
    said = _in_shell(command, folder) if _SHELLS.search(command) else _here(command, folder)
    _settle(before, starts=bool(_STARTS.search(said)))
    return "".join(f"{line.rstrip()}\n" for line in (f"{_PROMPT}{command}", *said.splitlines()))


def _here(command: str, folder: str) -> str:
    """What `tmdb` says, without the second that a process of its own takes to start."""
    said = io.StringIO()
    with chdir(folder), redirect_stdout(said), redirect_stderr(said):
        main(shlex.split(command)[1:])
    return said.getvalue()


def _in_shell(command: str, folder: str) -> str:
    words = ["bash", "-c", _TMDB + command]
    return subprocess.run(
        words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    ).stdout


def _runs() -> list[Run]:
    async def runs() -> list[Run]:
        stage = open_stage("local", local=True)
        async with stage.aws() as aws:
            return await State(stage.output("StateTable"), aws).runs()

    return asyncio.run(runs())


def _settle(before: set[str], *, starts: bool) -> None:
    """Wait until what was started is done, or waits in a line that is paused."""
    stage = open_stage("local", local=True)
    ends = time.monotonic() + _SECONDS
    while time.monotonic() < ends:
        runs = _runs()
        begun = not starts or any(run.run not in before for run in runs)
        line = mapping(stage)["State"]
        letters = depth(stage, QUEUES["dead letters"])[1]  # a run that has just ended has them for a minute
        idle = all(run.done for run in runs) and not letters and not sum(depth(stage, QUEUES["work"]))
        if begun and (line == "Disabled" or (line == "Enabled" and idle)):
            return
        time.sleep(0.2)
    raise Failure(f"what was started is not over after {_SECONDS} s; `tmdb status --local` shows how far it is")


if __name__ == "__main__":
    PAGE.write_text(recorded(PAGE.read_text()))
