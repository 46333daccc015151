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
DROPPED = json.dumps(
    {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "123456789012",
        "time": "2026-11-20T08:00:00Z",
        "region": "us-east-1",
        "resources": ["arn:aws:s3:::lake"],
        "detail": {
            "version": "0",
            "bucket": {"name": "lake"},
            "object": {"key": "drop/été ł+&.json", "size": 5, "etag": "b1946ac9", "sequencer": "00617F08299329D189"},
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": "123456789012",
            "source-ip-address": "1.2.3.4",
            "reason": "PutObject",
        },
    }
)
"""As EventBridge sends it, and as it leaves it among the failed events when it cannot."""
PURGE = '{"purge": {}}'
EVENT = json.dumps({"dataset": "movie", "mode": "sync"})


def with_queues(stage: FakeStage, *parts: str) -> FakeStage:
    """The stage with the queues of a lake or a catalog."""
    sqs = boto3.client("sqs", region_name=REGION)
    names = [f"{part}{queue}" for part in parts for queue in ("QueueUrl", "DeadLettersUrl", "FailedEventsUrl")]
    return replace(
        stage, outputs={**stage.outputs, **{name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in names}}
    )


@pytest.fixture(autouse=True)
def with_a_lake(dev: FakeStage, monkeypatch: pytest.MonkeyPatch) -> FakeStage:
    """A stage with a lake and no catalog."""
    stage = with_queues(dev, "Lake")
    monkeypatch.setattr("cli.failed.open_stage", lambda *_, **__: stage)
    return stage


@pytest.fixture
def with_a_catalog(with_a_lake: FakeStage, monkeypatch: pytest.MonkeyPatch) -> FakeStage:
    """A stage with both."""
    stage = with_queues(with_a_lake, "Catalog")
    monkeypatch.setattr("cli.failed.open_stage", lambda *_, **__: stage)
    return stage


def put(stage: FakeStage, output: str, *bodies: str, error: str = "", told_as: str = "ErrorMessage") -> None:
    """Put messages into a queue, as who gave up on them does."""
    attribute = {told_as: {"DataType": "String", "StringValue": error}} if error else {}
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
        ("lake", "see `tmdb logs`"),
    ]
    assert "TMDB has no file" in said("failed", "list")
    assert left(with_a_lake, "LakeDeadLettersUrl") == [CREATED]


def test_events_are_sent_again(with_a_lake: FakeStage) -> None:
    """The harvester gets them as a schedule's; what is no event of its own is left."""
    put(with_a_lake, "FailedEventsUrl", EVENT, "no event", '{"dataset":"films","mode":"sync"}')
    assert told("failed", "retry", "events") == {"again": 1, "left": 2}
    assert set(left(with_a_lake, "FailedEventsUrl")) == {"no event", '{"dataset":"films","mode":"sync"}'}


def test_objects_are_named_by_their_keys(with_a_catalog: FakeStage) -> None:
    """Of an event of a bucket the key is what a person looks for; what is of no object is shown as it begins."""
    put(with_a_catalog, "CatalogDeadLettersUrl", DROPPED)
    put(with_a_catalog, "CatalogFailedEventsUrl", DROPPED, error="NO_PERMISSIONS", told_as="ERROR_CODE")
    put(with_a_catalog, "CatalogFailedEventsUrl", PURGE, error="the database is away")
    shown = {(row["kind"], row["key"], row["reason"]) for row in told("failed", "list")["failed"]}
    assert shown == {
        ("catalog", "drop/été ł+&.json", "see `tmdb logs`"),
        ("catalog-events", "drop/été ł+&.json", "NO_PERMISSIONS"),
        ("catalog-events", None, "the database is away"),
    }
    table = said("failed", "list")
    assert "drop/été ł+&.json" in table and PURGE in table and "requester" not in table


@pytest.mark.parametrize("part", ["Lake", "Catalog"])
@pytest.mark.parametrize(("kind", "queue"), [("{}", "DeadLettersUrl"), ("{}-events", "FailedEventsUrl")])
def test_objects_go_into_their_queue_again(with_a_catalog: FakeStage, part: str, kind: str, queue: str) -> None:
    """Lake writer and loader get the same message; what is no object of theirs, such as a night's work, is left."""
    put(with_a_catalog, f"{part}{queue}", DROPPED, CREATED, "{}", PURGE)
    assert "left: 2, which cannot be given again" in said("failed", "retry", kind.format(part.lower()))
    assert sorted(left(with_a_catalog, f"{part}QueueUrl")) == sorted([DROPPED, CREATED])
    assert sorted(left(with_a_catalog, f"{part}{queue}")) == sorted(["{}", PURGE])


@pytest.mark.parametrize(("kind", "queue"), [("catalog", "DeadLettersUrl"), ("catalog-events", "FailedEventsUrl")])
def test_what_can_never_be_loaded_is_dropped(with_a_catalog: FakeStage, kind: str, queue: str) -> None:
    """One kind is deleted, after asking, and no other; nothing of it is tried again."""
    put(with_a_catalog, f"Catalog{queue}", DROPPED, "no event at all")
    put(with_a_catalog, "LakeDeadLettersUrl", CREATED)
    raised("failed", "drop", kind)
    assert told("failed", "drop", kind, "--yes") == {"dropped": 2}
    assert [row["kind"] for row in told("failed", "list")["failed"]] == ["lake"]
    assert left(with_a_catalog, "CatalogQueueUrl") == []


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
