"""`make run` from the outside: it mirrors, reports, stops what it started, and keeps its token to itself."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from lambdas.common import codec
from lambdas.common.bronze import parse_bronze_key, read_lines
from lambdas.common.datasets import DATASETS
from lambdas.common.edge_keys import parse_key
from local.run.fakes import server
from local.run.rounds import fake_state
from tests.system.answers import Answers

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


def test_made_up_catalogue(tmp_path: Path) -> None:
    """A run mirrors everything, accounts for every id, leaves readable objects and no process; a second is refused."""
    answers = Answers()
    with run(tmp_path) as process:
        until(process.stdout, "cdk bootstrap")
        with run(tmp_path) as second:
            output, _ = second.communicate()
            assert second.returncode == 2 and "another run is at work" in output
        output, _ = process.communicate()
    assert process.returncode == 0, output[-3000:]
    found = json.loads(output.splitlines()[-1])
    exported = {"movie", "tv", "person", "collection", "company", "keyword", "network"}
    lists = {"movie_popular", "tv_popular", "tv_trending_day", "tv_airing_today"}
    assert set(found["datasets"]) == exported | lists
    for row in [*found["datasets"].values(), found["totals"]]:
        assert row["harvested"] == row["stored"] + row["unchanged"] + row["gone"] + row["dead"]
        assert row["stored"] > 0 and row["seconds"] > 0
    assert all(found["datasets"][name]["gone"] > 0 for name in exported)
    assert found["datasets"]["movie"]["stored"] >= 1000 and found["datasets"]["person"]["stored"] >= 1000
    keys = [str(path.relative_to(tmp_path / "edge")) for path in (tmp_path / "edge").rglob("*.pb.lz4")]
    seasons = 0
    for key in keys:
        parsed = parse_key(key)
        dataset = parsed.dataset if parsed.season is None else "season"
        body = codec.decode(dataset, (tmp_path / "edge" / key).read_bytes())
        own = "page" if DATASETS[parsed.dataset].paged else "id"
        assert parsed.season is not None or body[own] == parsed.id
        seasons += parsed.season is not None
    assert (tmp_path / "catalog" / "PG_VERSION").exists() and "movies are in a Postgres below" in output
    assert seasons >= 200 and len(keys) - seasons <= found["totals"]["stored"]
    assert left_of(tmp_path) == []
    check_bronze(tmp_path / "lake", found["datasets"], answers)
    check_exports(tmp_path / "lake", exported)
    for folder in ("silver/movie", "silver/shows", "current/season", "gold/genre_stats", "gold/top_people"):
        assert list((tmp_path / "lake" / folder).resolve().rglob("*.parquet")), f"{folder} is empty"
    assert re.search(r"gold_genre_stats.*Drama +│ +\d+ │", output, re.DOTALL)


def check_bronze(lake: Path, datasets: dict[str, dict[str, int]], answers: Answers) -> None:
    """Everything that was settled is in bronze, and every line is what TMDB sent."""
    recorded: Counter[str] = Counter()
    for path in (lake / "bronze").resolve().rglob("*.jsonl.gz"):
        key = parse_bronze_key(str(path)[str(path).index("/bronze/") + 1 :])
        first = b""
        for line in read_lines(path.read_bytes()):
            first = first if line.answer.call else line.body
            assert line.answer.run == key.run
            assert answers.sent(key.dataset, line, first), (key, line.answer)
            recorded[key.dataset] += not line.answer.call
    assert recorded.keys() == datasets.keys()
    for name, row in datasets.items():  # what is fetched again after a crash is recorded again
        assert recorded[name] >= row["stored"] + row["unchanged"] + row["gone"]


def check_exports(lake: Path, exported: set[str]) -> None:
    """The lake lists the ids of the files of both days."""
    for name in exported:
        files = sorted((lake / "exports" / name).resolve().rglob("ids.csv.gz"))
        listed = [gzip.decompress(file.read_bytes()).decode().splitlines() for file in files]
        assert len(listed) == 2 and listed[0] != listed[1]
        for lines in listed:
            ids = [int(line) for line in lines[1:]]
            assert lines[0] == "id" and ids == sorted(set(ids)) and len(ids) >= 100


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
        with run(local, TMDB_TOKEN=token, LIMIT="12", **environ) as process:
            output, _ = process.communicate()
        assert process.returncode == 0, output[-3000:]
        state = fake_state(urls["root"])
    found = json.loads(output.splitlines()[-1])
    exported = [row for name, row in found["datasets"].items() if DATASETS[name].export]
    assert {row["harvested"] for row in exported} == {12}
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
