"""The lake writer's handler: what an event must be, and what becomes of one that fails."""

import json
from pathlib import Path
from typing import Any

import pytest

from lambdas.common.errors import BadInput
from lambdas.lake_writer import handler as entry
from lambdas.lake_writer.handler import handler, object_key
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
    assert [(text["rows_written"], text["rows_quarantined"]) for text in counted] == [([1.0, 1.0], [0.0, 0.0])]


def test_only_what_fails_comes_back(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing object, a failing one and a foreign message fail alone; the failing rows are counted."""
    good, failing = world.put([line(movie(1))]), world.put([line(movie(2, title=""))])
    gone = good.replace("/1-0-", "/3-0-")
    events = [json.dumps(created(key)) for key in (gone, good, failing, "silver/x")]
    failures = handler(batch(*events, "{}", "no JSON", json.dumps(created(good, "other"))), Context())[
        "batchItemFailures"
    ]
    assert [failure["itemIdentifier"] for failure in failures] == ["0", "2", "3", "4", "5", "6"]
    told = capsys.readouterr().out
    assert [row["id"] for row in world.rows("silver_movie")] == [1]
    assert '"rows_quarantined":[0.0,1.0]' in told


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


@pytest.mark.parametrize(
    "body", ["", "{}", '{"detail":{}}', '{"Records":[]}', '{"detail":{"bucket":{"name":1},"object":{"key":"x"}}}']
)
def test_a_message_that_is_no_event_is_refused(body: str) -> None:
    """It is never guessed what it may mean."""
    with pytest.raises(BadInput, match="not an event of a bucket"):
        object_key(body, "lake")


def test_a_key_comes_as_it_is() -> None:
    """EventBridge does not encode keys: `%2F` and `+` mean themselves."""
    assert object_key(json.dumps(created("bronze/a+b%2Fc")), "lake") == "bronze/a+b%2Fc"
