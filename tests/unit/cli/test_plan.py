"""`tmdb plan`: what it counts, what it shows, and what it advises."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.assumptions import NEW_A_DAY
from cli.errors import Failure
from cli.main import app, main
from tests.unit.cli.shell import ROOT

BUNNY = ("-c", 'edge={"zone": "my-zone"}')

MOVIES = """\
movie export all, stage prod, edge Bunny (my-zone)
  ids          1,240,000   assumed from TMDB's numbers of 2026
  calls        1,240,000   assumed: 1 a title
  objects      1,240,000   assumed: 1 a title, 7 kB each
  messages        24,800   of up to 50 ids
  hours             10.8   at 32 calls a second
┏━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━┓
┃                        ┃ this harvest, ┃    this harvest, ┃ a month of prod, ┃ a month of prod, ┃
┃ dollars for            ┃    list price ┃ after allowances ┃       list price ┃ after allowances ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━┩
│ collectors (Lambda)    │          0.26 │             0.00 │             1.04 │             0.00 │
│ harvester (Lambda)     │          0.00 │             0.00 │             0.27 │             0.00 │
│ edge writes (Bunny)    │          0.00 │             0.00 │             0.00 │             0.00 │
│ edge storage (Bunny)   │          0.00 │             0.00 │             0.41 │             0.41 │
│ bronze (S3)            │          0.13 │             0.13 │             6.38 │             6.38 │
│ lake (Lambda, SQS, S3) │          0.89 │             0.28 │             7.37 │             4.19 │
│ traffic out            │          0.89 │             0.00 │             4.34 │             0.00 │
│ queue (SQS)            │          0.02 │             0.00 │             0.09 │             0.04 │
│ queue watching (SQS)   │          0.00 │             0.00 │             0.26 │             0.11 │
│ state table (DynamoDB) │          0.16 │             0.14 │             0.62 │             0.56 │
│ logs                   │          0.03 │             0.00 │             0.10 │             0.00 │
│ traces                 │          0.12 │             0.00 │             0.49 │             0.00 │
│ watcher (Lambda)       │          0.00 │             0.00 │             0.00 │             0.00 │
│ metrics                │          0.08 │             0.00 │             3.65 │             0.65 │
│ alarms                 │          0.04 │             0.00 │             2.50 │             1.50 │
│ secrets                │          0.01 │             0.01 │             0.81 │             0.81 │
├────────────────────────┼───────────────┼──────────────────┼──────────────────┼──────────────────┤
│ all                    │          2.64 │             0.56 │            28.33 │            14.64 │
└────────────────────────┴───────────────┴──────────────────┴──────────────────┴──────────────────┘
List prices of us-east-1, 2026-11-20. Allowances: what AWS gives each account free, every month.
- Every sync fetches what changed yesterday and today, however often it runs. With a daily
  `schedule` for sync feeds a month costs $12.69 less.
