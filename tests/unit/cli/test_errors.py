"""How verbs fail: one sentence on standard error, a status that scripts can tell apart, nothing half done."""

import json

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from cli import stage
from cli.errors import tell
from cli.main import main
from lambdas.common.errors import StopTheLine
from tests.unit.cli.world import FakeStage, letters, messages


def refused(code: str) -> ClientError:
    """What boto3 raises when AWS says no."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeStacks")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NoCredentialsError(), "there are no AWS credentials or no region here"),
        (refused("ExpiredToken"), "the AWS credentials here are expired or not valid (ExpiredToken)"),
        (refused("UnrecognizedClientException"), "the AWS credentials here are expired or not valid"),
        (refused("AccessDeniedException"), "AWS does not let you do that"),
        (refused("InternalError"), "AWS did not do it"),
    ],
)
@pytest.mark.parametrize("verb", [("status",), ("pause",), ("dlq", "redrive"), ("reconcile", "--type", "movie")])
def test_an_aws_that_says_no(
    verb: tuple[str, ...],
    error: Exception,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without credentials that hold, every verb says which of its reasons it is and what to do, in one line."""

    def says_no(*_: object) -> None:
        raise error

    monkeypatch.setattr(stage, "stacks_of", says_no)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert main(list(verb)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"tmdb: {sentence}") and err.count("\n") == 1


def test_a_file_that_cannot_be_had(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the system says of a file or folder is a sentence that names it, and not all of a name without end."""
    assert main(["sql", "SELECT 1", "--lake", "a" * 300]) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"tmdb: {'a' * 100}...: File name too long; name another file") and err.count("\n") == 1


def test_a_stage_that_is_not_deployed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It is named, with the command that deploys it; with --json as JSON."""
    monkeypatch.setattr(stage, "stacks_of", lambda *_: [])
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert main(["status", "--stage", "dev", "--json"]) == 1
    error = json.loads(capsys.readouterr().err)["error"]
    assert error.startswith("stage dev is not deployed in this account and region us-east-1: `tmdb deploy --stage dev`")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["dlq", "redrive", "--type", "film"], "unknown dataset 'film'; there are movie, tv, person"),
        (["trigger", "--dataset", "film", "--mode", "export"], "unknown dataset 'film'"),
        (["trigger", "--dataset", "movie", "--mode", "ids", "--ids", "0"], "Expected `int` >= 1"),
        (["trigger", "--dataset", "movie", "--mode", "ids", "--ids", "x"], "is not numbers"),
        (["replay", "movie/99999999999"], "is no title; write movie/550"),
        (["query", "film/550"], "is no title; write movie/550"),
        (["reconcile", "--dataset", "film"], "unknown dataset 'film'"),
        (["setup-alerts", "--email", "a@example.com", "--email", "nobody"], "'nobody' is no address"),
        (["deploy", "--only", "painter"], "has no function 'painter', only collector, harvester"),
        (["logs", "painter"], "has no function 'painter', only collector, harvester"),
        (["nonsense"], "No such command 'nonsense'"),
        (["dlq"], "Missing command; see tmdb dlq --help"),
    ],
)
def test_what_there_is_not(dev: FakeStage, words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Unknown ids, datasets, functions and verbs are named; letters and queue stay as they were."""
    letters(dev, 550)
    assert main([*words, *(["--stage", "dev"] if len(words) > 1 else [])]) in (1, 2)
    err = capsys.readouterr().err
    assert sentence in err and err.count("\n") == 1
    assert messages(dev) == []
    assert len(messages(dev, "DeadLettersUrl")) == 1


def test_debug_shows_where_it_happened(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With --debug, anywhere, the way to the error is shown."""
    monkeypatch.setattr(stage, "stacks_of", lambda *_: [])
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert main(["status", "--debug", "--stage", "dev"]) == 1
    shown = capsys.readouterr().err
    assert "Traceback" in shown and "Failure: stage dev is not deployed" in shown


def test_a_bug_asks_to_be_reported(capsys: pytest.CaptureFixture[str]) -> None:
    """What nobody has thought of is no traceback either; what the line says is passed on as it is."""
    assert tell(KeyError("x"), as_json=False) == 1
    assert "unexpected KeyError" in capsys.readouterr().err
    assert tell(StopTheLine("the token is refused"), as_json=False) == 1
    assert capsys.readouterr().err.startswith("tmdb: the token is refused")
