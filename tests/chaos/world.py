"""One life of the world: an account of AWS of its own, in which a stage works, is killed once, and is tried again.

It does what Lambda and SQS do and no more: a message is deleted when its invocation succeeded and is seen again when it
did not, an event is tried three times. Between the tries the time passes that AWS would let pass.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lambdas.common.aws import Aws
from lambdas.common.clock import SystemClock
from lambdas.common.settings import Settings
from lambdas.common.sigv4 import Credentials, Signer
from local.bunny import FakeBunny, running
from local.emulator import REGION
from tests.chaos.gate import Point
from tests.chaos.machine import NOW, Failed, Killed, Machine

QUEUES = ("work", "dead", "events")
BUCKETS = ("edge", "lake")
_TRIES = 3
_PATIENCE = 12 * 60.0
"""Seconds of the stage's clock until a message is seen again."""
_MOST = 100


@dataclass
class World:
    """A life. `mourn` is called when the process has been killed, before anything is tried again."""

    machine: Machine
    number: int
    mourn: Callable[[], Awaitable[None]] | None = None
    killed: bool = False
    _invocations: int = 0
    _late: float = 0.0
    urls: dict[str, str] = field(default_factory=dict)

    # AWS, asked past the gate

    @property
    def account(self) -> str:
        return f"{self.number:012d}"

    @property
    def aws(self) -> Aws:
        keys = Credentials(self.account, "test")
        return Aws(REGION, Signer(REGION, keys), self.machine.transport, SystemClock(), self.machine.emulator.url)

    def bucket(self, name: str) -> str:
        """The full name of a bucket: these are nobody else's in the world."""
        return f"{name}.life{self.number}"

    async def put(self, bucket: str, key: str, blob: bytes, **headers: str) -> None:
        """Store an object, as somebody else did before this life."""
        url = f"{self.machine.emulator.url}/{self.bucket(bucket)}/{key}"
        answer = await self.aws.request("s3", "PUT", url, headers=headers, body=blob)
        assert answer.status == 200, answer

    def objects(self, bucket: str) -> dict[str, bytes]:
        """What is in a bucket."""
        return _files(self.place(bucket))

    def place(self, bucket: str) -> Path:
        """The folder that holds a bucket's objects by their keys."""
        return self.machine.emulator.folder / "s3" / self.account / self.bucket(bucket)

    def bunny(self) -> dict[str, bytes]:
        """What is in Bunny's zone."""
        return _files(self.folder / "bunny")

    async def items(self) -> list[dict[str, Any]]:
        """All items of the state table."""
        found = await _scan(self.aws)
        return [{name: next(iter(value.values())) for name, value in item.items()} for item in found]

    async def send(self, queue: str, *bodies: str) -> None:
        for body in bodies:
            await self.aws.call("sqs", "SendMessage", QueueUrl=self.urls[queue], MessageBody=body)

    async def received(self, queue: str, most: int = 10) -> list[dict[str, Any]]:
        """Some messages, hidden from now on."""
        answer = await self.aws.call(
            "sqs",
            "ReceiveMessage",
            QueueUrl=self.urls[queue],
            MaxNumberOfMessages=most,
            VisibilityTimeout=3600,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        return list(answer.get("Messages") or ())

    async def seen_again(self, queue: str, receipts: Iterable[str]) -> None:
        """Time has passed: messages that were received are there again."""
        for receipt in receipts:
            await self.aws.call(
                "sqs",
                "ChangeMessageVisibility",
                QueueUrl=self.urls[queue],
                ReceiptHandle=receipt,
                VisibilityTimeout=0,
            )

    async def drained(self, queue: str) -> list[str]:
        """The bodies of all messages that wait, which are gone then."""
        bodies: list[str] = []
        while messages := await self.received(queue):
            for message in messages:
                bodies.append(message["Body"])
                await self._delete(queue, message["ReceiptHandle"])
        return bodies

    async def _delete(self, queue: str, receipt: str) -> None:
        await self.aws.call("sqs", "DeleteMessage", QueueUrl=self.urls[queue], ReceiptHandle=receipt)

    # Lambda

    async def invoke(
        self, stage: str, settings: Settings | None, event: Any, *, request: str = "", seconds: int = 900
    ) -> Any:
        """One invocation of a function, which has so many `seconds`, in its own process. Raises Killed, Failed."""
        self._invocations += 1
        environment = (settings.to_env() if settings else {}) | {
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_ENDPOINT_URL": self.machine.gate.urls["AWS"],
            "LOCAL": str(self.folder),
        }
        order = {
            "handler": stage if "." in stage else f"lambdas.{stage}.handler",
            "event": event,
            "environment": environment,
            "request": request or f"request-{self._invocations}",
            "seconds": seconds,
            "now": NOW.timestamp() + self._late,
            "plant": self.machine.plant,
        }
        try:
            return await self.machine.nursery.invoke(order)
        except Killed:
            self.killed = True
            if self.mourn:
                await self.mourn()
            self._late += _PATIENCE
            raise

    async def trigger(self, stage: str, settings: Settings | None, event: Any, *, seconds: int = 900) -> Any:
        """Have an event handled: the same request, up to three times."""
        request = f"event-{self._invocations}"
        for attempt in range(1, _TRIES + 1):
            try:
                return await self.invoke(stage, settings, event, request=request, seconds=seconds)
            except (Killed, Failed):
                if attempt == _TRIES:
                    raise
        raise AssertionError

    async def continue_events(self, stage: str, settings: Settings, *, seconds: int = 900) -> None:
        """Have the events handled that were put on the bus, and those that these put there."""
        while messages := await self.received("events", 1):
            await self.trigger(stage, settings, json.loads(messages[0]["Body"]), seconds=seconds)
            await self._delete("events", messages[0]["ReceiptHandle"])

    async def deliver(self, queue: str, stage: str, settings: Settings, *, batch: int = 1) -> None:
        """Have a queue's messages handled until none is left, as an event source mapping does."""
        for _ in range(_MOST):
            messages = await self.received(queue, batch)
            if not messages:
                return
            records = [
                {"messageId": message["MessageId"], "body": message["Body"], "attributes": message["Attributes"]}
                for message in messages
            ]
            receipts = {message["MessageId"]: message["ReceiptHandle"] for message in messages}
            try:
                answer = await self.invoke(stage, settings, {"Records": records})
                failed = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
            except (Killed, Failed):
                failed = list(receipts)
            await self.seen_again(queue, [receipts[id] for id in failed])
            for id in receipts.keys() - set(failed):
                await self._delete(queue, receipts[id])
        raise AssertionError(f"{queue} is not empty after {_MOST} deliveries")

    @property
    def folder(self) -> Path:
        """A folder of this life: what an operator keeps on his machine, and Bunny's files."""
        return self.machine.folder / f"life{self.number}"


def _files(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".meta.json"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(files)}


async def _scan(aws: Aws) -> list[dict[str, Any]]:
    answer = await aws.call("dynamodb", "Scan", TableName="state", ConsistentRead=True)
    assert "LastEvaluatedKey" not in answer
    return list(answer["Items"])


@asynccontextmanager
async def life(machine: Machine, armed: Point | None = None) -> AsyncIterator[World]:
    """A life in which the process is killed at `armed`."""
    machine.lives += 1
    world = World(machine, machine.lives)
    world.folder.mkdir()
    await _furnish(world)
    async with running(FakeBunny(world.folder / "bunny")) as bunny, machine.gate.http("Bunny", bunny.url):
        machine.gate.begin(armed)
        yield world
        machine.gate.begin(None)


async def _furnish(world: World) -> None:
    """Make what the stacks make."""
    aws = world.aws
    for bucket in BUCKETS:
        answer = await aws.request("s3", "PUT", f"{aws.url('s3')}/{world.bucket(bucket)}", headers={})
        assert answer.status == 200, answer
    for queue in QUEUES:
        world.urls[queue] = (await aws.call("sqs", "CreateQueue", QueueName=queue))["QueueUrl"]
    keys = ("pk", "sk")
    await aws.call(
        "dynamodb",
        "CreateTable",
        TableName="state",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=True)],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
    )
    for name, value in (("token", "fake-token"), ("bunny", "fake-key")):
        await aws.call("secretsmanager", "CreateSecret", Name=name, SecretString=value)
    names = ["QueueArn"]
    told = await aws.call("sqs", "GetQueueAttributes", QueueUrl=world.urls["events"], AttributeNames=names)
    await aws.call("events", "PutRule", Name="continue", EventPattern='{"source":["tmdb.pipeline","tmdb.lake"]}')
    target = {"Id": "events", "Arn": told["Attributes"]["QueueArn"], "InputPath": "$.detail"}
    await aws.call("events", "PutTargets", Rule="continue", Targets=[target])