"""


def planned(*options: str) -> str:
    """What plan prints for movies."""
    result = CliRunner().invoke(app, ["plan", "--dataset", "movie", *options])
    assert result.exception is None
    return result.stdout


def plan(*options: str) -> dict[str, Any]:
    """The same for programs."""
    found: dict[str, Any] = json.loads(planned("--json", *options))
    return found


def export(folder: Path, *lines: object, name: str = "movie_ids_11_20_2026.json.gz") -> str:
    """An export file."""
    path = folder / name
    path.write_bytes(gzip.compress("".join(f"{json.dumps(line)}\n" for line in lines).encode()))
    return str(path)


def movies(number: int) -> list[dict[str, Any]]:
    """Lines of an export; every tenth is of an adult movie, popularity is the id."""
    return [{"adult": id % 10 == 0, "id": id, "popularity": id} for id in range(1, number + 1)]


def test_what_is_shown() -> None:
    """A full mirror of movies with Bunny, as a person sees it."""
    assert planned(*BUNNY) == MOVIES


def test_what_programs_get() -> None:
    """--json holds the same: numbers, dollars by what they are for, prices and advice."""
    made = plan(*BUNNY)
    assert (made["ids"], made["calls"], made["messages"], round(made["hours"], 1)) == (
        1_240_000,
        1_240_000,
        24_800,
        10.8,
    )
    assert made["event"] == {"dataset": "movie", "mode": "export", "select": "all"}
    assert (made["stage"], made["edge"]) == ("prod", "Bunny (my-zone)")
    for when, how in (("harvest", "list_price"), ("harvest", "after_allowances"), ("month", "list_price")):
        dollars = made["dollars"][when][how]
        assert sum(dollars.values()) == pytest.approx(2 * dollars["all"])
    assert made["prices"] == {"region": "us-east-1", "read_on": "2026-11-20"}


def test_a_file_is_counted(tmp_path: Path) -> None:
    """With a file, its ids are counted, adult ones aside, and bad lines are told."""
    file = export(tmp_path, *movies(1_000), {"id": "x"}, {"id": 1})
    made = plan("--file", file)
    assert (made["ids"], made["messages"]) == (900, 18)
    assert made["source"] == "counted in movie_ids_11_20_2026.json.gz, 1 bad lines aside"
    assert plan("--file", file, "--include-adult")["ids"] == 1_000
    assert plan("--file", file, "--min-popularity", "901")["ids"] == 90
    assert plan("--file", file, "--limit", "7")["ids"] == 7


def test_due_is_a_slice_of_the_file(tmp_path: Path) -> None:
    """Of a file, due are the ids of the day's slice; what is new is assumed."""
    made = plan("--file", export(tmp_path, *movies(120_000)), "--include-adult", "--select", "due")
    assert made["ids"] == 1_000 + 120_000 * NEW_A_DAY
    assert made["source"].endswith("; 0.05% of all assumed new")
    assert plan("--file", export(tmp_path, *movies(4_000)), "--include-adult", "--select", "new")["ids"] == 2


def test_a_sync(tmp_path: Path) -> None:
    """A sync fetches what changed in a day and a half."""
    assert plan("--mode", "sync")["ids"] == 1.5 * 9_500
    assert main(["plan", "--dataset", "movie", "--mode", "sync", "--file", export(tmp_path, {"id": 1})]) == 2


def failure(*options: str) -> str:
    """The sentence of a plan that fails."""
    result = CliRunner().invoke(app, ["plan", "--dataset", "movie", *options])
    assert isinstance(result.exception, Failure)
    return str(result.exception)


