"""`tmdb compact`: the event that it sends is one that the compactor takes."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import compact as verb
from cli.errors import Failure
from cli.main import app
from cli.stage import Stage


class Session:
    """Boto3's session, with a bus that fails if it is told to."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.failed = 0

    def client(self, service: str, **_: Any) -> "Session":
        assert service == "events"
        return self

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        self.sent += Entries
        return {"FailedEntryCount": self.failed, "Entries": [{"ErrorCode": "Busy"}]}


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    """That of the stage `test`, which has a lake; no other has."""
    session = Session()
    outputs = {"test": {"LakeQueueUrl": "url"}}
    monkeypatch.setattr(verb, "open_stage", lambda name, local: Stage(name, outputs.get(name, {}), session))
    return session


def run(*words: str) -> Any:
    """The result of the verb."""
    return CliRunner().invoke(app, ["compact", *words])


def test_it_asks_for_a_compaction(session: Session) -> None:
    """Of all there is, or of what is named, by the event that a compactor itself sends."""
    assert run("--stage", "test").stdout.startswith("started: compaction")
    asked = run("--stage", "test", "--until", "2026-01-02", "--dataset", "tv", "--type", "season", "--json")
    event = {"until": "2026-01-02", "datasets": ["tv", "season"]}
    assert json.loads(asked.stdout) == {"sent": event}
    assert [json.loads(entry["Detail"]) for entry in session.sent] == [{}, event]
    assert {(entry["Source"], entry["DetailType"]) for entry in session.sent} == {("tmdb.lake", "test")}


@pytest.mark.parametrize("words", [["--until", "tomorrow"], ["--until", "9999-01-01"], ["--dataset", "movies"]])
def test_what_the_compactor_would_refuse_is_not_sent(session: Session, words: list[str]) -> None:
    """With its own sentence."""
    result = run("--stage", "test", *words)
    assert result.exit_code == 2 and ("until is a day" in result.output or "datasets is a list" in result.output)
    assert not session.sent


def test_failures_say_what_to_do(session: Session) -> None:
    """A stage without a lake, and a bus that takes nothing."""
    result = run("--stage", "other")
    assert isinstance(result.exception, Failure) and "stage other has no LakeQueueUrl" in str(result.exception)
    session.failed = 1
    result = run("--stage", "test")
    assert isinstance(result.exception, Failure) and "run it again" in str(result.exception)
