"""`make run` from the outside: it refuses what cannot work, stops what it started, and keeps its token to itself."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from lambdas.common.datasets import DATASETS
from local.run.fakes import server
from local.run.rounds import fake_state

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def run(local: Path, *arguments: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """A run in the folder `local`."""
    env = {name: value for name, value in os.environ.items() if name not in ("SAMPLES", "LIMIT", "EDGE")}
    with subprocess.Popen(
        [sys.executable, "-m", "local.run", *arguments],
        cwd=ROOT,
        env=env | {"LOCAL": str(local), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(output: IO[str] | None, words: str) -> None:
    """Read lines until one has these words."""
    assert output
    assert any(words in line for line in iter(output.readline, "")), f"{words!r} was never printed"


def left_of(folder: Path) -> list[str]:
    """Command lines of processes that know the folder."""
    commands = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in command:
            commands.append(command)
    return commands


def test_interrupt_stops_everything(tmp_path: Path) -> None:
    """After Ctrl-C in the middle of a deployment nothing that was started is left."""
    with run(tmp_path) as process:
        until(process.stdout, "cdk bootstrap")
        assert left_of(tmp_path)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 130 and "stopped" in output
    assert left_of(tmp_path) == []


def test_own_token_against_an_api(tmp_path: Path) -> None:
    """With a token and a limit, the API is asked as politely as TMDB wants, and the token lies in no file."""
    token, local = "eyJ.a-token-of-a-person.xyz", tmp_path / "local"
    tmp_path.joinpath("api").mkdir()
    arguments = ["--token", token, "--limit", "40", "--sockets", "20"]
    with server("local.tmdb", arguments, tmp_path / "api") as urls:
        environ = {"TMDB_API_URL": urls["api"], "TMDB_EXPORTS_URL": urls["exports"]}
        with run(local, TMDB_TOKEN=token, LIMIT="6", **environ) as process:
            output, _ = process.communicate()
        assert process.returncode == 0, output[-3000:]
        state = fake_state(urls["root"])
    found = json.loads(output.splitlines()[-1])
    exported = [row for name, row in found["datasets"].items() if DATASETS[name].export]
    assert {row["harvested"] for row in exported} == {6}
    assert all(0 < row["stored"] <= 5 for name, row in found["datasets"].items() if DATASETS[name].paged)
    assert state["peak_per_second"] <= 40 and state["peak_sockets"] <= 20
    assert state["rate_limited"] == 0
    holders = [path for path in local.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]
    assert holders == [] and token not in output


def test_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """A folder that holds what no run has left there is refused, not emptied."""
    (tmp_path / "precious").write_text("kept")
    with run(tmp_path) as process:
        output, _ = process.communicate()
    assert process.returncode == 2 and "holds other things" in output
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"EDGE": "floppy"}, "EDGE must be bunny or s3"),
        ({"LIMIT": "many"}, "LIMIT must be a number"),
        ({"PORT": "http"}, "PORT must be a number"),
        ({"SAMPLES": "/no/such/folder"}, "SAMPLES must be a folder"),
        ({"SAMPLES": ".", "TMDB_TOKEN": "x"}, "set one of them"),
    ],
)
def test_settings_that_cannot_work(tmp_path: Path, environ: dict[str, str], sentence: str) -> None:
    """A setting that cannot work is refused with a sentence before anything starts."""
    with run(tmp_path / "local", **environ) as process:
        output, _ = process.communicate()
    assert process.returncode == 2 and sentence in output
    assert not (tmp_path / "local").exists()
