"""The queue on SQS: a send that returns was accepted whole, and nothing less counts as sent."""

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from lambdas.common.datasets import Mode
from lambdas.common.errors import Retry
from lambdas.common.http import Response
from lambdas.common.queue import SqsQueue
from lambdas.common.work import WorkItem
from tests.unit.aws import Hasty, Through, aws

RUN = "movie-export-20260921T120000Z-00ff"
DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "SendMessageBatch")
GONE = EndpointConnectionError(endpoint_url="https://sqs")
BUSY = ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "SendMessageBatch")
URL = "https://sqs.us-east-1.amazonaws.com/123456789012/none"


def items(number: int) -> list[WorkItem]:
    """Work items of one id each."""
    return [WorkItem(run=RUN, dataset="movie", mode=Mode.EXPORT, ids=(id,)) for id in range(1, number + 1)]


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client, and no other AWS than moto's."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("sqs", region_name="us-east-1")


def received(sqs: Any, url: str) -> list[dict[str, Any]]:
    """All messages that can be seen."""
    found: list[dict[str, Any]] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get(
        "Messages"
    ):
        found += messages
    return found


def on(client: Any, url: str = URL, clock: Hasty | None = None) -> SqsQueue:
    """The queue under test, with `client` as its SQS."""
    return SqsQueue(url, aws(Through(client), clock))


class FakeSqs:
    """Answers SendMessageBatch by a script: how many entries of a batch it takes each time, or what it raises."""

    def __init__(self, *script: int | Exception) -> None:
        self.script = list(script)
        self.taken: list[str] = []
        self.calls: list[Sequence[dict[str, Any]]] = []
        self.lost = False
        """Say nothing of what was not taken, instead of calling it failed."""
        self._lock = threading.Lock()

    def send_message_batch(self, **arguments: Any) -> dict[str, Any]:
        entries: list[dict[str, Any]] = arguments["Entries"]
        with self._lock:
            self.calls.append(entries)
            takes = self.script.pop(0) if self.script else len(entries)
            if isinstance(takes, Exception):
                raise takes
            self.taken += [entry["MessageBody"] for entry in entries[:takes]]
            failed = [{"Id": entry["Id"], "Code": "InternalError", "SenderFault": False} for entry in entries[takes:]]
            answer: dict[str, Any] = {"Successful": [{"Id": entry["Id"]} for entry in entries[:takes]]}
            return answer if self.lost else {**answer, "Failed": failed}


@pytest.mark.parametrize("number", [0, 1, 10, 11, 137])
async def test_send(sqs: Any, number: int) -> None:
    """Every item arrives as it is, once, and the number sent is theirs."""
    url = sqs.create_queue(QueueName="work")["QueueUrl"]
    assert await on(sqs, url).send(iter(items(number))) == number
    found = [WorkItem.from_json(message["Body"]) for message in received(sqs, url)]
    assert sorted(found, key=lambda item: item.ids) == items(number)


async def test_backlog_and_delay(sqs: Any) -> None:
    """The backlog counts what waits, what is held back and what is being worked on."""
    url = sqs.create_queue(QueueName="work")["QueueUrl"]
    queue = on(sqs, url)
    await queue.send(items(5))
    await queue.send(items(7), delay=600)
    sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=2)
    assert await queue.backlog() == 12
    assert len(received(sqs, url)) == 3


async def test_batches() -> None:
    """Ten messages a call, each with an id of its own that SQS accepts, and never held back longer than SQS can."""
    fake = FakeSqs()
    await on(fake).send(items(25), delay=5000)
    assert sorted(len(call) for call in fake.calls) == [5, 10, 10]
    for call in fake.calls:
        assert len({entry["Id"] for entry in call}) == len(call)
        assert all(entry["Id"].isalnum() and entry["DelaySeconds"] == 900 for entry in call)


@pytest.mark.parametrize("lost", [False, True])
async def test_partial_failure(lost: bool) -> None:
    """Entries that were not taken are sent again, and only those: called failed, or not spoken of at all."""
    fake = FakeSqs(7, 2)
    fake.lost = lost
    assert await on(fake).send(items(10)) == 10
    assert [len(call) for call in fake.calls] == [10, 3, 1]
    assert sorted(fake.taken) == sorted(item.to_json() for item in items(10))


