"""Bugs to plant into a simulated world: what finds none of them proves nothing."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

from msgspec import structs

from lambdas.collector import collect, handler, suspicion, titles
from lambdas.collector.batch import Batch
from lambdas.collector.edge.s3 import S3Edge
from lambdas.collector.line import MappingLine
from lambdas.common.bucket import Bucket
from lambdas.common.pacer import Pacer
from lambdas.common.table import Table
from lambdas.common.work import WorkItem
from tests.simulation import stages
from tests.simulation.sqs import Message, Queue


def acknowledged_first() -> AbstractContextManager[Any]:
    """A message is acknowledged when it is received."""
    receive = Queue.receive

    def wrong(self: Queue, now: float, chance: float) -> Message | None:
        message = receive(self, now, chance)
        if message:
            self.acknowledge(message)
        return message

    return mock.patch.object(Queue, "receive", wrong)


def forgotten_on_failure() -> AbstractContextManager[Any]:
    """A message that failed as a whole counts as copied back, and no copy was sent."""

    async def wrong(*what: Any) -> bool:
        return True

    return mock.patch.object(handler, "_copied_back", wrong)


def retry_not_sent() -> AbstractContextManager[Any]:
    """Ids that failed are in nobody's hands any more."""
    receipt = collect._receipt
    return mock.patch.object(collect, "_receipt", lambda *what: structs.replace(receipt(*what), retry=()))


def not_counted() -> AbstractContextManager[Any]:
    """The receipt is put, the run's counters are not brought up to date."""
    put_and_update = Table.put_and_update

    async def wrong(self: Table, item: Any, pk: str, sk: str, expression: str, values: Any) -> bool:
        none = {name: 0 if name != ":now" else value for name, value in values.items()}
        return await put_and_update(self, item, pk, sk, expression, none)

    return mock.patch.object(Table, "put_and_update", wrong)


def unconditional() -> AbstractContextManager[Any]:
    """S3 is asked to store whatever is there."""

    async def wrong(self: Bucket, key: str, blob: bytes, *, over: Any, headers: Any, metadata: Any) -> None:
        beside = {f"x-amz-meta-{name}": value for name, value in metadata.items()}
        await self._ask("PUT", key, (200,), {**headers, **beside}, blob)

    return mock.patch.object(Bucket, "put", wrong)


def outage_counts() -> AbstractContextManager[Any]:
    """Nobody asks whether TMDB answers at all."""

    async def wrong(*what: Any) -> None:
        pass

    return mock.patch.object(Batch, "_check_outage", wrong)


def no_pace() -> AbstractContextManager[Any]:
    """Every request has a slot at once."""

    async def wrong(self: Pacer, deadline: float = 0) -> bool:
        return True

    return mock.patch.object(Pacer, "slot", wrong)


def no_suspicion() -> AbstractContextManager[Any]:
    """However much is gone or dead, the line goes on."""

    async def wrong(*what: Any, **asked: Any) -> None:
        return None

    return mock.patch.object(collect, "suspicion", wrong)


def dead_before_sent() -> AbstractContextManager[Any]:
    """What is dead is never sent to the dead letters."""
    send_on = collect._send_on

    async def wrong(item: Any, receipt: Any, using: Any) -> None:
        await send_on(item, structs.replace(receipt, dead={}), using)

    return mock.patch.object(collect, "_send_on", wrong)


def settled_again() -> AbstractContextManager[Any]:
    """A piece of work has another receipt each time it is done."""
    keys = iter(range(10**9))
    return mock.patch.object(WorkItem, "receipt_key", property(lambda self: f"{self.ids[0]}-{next(keys)}"))


def believed() -> AbstractContextManager[Any]:
    """TMDB is believed, whatever it says is gone."""

    async def wrong(*what: Any) -> None:
        return None

    return mock.patch.object(suspicion, "_denial", wrong)


def never_stopped() -> AbstractContextManager[Any]:
    """Nobody stops the line."""

    async def wrong(self: MappingLine) -> None:
        pass

    return mock.patch.object(MappingLine, "stop", wrong)


def poison_ends_the_batch() -> AbstractContextManager[Any]:
    """What comes after a poison id in its message has to wait."""
    one = Batch._one

    async def wrong(self: Batch, id: int) -> None:
        await one(self, id)
        self._ended = self._ended or id in self.outcomes.dead

    return mock.patch.object(Batch, "_one", wrong)


def never_acknowledged() -> AbstractContextManager[Any]:
    """Messages are never deleted, however often their work is done."""
    return mock.patch.object(Queue, "acknowledge")


def never_changed() -> AbstractContextManager[Any]:
    """A title that is at the edge is taken for what it is at TMDB."""
    holds = S3Edge.holds

    async def wrong(self: S3Edge, key: str, digest: str, *, fetched_at: int) -> bool:
        return await holds(self, key, digest, fetched_at=fetched_at) or self._seen.get(key) is not None

    return mock.patch.object(S3Edge, "holds", wrong)


def never_removed() -> AbstractContextManager[Any]:
    """What is gone stays at the edge."""

    async def wrong(*what: Any) -> None:
        pass

    return mock.patch.object(collect, "remove_title", wrong)


def seasons_stay() -> AbstractContextManager[Any]:
    """Seasons that a show has no more stay at the edge."""

    async def wrong(*what: Any) -> None:
        pass

    return mock.patch.object(titles, "_remove_seasons", wrong)


def too_wide() -> AbstractContextManager[Any]:
    """A collector has as many connections as it likes."""
    return mock.patch.object(stages, "CONNECTIONS", 50)


@contextmanager
def too_long() -> Iterator[None]:
    """Nobody looks at the time that is left."""
    with mock.patch.object(handler, "RESERVE_SECONDS", -600), mock.patch.object(handler, "LAST_SECONDS", -600):
        yield
