"""`tmdb sql`: one query, in three forms of output, on this machine and on Athena."""

import json
import subprocess
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, NoRegionError
from typer.testing import CliRunner

from cli.main import app, main
from tests.unit.cli.shell import ROOT, tmdb
from tests.unit.common.fake_athena import FakeAthena

MOVIES = "SELECT id, title, vote_average AS vote, genres FROM movie_current ORDER BY id"

TABLE = """\
┏━━━━┳━━━━━━━━━━━━━┳━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
┃ id ┃ title       ┃ vote ┃ genres                                                     ┃
┡━━━━╇━━━━━━━━━━━━━╇━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┩
│ 11 │ The Lantern │  8.0 │ [{"id": 18, "name": "Drama"}, {"id": 80, "name": "Crime"}] │
│ 12 │ Harbour     │  6.0 │ [{"id": 18, "name": "Drama"}]                              │
│ 13 │ Untold      │      │ []                                                         │
└────┴─────────────┴──────┴────────────────────────────────────────────────────────────┘
"""
CSV = """\
id,title,vote,genres
11,The Lantern,8.0,"[{""id"": 18, ""name"": ""Drama""}, {""id"": 80, ""name"": ""Crime""}]"
12,Harbour,6.0,"[{""id"": 18, ""name"": ""Drama""}]"
13,Untold,,[]
"""
JSON = """\
{"id": 11, "title": "The Lantern", "vote": 8.0, "genres": [{"id": 18, "name": "Drama"}, {"id": 80, "name": "Crime"}]}
{"id": 12, "title": "Harbour", "vote": 6.0, "genres": [{"id": 18, "name": "Drama"}]}
{"id": 13, "title": "Untold", "vote": null, "genres": []}
"""


def asked(*arguments: str, given: str | None = None) -> str:
    """What the verb prints."""
    result = CliRunner().invoke(app, ["sql", *arguments], input=given)
    assert result.exception is None
    return result.stdout


@pytest.mark.parametrize(("options", "expected"), [([], TABLE), (["--csv"], CSV), (["--json"], JSON)])
def test_rows_are_printed(sample: Path, options: list[str], expected: str) -> None:
    """A table for a person, CSV or JSON for a program; null is told from empty where that can be."""
    assert asked("--lake", str(sample), *options, MOVIES) == expected


def test_a_query_may_come_in_a_file(sample: Path) -> None:
    """As the saved queries do."""
    query = (ROOT / "stacks" / "queries" / "shows_total.sql").read_text()
    assert asked("--lake", str(sample), "--csv", "-", given=query) == "total_shows\n8\n"


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["SELECT * FROM movies"], 1, "there is no table movies; there are collection_current, "),
        (
            ["SELECT titel FROM movie_current"],
            1,
            'this cannot be asked of the lake: Binder Error: Referenced column "titel"',
        ),
        (["DROP TABLE movie_current"], 1, "give one query: SELECT ... or WITH ... SELECT ..."),
        (["SELECT * FROM"], 1, "this is not SQL: Expected table name"),
        (["--csv", "--json", "SELECT 1"], 2, "give one of --csv and --json"),
        (["--stage", "prod", "SELECT 1"], 2, "a lake is on this machine or deployed: not both"),
        ([], 2, "Missing argument"),
    ],
)
def test_errors_are_one_sentence(
    sample: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, sentence: str
) -> None:
    """On standard error, with the status that tells a failure from a wrong call."""
    assert main(["sql", "--lake", str(sample), *arguments]) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert err.count("\n") == 1


def test_an_error_can_be_json(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For who reads it with a program."""
    assert main(["sql", "--lake", str(sample), "--json", "SELECT * FROM nothing"]) == 1
    assert "there is no table nothing" in json.loads(capsys.readouterr().err)["error"]


def test_the_command_itself(sample: Path) -> None:
    """A process of its own gives the same, and stops quietly when nobody reads on."""
    assert tmdb("sql", "--lake", str(sample), "--csv", MOVIES).stdout.decode() == CSV
    endless = f'tmdb() {{ {ROOT}/.venv/bin/python -m cli "$@"; }}; tmdb sql --lake {sample} --json '
    endless += "'SELECT x FROM UNNEST(sequence(1, 100000)) AS t (x)' | head -1"
    found = subprocess.run(["bash", "-c", endless], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (found.stdout, found.stderr) == ('{"x": 1}\n', "")


class Session:
    """boto3's session of an account that has stage prod, Athena, and no other."""

    region_name = "eu-west-1"

    def __init__(self, athena: FakeAthena) -> None:
        self._athena = athena

    def client(self, service: str, **_: Any) -> Any:
        return self if service == "cloudformation" else self._athena

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803  # AWS's name
        if "-unreachable-" in StackName:
            raise NoRegionError
        if StackName != "Tmdb-prod-Lake":
            raise ClientError({"Error": {"Code": "ValidationError"}}, "DescribeStacks")
        made = {"Workgroup": "tmdb-prod", "GlueDatabase": "tmdb_prod"}
        return {"Stacks": [{"Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in made.items()]}]}


@pytest.fixture
def athena(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeAthena:
    """A deployed stage, asked from beside a lake of `make run`."""
    client = FakeAthena()
    (tmp_path / "lake").mkdir()
    monkeypatch.setenv("LOCAL", str(tmp_path))
    monkeypatch.setattr(boto3, "Session", lambda **_: Session(client))
    return client


@pytest.mark.parametrize("options", [[], ["--stage", "prod"]])
def test_a_deployed_stage_is_asked_on_athena(
    athena: FakeAthena, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    """By the workgroup and database that its stack tells, page by page; what it read is said beside the rows."""
    athena.found({"id": "integer", "title": "varchar"}, [["11", "The Lantern"]], [["12", None]])
    assert main(["sql", *options, "--csv", "SELECT id, title FROM movie_current"]) == 0
    out, err = capsys.readouterr()
    assert out == "id,title\n11,The Lantern\n12,\n"
    told = err.splitlines()
    assert told[0] == "tmdb: read 3.4 MB"
    assert ["the lake of stage prod, as it is deployed" in line for line in told[1:]] == [True] * (not options)
    assert athena.started[0]["WorkGroup"] == "tmdb-prod"
    assert athena.started[0]["QueryString"] == "SELECT id, title FROM movie_current"


def test_a_wrong_query_does_not_reach_athena(athena: FakeAthena, capsys: pytest.CaptureFixture[str]) -> None:
    """What is known to be wrong costs nothing."""
    assert main(["sql", "SELECT * FROM movies"]) == 1
    assert main(["sql", "--stage", "nowhere", "SELECT 1"]) == 1
    assert main(["sql", "--stage", "unreachable", "SELECT 1"]) == 1
    assert athena.started == []
    err = capsys.readouterr().err.splitlines()
    assert err[0].startswith("tmdb: there is no table movies")
    assert err[1].startswith("tmdb: stage nowhere is not deployed in this account and region eu-west-1")
    assert err[2].startswith("tmdb: there are no AWS credentials or no region here")