async def test_refused_again_and_again() -> None:
    """An entry that is refused three times is an error that says how many and why."""
    with pytest.raises(Retry, match=r"SQS refused 4 of 10 messages 3 times: \['InternalError: '\]"):
        await on(FakeSqs(6, 0, 0)).send(items(10))


@pytest.mark.parametrize(("error", "calls"), [(DENIED, 1), (GONE, 5), (BUSY, 5)])
async def test_errors(error: Exception, calls: int) -> None:
    """When a call fails, for good or again and again, nothing of it counts, and the error keeps its cause."""
    fake = FakeSqs(*[error] * calls)
    with pytest.raises(Retry, match="SQS took none of 10 messages: SQS did not SendMessageBatch") as caught:
        await on(fake).send(items(10))
    assert isinstance(caught.value.__cause__, Retry) and len(fake.calls) == calls


@pytest.mark.parametrize("error", [GONE, BUSY])
async def test_passing_trouble(error: Exception) -> None:
    """A lost connection or throttling is waited out, longer each time, and nobody hears of it."""
    fake, clock = FakeSqs(error, error, 10), Hasty()
    assert await on(fake, clock=clock).send(items(10)) == 10
    assert clock.slept == sorted(set(clock.slept)) and len(clock.slept) == 2


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}"])
async def test_answer_that_says_nothing(body: bytes) -> None:
    """A 200 that does not name what was taken took nothing."""

    class Silent(Through):
        async def request(self, *_: Any, **__: Any) -> Response:
            return Response(200, {}, body)

    queue = SqsQueue(URL, aws(Silent(None)))
    with pytest.raises(Retry, match="SQS refused 2 of 2 messages 3 times"):
        await queue.send(items(2))


async def test_failure_among_many() -> None:
    """When a call of many fails, no more are begun, those under way are waited for, and the send fails."""
    fake = FakeSqs(10, DENIED)
    with pytest.raises(Retry, match="SQS took none"):
        await on(fake).send(items(1000))
    calls = len(fake.calls)
    assert calls < 30
    assert len(fake.taken) == 10 * (calls - 1)


async def test_calls_in_flight() -> None:
    """A long send has a few calls under way at any time, and takes its items as it goes."""
    waiting = threading.Semaphore(0)
    begun: list[int] = []
    taken = 0

    class Slow(FakeSqs):
        def send_message_batch(self, **arguments: Any) -> dict[str, Any]:
            begun.append(taken)
            if len(begun) == 4:
                waiting.release(1000)
            assert waiting.acquire(timeout=30)
            return super().send_message_batch(**arguments)

    def coming() -> Iterator[WorkItem]:
        nonlocal taken
        for item in items(500):
            taken += 1
            yield item

    assert await on(Slow()).send(coming()) == 500
    assert max(begun[:4]) <= 100


async def test_forward(sqs: Any) -> None:
    """A body that is no work item is sent as it is, with the reason beside it, however long."""
    url = sqs.create_queue(QueueName="dead")["QueueUrl"]
    queue = on(sqs, url)
    await queue.forward("not { json", "not a work item: " + "x" * 5000)
    await queue.forward("", "empty")
    first, second = sorted(received(sqs, url), key=lambda message: message["Body"], reverse=True)
    assert first["Body"] == "not { json"
    assert first["MessageAttributes"]["reason"]["StringValue"].startswith("not a work item: x")
    assert (second["Body"], second["MessageAttributes"]["reason"]["StringValue"]) == ("(empty)", "empty")


async def test_forward_of_half_a_character(sqs: Any) -> None:
    """What JSON can hold and no message can is spelled out: the rest of the body is not lost for it."""
    url = sqs.create_queue(QueueName="dead")["QueueUrl"]
    await on(sqs, url).forward('{"run":"\ud800"}', "not a work item: \udfff")
    (message,) = received(sqs, url)
    assert message["Body"] == '{"run":"\\ud800"}'
    assert message["MessageAttributes"]["reason"]["StringValue"] == "not a work item: \\udfff"


async def test_missing_queue(sqs: Any) -> None:
    """A queue that is not there is an error to try again, whatever was asked of it."""
    queue = on(sqs)
    with pytest.raises(Retry, match="SQS took none of 1 messages"):
        await queue.send(items(1))
    with pytest.raises(Retry, match="SQS did not SendMessage"):
        await queue.forward("x", "y")
    with pytest.raises(Retry, match="SQS did not GetQueueAttributes"):
        await queue.backlog()
