"""`tmdb failed`: looking leaves it there, and what is done again is deleted only when somebody has taken it."""

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest

from cli.errors import Failure
from lambdas.common.created import Created
from tests.unit.aws import REGION
from tests.unit.cli.world import FakeStage, raised, said, told

CREATED = Created("lake", "bronze/movie/x").to_json()
EVENT = json.dumps({"dataset": "movie", "mode": "sync"})


@pytest.fixture(autouse=True)
def with_a_lake(dev: FakeStage, monkeypatch: pytest.MonkeyPatch) -> FakeStage:
    """The stage with the queues of a lake."""
    sqs = boto3.client("sqs", region_name=REGION)
    names = ("LakeQueueUrl", "LakeDeadLettersUrl", "LakeFailedEventsUrl")
    stage = replace(
        dev, outputs={**dev.outputs, **{name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in names}}
    )
    monkeypatch.setattr("cli.failed.open_stage", lambda *_, **__: stage)
    return stage


def put(stage: FakeStage, output: str, *bodies: str, error: str = "") -> None:
    """Put messages into a queue, as Lambda puts what it gave up on."""
    attribute = {"ErrorMessage": {"DataType": "String", "StringValue": error}} if error else {}
    for body in bodies:
        stage.client("sqs").send_message(QueueUrl=stage.output(output), MessageBody=body, MessageAttributes=attribute)


def left(stage: FakeStage, output: str) -> list[str]:
    """What can be seen in a queue."""
    found: Any = stage.client("sqs").receive_message(QueueUrl=stage.output(output), MaxNumberOfMessages=10)
    return [message["Body"] for message in found.get("Messages", [])]


def test_what_failed_is_shown_with_its_error(with_a_lake: FakeStage) -> None:
    """Every kind that the stage has is looked at, and all of it stays."""
    assert said("failed", "list") == "nothing has failed\n"
    put(with_a_lake, "FailedEventsUrl", EVENT, error="TMDB has no file")
    put(with_a_lake, "LakeDeadLettersUrl", CREATED)
    shown = told("failed", "list")["failed"]
    assert [(row["kind"], row["reason"]) for row in shown] == [
        ("events", "TMDB has no file"),
        ("lake", "see the function's log"),
    ]
    assert "TMDB has no file" in said("failed", "list")
    assert left(with_a_lake, "LakeDeadLettersUrl") == [CREATED]


def test_events_are_sent_again(with_a_lake: FakeStage) -> None:
    """The harvester gets them as a schedule's; what is no event of its own is left."""
    put(with_a_lake, "FailedEventsUrl", EVENT, "no event", '{"dataset":"films","mode":"sync"}')
    assert told("failed", "retry", "events") == {"again": 1, "left": 2}
    assert set(left(with_a_lake, "FailedEventsUrl")) == {"no event", '{"dataset":"films","mode":"sync"}'}


@pytest.mark.parametrize(("kind", "output"), [("lake", "LakeDeadLettersUrl"), ("lake-events", "LakeFailedEventsUrl")])
def test_objects_go_into_their_queue_again(with_a_lake: FakeStage, kind: str, output: str) -> None:
    """The lake writer gets the same message; an event of the night is left, as the next night does it."""
    put(with_a_lake, output, CREATED, "{}")
    assert "which cannot be given again" in said("failed", "retry", kind)
    assert (left(with_a_lake, "LakeQueueUrl"), left(with_a_lake, output)) == ([CREATED], ["{}"])


def test_a_message_is_kept_when_nobody_takes_its_work(with_a_lake: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is seen again after some minutes, and nothing is lost."""

    def full(*_: Any) -> None:
        raise Failure("EventBridge took 0 of 1 events")

    monkeypatch.setattr("cli.failed.send", full)
    put(with_a_lake, "FailedEventsUrl", EVENT)
    assert "took 0 of 1" in str(raised("failed", "retry", "events"))
    url = with_a_lake.output("FailedEventsUrl")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = with_a_lake.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    assert sum(map(int, found.values())) == 1


def test_dropping_asks(with_a_lake: FakeStage) -> None:
    """What is not confirmed is not deleted; a kind that the stage does not have is empty."""
    put(with_a_lake, "LakeFailedEventsUrl", "{}")
    result = raised("failed", "drop", "lake-events")
    assert isinstance(result, Exception)
    assert told("failed", "drop", "lake-events", "--yes") == {"dropped": 1}
    assert told("failed", "drop", "catalog", "--yes") == {"dropped": 0}