def test_a_file_that_makes_no_sense(tmp_path: Path) -> None:
    """What is damaged, empty, another dataset's or filtered away is refused with a sentence."""
    assert "lists ids of dataset keyword, not movie" in failure(
        "--file", export(tmp_path, {"id": 1}, name="keyword_ids_06_23_2025.json.gz")
    )
    assert "lists no ids" in failure("--file", export(tmp_path))
    assert "the filters leave out all 10 ids" in failure(
        "--file", export(tmp_path, *movies(10)), "--min-popularity", "11"
    )
    assert "3 of 3 lines are bad" in failure("--file", export(tmp_path, 1, 2, 3))
    whole = Path(export(tmp_path, *movies(1_000)))
    whole.write_bytes(whole.read_bytes()[:-20])
    assert "it was cut short, or is no gzip file; download it again" in failure("--file", str(whole))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--stage", "nowhere"], "no stage 'nowhere'"),
        (["-c", "edge"], "'edge' is not name=value"),
        (["-c", "collectors=two"], "collectors 'two' is not JSON"),
        (["-c", "requests_per_second=50"], "more than TMDB tolerates"),
        (["--mode", "ids"], "mode ids collects the ids you name"),
        (["--mode", "weekly"], "Invalid enum value 'weekly'"),
        (["--select", "some"], "Invalid enum value 'some'"),
        (["--mode", "sync", "--select", "all"], "select is for mode export, not for sync"),
        (["--min-popularity", "1"], "only the file knows that"),
        (["--limit", "0"], "Expected `int` >= 1"),
        (["--file", "nowhere.json.gz"], "does not exist"),
    ],
)
def test_a_mistake_is_one_sentence(options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be is called wrongly: status 2, and one line that names it."""
    assert main(["plan", "--dataset", "movie", *options]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and sentence in told


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), ["S3 charges every PUT, one an object. With a Bunny storage zone as `edge` it is $2.64 for this"]),
        (
            (*BUNNY, "-c", "collectors=10", "-c", "collector_memory=512"),
            [
                "10 collectors share one rate and are paid for while they wait for it. With `collectors` 2",
                "512 MB a collector are paid for while it waits. With `collector_memory` 256",
            ],
        ),
        ((*BUNNY, "-c", 'feeds=[{"dataset": "tv", "mode": "sync", "schedule": "rate(1 day)"}]'), []),
        (
            (*BUNNY, "-c", 'feeds=[{"dataset":"tv","mode":"export","schedule":"rate(1 day)","min_popularity":1.0}]'),
            ["Feeds with `min_popularity` are counted as if they had none"],
        ),
    ],
)
def test_advice_names_what_is_dear(options: tuple[str, ...], told: list[str]) -> None:
    """A setting that makes the mirror dear is named with what to do, and nothing is said where all is well."""
    advice = [sentence for sentence in plan(*options)["advice"] if not sentence.startswith("Every sync")]
    assert [sentence[: len(start)] for sentence, start in zip(advice, told, strict=True)] == told


def test_advice_tells_what_it_saves() -> None:
    """The price advised is that of a plan with the advice taken."""
    (sentence, *_) = plan()["advice"]
    there = plan(*BUNNY)["dollars"]
    assert f"${there['harvest']['list_price']['all']:.2f} for this harvest" in sentence
    assert f"${there['month']['list_price']['all']:.2f} a month" in sentence


def test_other_verbs_do_not_wait_for_the_stacks() -> None:
    """Encoding and decoding load neither CDK nor Node."""
    script = "import sys, cli.main; sys.exit(any(name.split('.')[0] in ('aws_cdk', 'jsii') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


@pytest.fixture
def installed() -> Path:
    """The command as `make setup` puts it into .venv/bin."""
    if Path(sys.prefix).resolve() != ROOT / ".venv" or not shutil.which("make"):
        pytest.skip("not in this folder's .venv, or no make")
    made = ["make", "--silent", "--old-file", ".venv/.installed", ".venv/bin/tmdb"]
    subprocess.run(made, cwd=ROOT, check=True)
    return ROOT / ".venv" / "bin" / "tmdb"


def test_the_installed_command(installed: Path, tmp_path: Path) -> None:
    """It works in any folder, whatever lies there, and finds Node by itself."""
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "__init__.py").write_text("raise SystemExit(99)")
    given = subprocess.run(
        [installed, "plan", "--dataset", "movie", "--json", "--file", export(tmp_path, {"id": 1})],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name not in ("JSII_NODE", "PYTHONPATH")},
        capture_output=True,
        check=True,
    )
    assert json.loads(given.stdout)["ids"] == 1
    assert given.stderr == b""


def test_the_readmes_commands(installed: Path, tmp_path: Path) -> None:
    """What README shows of the command does what it says."""
    (block,) = re.findall(r"```sh\n([^`]*bin/tmdb encode[^`]*)```", (ROOT / "README.md").read_text())
    for name in (".venv", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    done = subprocess.run(["sh", "-e", "-c", block], cwd=tmp_path, capture_output=True, check=True)
    assert done.stderr == b""
    body, about, *table, sync = done.stdout.decode().splitlines()
    assert json.loads(body)["id"]
    assert json.loads(about)["dataset"] == "movie"
    assert table[0].startswith("movie export all, stage prod")
    assert json.loads(sync)["event"] == {"dataset": "tv", "mode": "sync"}
