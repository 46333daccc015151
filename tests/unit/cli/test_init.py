"""`tmdb init`: settings go into the operator's own file, secrets into Secrets Manager, and nothing is asked twice."""

import io
import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, NoRegionError

from cli import init, stage
from cli.errors import Failure
from cli.main import main
from cli.project import project_context
from stacks.context import own_stages
from stacks.settings import BunnyZone, Settings
from tests.unit.cli.world import FakeStage, raised, said, told

V3 = "0123456789abcdef0123456789abcdef"


def secret(stage: FakeStage, output: str = "TokenSecret") -> str:
    """What the secret holds."""
    return str(stage.client("secretsmanager").get_secret_value(SecretId=stage.output(output))["SecretString"])


def test_options_become_a_stage_of_its_own(dev: FakeStage, folder: Path) -> None:
    """A new stage is written whole, loads as cdk would load it, and leaves the others alone."""
    told("init", "--stage", "prod", "--email", "a@example.com")
    told("init", "--stage", "mine", "--edge", "bunny", "--zone", "z", "--region", "ny", "--email", "b@example.com")
    assert own_stages(folder / "stages.json") == {
        "prod": {"edge": "s3", "alarm_email": "a@example.com"},
        "mine": {"edge": {"zone": "z", "region": "ny"}, "alarm_email": "b@example.com"},
    }
    settings = Settings.load(project_context("mine").get, {})
    assert (settings.edge, settings.alarm_email) == (BunnyZone(zone="z", region="ny"), "b@example.com")


def test_run_again_it_keeps_what_was_set(dev: FakeStage, folder: Path) -> None:
    """What no option gives stays as it was, settings that were written by hand too."""
    (folder / "stages.json").write_text('{"dev": {"edge": {"zone": "z"}, "collectors": 3, "alarm_email": "a@b.c"}}')
    assert told("development", "--stage", "dev")["settings"] == {
        "edge": {"zone": "z", "region": "de"},
        "collectors": 3,
        "alarm_email": "a@b.c",
    }


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--edge", "ftp"), "neither s3 nor bunny"),
        (("--edge", "bunny"), "needs the name of its storage zone"),
        (("--edge", "s3", "--zone", "z"), "of an edge at Bunny"),
        (("--email", "nobody"), "is not an email address"),
        (("--stage", "No Stage"), "lower-case letters"),
        (("--stage", "local"), "sets up the local world by itself"),
    ],
)
def test_what_cannot_work_is_not_written(dev: FakeStage, folder: Path, words: tuple[str, ...], sentence: str) -> None:
    """A setting that makes no sense is named, and the file stays as it was."""
    assert sentence in str(raised("init", *words))
    assert not (folder / "stages.json").exists()


def test_the_token_comes_from_the_environment_once(dev: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script's token is stored, and stored only once; it is never printed."""
    monkeypatch.setenv("TMDB_TOKEN", "eyJ-a-token")
    shown = said("init", "--stage", "dev")
    assert "is stored" in shown and "eyJ" not in shown
    assert secret(dev) == "eyJ-a-token"
    assert list(told("init", "--stage", "dev")["secrets"].values()) == ["is there"]


def test_a_v3_key_is_refused_unseen(
    dev: FakeStage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The wrong kind of key is refused by its kind, and shown nowhere."""
    monkeypatch.setenv("TMDB_TOKEN", V3)
    assert main(["init", "--stage", "dev"]) == 1
    shown = "".join(capsys.readouterr())
    assert "API Read Access Token is needed" in shown and V3 not in shown
    assert secret(dev) == "token"


def test_a_person_is_asked_and_types_unseen(bunny: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a terminal it asks for each setting and for the secret that is missing, which is not echoed."""
    monkeypatch.setattr(init, "_interactive", lambda: True)
    shown = said("init", "--stage", "dev", given="bunny\nzone\nny\nhttps://z.b-cdn.net\nme@example.com\nhidden-one\n")
    assert secret(bunny, "BunnyPasswordSecret") == "hidden-one"
    assert "hidden-one" not in shown
    assert secret(bunny) == "token"


def test_a_stage_that_is_not_deployed_has_no_secrets_yet(dev: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings are written, and the next step is told."""
    monkeypatch.setenv("TMDB_TOKEN", "eyJ-a-token")
    assert "next: tmdb deploy --stage mine, then tmdb init --stage mine again" in said("init", "--stage", "mine")
    assert secret(dev) == "token"


@pytest.mark.parametrize(
    "error", [NoCredentialsError(), NoRegionError(), EndpointConnectionError(endpoint_url="https://aws")]
)
def test_without_aws_the_settings_are_written(
    error: Exception,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Who has no credentials, or no way to AWS, yet, is told that nobody could be asked, and what is next."""

    def cannot(*_: object) -> None:
        raise error

    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(stage, "stacks_of", cannot)
    assert main(["init", "--stage", "mine", "--email", "me@example.com"]) == 0
    assert own_stages(folder / "stages.json") == {"mine": {"edge": "s3", "alarm_email": "me@example.com"}}
    told = capsys.readouterr().out
    assert "whether it is deployed is not known: " in told
    assert "next: tmdb deploy --stage mine, then tmdb init --stage mine again" in told


def test_an_aws_that_refuses_stops_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With keys that are no longer good nobody knows whether there are secrets to ask for: nothing is written."""

    def refuses(*_: object) -> None:
        raise ClientError({"Error": {"Code": "ExpiredToken", "Message": "no"}}, "DescribeStacks")

    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(stage, "stacks_of", refuses)
    assert main(["init", "--stage", "mine"]) == 1
    assert "the AWS credentials here are expired" in capsys.readouterr().err
    assert not (folder / "stages.json").exists()


def test_questions_are_no_part_of_the_result(
    dev: FakeStage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --json standard output is JSON also when a person is asked; without an answer nothing is written."""
    monkeypatch.setattr(init, "_interactive", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("s3\nme@example.com\n"))
    assert main(["init", "--stage", "dev", "--json"]) == 0
    out, asked = capsys.readouterr()
    assert json.loads(out)["settings"] == {"edge": "s3", "alarm_email": "me@example.com"}
    assert "edge: s3 (behind CloudFront) or bunny" in asked
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["init", "--stage", "other", "--json"]) == 1
    assert "nobody is there to answer" in json.loads(capsys.readouterr().err.splitlines()[-1])["error"]


def test_a_damaged_file_is_named(dev: FakeStage, folder: Path) -> None:
    """A stages.json that is none stops everything that would read it, and is not written over."""
    for text in ("{", "[]", json.dumps({"dev": 1})):
        (folder / "stages.json").write_text(text)
        error = raised("init", "--stage", "dev")
        assert isinstance(error, Failure) and "stages.json" in str(error)
        assert (folder / "stages.json").read_text() == text
