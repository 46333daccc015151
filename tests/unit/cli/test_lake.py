"""Which lake `tmdb sql` and `tmdb history` ask when nobody says: a deployed one, else that of `make run`, at once."""

import socket
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoRegionError, TokenRetrievalError

from cli.main import main

COUNT = "SELECT count(*) AS n FROM movie_current"


class Account:
    """boto3's session, of an account where CloudFormation says this of any stack."""

    region_name = "eu-west-1"

    def __init__(self, says: Any) -> None:
        self._says = says

    def client(self, service: str, **_: Any) -> Any:
        assert service == "cloudformation"
        return self

    def describe_stacks(self, *, StackName: str) -> Any:  # noqa: N803  # AWS's name
        assert StackName.startswith("Tmdb-prod-")
        if isinstance(self._says, Exception):
            raise self._says
        return self._says


@pytest.fixture
def here(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which `make run` has left a lake, on a machine that knows no account of AWS's."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("LOCAL", str(tmp_path / "local"))
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "lake").symlink_to(sample)
    return tmp_path / "local" / "lake"


def refused(code: str) -> ClientError:
    """What boto3 raises when AWS answers so."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeStacks")


def test_without_credentials_nobody_is_asked(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lake here answers although no connection can be made, not even to ask this machine for a role's keys."""

    def connect(*_: Any) -> None:
        raise AssertionError("somebody was asked")

    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED", raising=False)
    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)
    assert main(["sql", "--csv", COUNT]) == 0
    out, err = capsys.readouterr()
    assert out == "n\n3\n"
    assert err.startswith(f"tmdb: the answer is of the lake in {here}, as there are no AWS credentials")
    assert main(["history", "movie/11"]) == 0
    assert f"the answer is of the lake in {here}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (refused("ValidationError"), "stage prod is not deployed"),
        ({"Stacks": [{"Outputs": []}]}, "stage prod has no lake"),
        (EndpointConnectionError(endpoint_url="https://aws"), "AWS did not do it: Could not connect"),
        (NoRegionError(), "there are no AWS credentials or no region here"),
    ],
)
def test_where_nothing_is_deployed_the_lake_here_answers(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], says: Any, why: str
) -> None:
    """No stack of prod, none with a lake, or no way to learn of one: it is told which lake has answered, and why."""
    monkeypatch.setattr(boto3, "Session", lambda **_: Account(says))
    assert main(["sql", "--csv", COUNT]) == 0
    out, err = capsys.readouterr()
    assert out == "n\n3\n"
    assert err.startswith(f"tmdb: the answer is of the lake in {here}, as {why}") and err.count("\n") == 1


@pytest.mark.parametrize("says", [refused("ExpiredToken"), TokenRetrievalError(provider="sso", error_msg="expired")])
def test_credentials_that_are_refused_choose_nothing(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], says: Exception
) -> None:
    """Who may have meant a deployed lake is not given another one's answer, but told how to ask either."""
    monkeypatch.setattr(boto3, "Session", lambda **_: Account(says))
    assert main(["sql", COUNT]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "`aws sso login`" in err and err.endswith(f"; or --local asks the lake in {here}\n")


def test_who_names_a_lake_is_told_nothing(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An option decides, and AWS is not asked for a lake that is here."""
    monkeypatch.setattr(boto3, "Session", None)
    for options in (["--local"], ["--lake", str(here)]):
        assert main(["sql", *options, "--csv", COUNT]) == 0
        assert capsys.readouterr() == ("n\n3\n", "")


def test_a_lake_that_is_not_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named, with what makes one and what asks another."""
    monkeypatch.setenv("LOCAL", str(tmp_path))
    assert main(["sql", "--local", "SELECT 1"]) == 1
    assert f"{tmp_path}/lake; make run makes one, and --stage prod" in capsys.readouterr().err
