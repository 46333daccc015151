"""The handler: what arrives on the queue, and what Lambda is told about it."""

import asyncio
import json
from typing import Any

import pytest

from lambdas.collector import handler as module
from lambdas.collector import report
from lambdas.common.errors import Retry
from lambdas.common.http import Response
from lambdas.common.receipts import Receipt
from lambdas.common.work import MAX_BYTES, WorkItem
from tests.unit.aws import invocation
from tests.unit.collector.world import OUTAGE, World, item

CONTEXT = invocation("collector", seconds=120)


def record(body: str, receives: int = 1) -> dict[str, Any]:
    """A record as SQS hands it to Lambda."""
    return {"messageId": "m-1", "body": body, "attributes": {"ApproximateReceiveCount": str(receives)}}


@pytest.fixture
def invoke(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Invokes the handler with some records in this world."""
    monkeypatch.setattr(module, "_collector", lambda: world.using)
    monkeypatch.setattr(report, "_seen", set())
    monkeypatch.setattr(module, "run", asyncio.run)
    return lambda *records: module.handler({"Records": list(records)}, CONTEXT)


HOSTILE = [
    "",
    "{}",
    "null",
    "[1]",
    "not json",
    '{"Records": [{"s3": {}}]}',
    item(1, 2).to_json().replace("[1,2]", "[2,1]"),
    item(1, 2).to_json().replace("[1,2]", "[1,1]"),
    item(1).to_json().replace("[1]", "[]"),
    item(1).to_json().replace("[1]", "[0]"),
    item(1).to_json().replace("[1]", "[true]"),
    item(1).to_json().replace("[1]", '["1"]'),
    item(1).to_json().replace("[1]", "[2147483648]"),
    item(1).to_json().replace("[1]", str(list(range(1, 52)))),
    item(1).to_json().replace('"movie"', '"../../etc"'),
    item(1).to_json().replace('"v":1', '"v":2'),
    item(1).to_json().replace('"v":1', '"v":1,"extra":1'),
    item(1).to_json().replace('"attempt":0', '"attempt":5'),
    item(1).to_json().replace("20260921T", "20269921T"),
    "[" * 60_000,
    item(1).to_json() + " " * MAX_BYTES,
]


@pytest.mark.parametrize("body", HOSTILE)
def test_what_is_no_work_item_goes_to_the_dead_letters_as_it_is(invoke: Any, world: World, body: str) -> None:
    """An empty, oversized, foreign or hostile body is forwarded whole, with a reason that names what is wrong."""
    assert invoke(record(body)) == {"batchItemFailures": []}
    ((forwarded, reason),) = world.dead_letters.forwarded
    assert forwarded == body and "work item" in reason
    assert not world.transport.asked and not world.edge.objects


def test_message_that_failed_as_a_whole_goes_back_as_a_copy(invoke: Any, world: World) -> None:
    """With the state table away a copy waits in the queue: deliveries are not counted against the ids."""

    async def away(item: WorkItem) -> Receipt | None:
        raise Retry("DynamoDB is away")

    world.state.receipt = away  # type: ignore[method-assign]  # an outage
    assert invoke(record(item(1).to_json(), receives=3)) == {"batchItemFailures": []}
    assert world.queue.sent == [(item(1), 900)]


def test_message_comes_back_when_even_the_queue_is_away(invoke: Any, world: World) -> None:
    """When the queue takes nothing, Lambda is told to deliver the message again."""
    world.transport.put("movie/2", RuntimeError("a bug"))
    world.queue.failure = Retry("SQS is away")
    assert invoke(record(item(2).to_json())) == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}


@pytest.mark.parametrize(("milliseconds", "failures"), [(4_020, []), (1_020, [{"itemIdentifier": "m-1"}])])
def test_services_that_hang_do_not_use_up_the_time(
    invoke: Any, world: World, monkeypatch: pytest.MonkeyPatch, milliseconds: int, failures: list[dict[str, str]]
) -> None:
    """With a state table that never answers a copy is sent in time; if that hangs, too, Lambda is told."""

    async def hang(item: WorkItem) -> Receipt | None:
        await asyncio.Event().wait()
        return None

    world.state.receipt = hang  # type: ignore[method-assign]  # a service that hangs
    monkeypatch.setattr(CONTEXT, "get_remaining_time_in_millis", lambda: milliseconds)
    if failures:
        monkeypatch.setattr(world.queue, "send", lambda items, delay: hang(item(1)))
    assert invoke(record(item(1).to_json())) == {"batchItemFailures": failures}
    assert world.queue.sent == ([] if failures else [(item(1), 900)])


def test_one_log_line_a_batch_and_each_unknown_field_once_a_run(
    invoke: Any, world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """A batch is one log line; a field the schema does not know is logged once a run, and counted."""
    for id in (1, 2, 3):
        world.transport.put(f"movie/{id}", {"id": id, "title": "x", "brand_new": {"a": 1}})
    invoke(record(item(1, 2).to_json()))
    invoke(record(item(3).to_json()))
    assert [record.message for record in caplog.records] == ["field.unknown", "batch.collected", "batch.collected"]
    assert vars(caplog.records[0])["field"] == "movie.brand_new"
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [line["stored"] for line in metrics] == [[2.0], [1.0]]
    assert [line["unknown_fields"] for line in metrics] == [[1.0], [0.0]]


def measured(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The metrics of the one invocation since this was asked last."""
    (found,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    return dict(found)


def test_shares_are_measured_as_percent(invoke: Any, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """What TMDB throttles of a batch's answers, and what fails of its ids, whether it may succeed later or never."""
    world.movies(1, 2)
    world.transport.put("movie/3", Response(500, {}, b'{"status_code":44,"status_message":"The ID is invalid."}'))
    world.transport.put("movie/4", Response(429, {}, b""), {"id": 4, "title": "Movie 4"})
    invoke(record(item(1, 2, 3, 4).to_json()))
    found = measured(capsys)
    assert (found["throttled_percent"], found["failed_percent"]) == ([20.0], [25.0])
    assert (found["stored"], found["dead"], found["line_stopped"]) == ([3.0], [1.0], [0.0])


def test_later_attempts_are_no_share_of_failures(invoke: Any, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """They are of ids that failed before; counted, a single poisonous title would look like a broken stage."""
    world.transport.put("movie/1", OSError("socket"))
    invoke(record(item(1, attempt=1).to_json()))
    assert "failed_percent" not in measured(capsys)


def test_an_outage_fails_everything(invoke: Any, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Though it is nobody's attempt, and so does a message that is no work item, or fails as a whole."""
    world.transport.default = OUTAGE
    world.transport.put("configuration", OUTAGE)
    invoke(record(item(1, 2).to_json()))
    assert measured(capsys)["failed_percent"] == [100.0]
    invoke(record("{}"))
    assert measured(capsys)["failed_percent"] == [100.0]


def test_a_rejected_token_is_told(invoke: Any, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """The batch that stops the line says so, and no id is counted as failed."""
    world.transport.default = Response(401, {}, b'{"status_code":7,"status_message":"Invalid API key."}')
    invoke(record(item(1, 2).to_json()))
    found = measured(capsys)
    assert (found["line_stopped"], found["failed_percent"], world.line.stops) == ([1.0], [0.0], 1)


def test_log_holds_no_token(
    invoke: Any, world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """The token appears in no log line and no dead letter, whatever fails."""
    world.transport.default = RuntimeError(f"bug that shows {world.token[:3]}")
    world.transport.put("movie/1", OSError("socket"))
    invoke(record(item(1, 2, attempt=4).to_json()))
    logged = "".join(str(vars(record)) for record in caplog.records) + capsys.readouterr().out
    shown = logged + "".join(letter.to_json() for letter in world.dead_letters.items)
    assert world.token not in shown and "Bearer" not in shown
