"""The lake writer's handler: what an event must be, and what becomes of one that fails."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from lambdas.common.errors import Retry
from lambdas.lake_writer import handler as entry
from lambdas.lake_writer.handler import handler
from lambdas.lake_writer.write import write
from tests.unit.lake_writer.world import World, line, movie


class Context:
    """What Lambda tells a function of itself."""

    function_name = "lake_writer"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:lake_writer"
    aws_request_id = "1"


def created(key: str, bucket: str = "lake") -> dict[str, Any]:
    """EventBridge's event of a new object."""
    return {
        "version": "0",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "detail": {"version": "0", "bucket": {"name": bucket}, "object": {"key": key, "size": 1, "etag": "x"}},
    }


def batch(*bodies: str) -> dict[str, Any]:
    """A batch of messages, `0` the first."""
    return {"Records": [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A lake in memory behind the handler."""
    world = World(tmp_path)
    monkeypatch.setenv("LAKE_BUCKET", "lake")
    monkeypatch.setenv("DEAD_LETTERS_URL", "https://dead-letters")
    monkeypatch.setattr(entry, "_lake", lambda: world.lake)
    monkeypatch.setattr(entry, "_database", lambda: world.database)
    return world


def test_each_object_of_a_batch_is_written(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """All is well when every object is in silver; the log says what was counted."""
    keys = [world.put([line(movie(n))]) for n in (1, 2)]
    assert handler(batch(*(json.dumps(created(key)) for key in keys)), Context()) == {"batchItemFailures": []}
    assert [row["id"] for row in world.rows("silver_movie", "id")] == [1, 2]
    told = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    counted = [text for text in told if "_aws" in text]
    assert [(text["rows_processed"], text["pass_percent"]) for text in counted] == [([1.0, 1.0], [100.0, 100.0])]


@pytest.fixture
def dead_letters(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was sent to the dead letters, by body and reason."""
    sent: list[dict[str, Any]] = []

    class Sqs:
        def send_message(self, *, QueueUrl: str, MessageBody: str, MessageAttributes: dict[str, Any]) -> None:  # noqa: N803 - boto3's names
            sent.append({"to": QueueUrl, "body": MessageBody, "reason": MessageAttributes["reason"]["StringValue"]})

    monkeypatch.setattr(boto3, "client", lambda _: Sqs())
    return sent


def test_what_can_never_be_written_is_a_dead_letter_at_once(
    world: World,
    dead_letters: list[dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A missing object, a cut one, failing rows, foreign messages: each with its reason, none is tried again.

    Their neighbours are written, and the failing rows are counted once.
    """
    good, failing = world.put([line(movie(1))]), world.put([line(movie(n, title="")) for n in (2, 3)])
    gone, cut = good.replace("/1-0-", "/3-0-"), good.replace("/1-0-", "/4-0-")
    world.lake.write(cut, (world.lake.read(good) or b"")[:-9])
    bodies = [*(json.dumps(created(key)) for key in (gone, cut, failing, "silver/x")), "{}", "no JSON", ""]
    bodies.append(json.dumps(created(good, "other")))
    result = handler(batch(*bodies, json.dumps(created(good))), Context())
    assert result == {"batchItemFailures": []}
    assert [row["id"] for row in world.rows("silver_movie")] == [1]
    assert [letter["body"] for letter in dead_letters] == [body or "(empty)" for body in bodies]
    assert {letter["to"] for letter in dead_letters} == {"https://dead-letters"}
    reasons = [letter["reason"] for letter in dead_letters]
    assert "is not there" in reasons[0] and "cut short" in reasons[1] and "2 of 2 rows fail quality" in reasons[2]
    told = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert [text["rows_quarantined"] for text in told if "_aws" in text] == [[2.0, 0.0]]
    assert caplog.messages.count("object.rejected") == len(bodies)


def test_what_another_attempt_may_write_comes_back(
    world: World, dead_letters: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lake that does not answer is nobody's fault: that message alone is delivered again, the others are written."""
    late, good = (world.put([line(movie(n))]) for n in (1, 2))

    def slow(key: str, **using: Any) -> Any:
        if key == late:
            raise Retry("S3 does not answer")
        return write(key, **using)

    monkeypatch.setattr(entry, "write", slow)
    result = handler(batch(*(json.dumps(created(key)) for key in (late, good))), Context())
    assert result == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert ([row["id"] for row in world.rows("silver_movie")], dead_letters) == ([2], [])


def test_a_dead_letter_that_is_not_taken_comes_back_uncounted(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is lost when the dead letters do not answer, and what fails is counted when it is told at last."""

    def refuses(_: str) -> Any:
        raise ConnectionError

    monkeypatch.setattr(boto3, "client", refuses)
    key = world.put([line(movie(n, title="")) for n in (2, 3)])
    assert handler(batch(json.dumps(created(key))), Context()) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert "_aws" not in capsys.readouterr().out


def test_a_bug_takes_one_object_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong with an object, its neighbours in the batch are written."""
    bad, good = (world.put([line(movie(n))]) for n in (1, 2))

    def buggy(key: str, **using: Any) -> Any:
        if key == bad:
            raise ZeroDivisionError
        return write(key, **using)

    monkeypatch.setattr(entry, "write", buggy)
    result = handler(batch(*(json.dumps(created(key)) for key in (bad, good))), Context())
    assert result == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert [row["id"] for row in world.rows("silver_movie")] == [2]
