"""The simulation in small: ten seeds hold, the same seed is the same run, and planted bugs are found."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any
from unittest import mock

import pytest
from msgspec import structs

from lambdas.collector import collect, handler
from lambdas.collector.batch import Batch
from lambdas.common.bucket import Bucket
from lambdas.common.pacer import Pacer
from lambdas.common.table import Table
from lambdas.harvester.sync import _Days
from tests.simulation.faults import NAMES
from tests.simulation.shrink import minimal, shortest
from tests.simulation.simulate import simulate
from tests.simulation.sqs import Message, Queue

SEEDS = range(1, 11)
IDS = 2_000


@pytest.mark.parametrize("seed", SEEDS)
def test_every_invariant_holds(seed: int) -> None:
    """2,000 ids through seeded faults: nothing lost, nothing burnt, nothing newer replaced."""
    outcome = simulate(seed, ids=IDS)
    assert not outcome.violation, f"--ids {IDS} --seed {seed}: {outcome.violation}"
    assert len(outcome.fired) > 100


def test_the_seeds_fire_at_least_twenty_kinds() -> None:
    """The faults of one seed are of most kinds there are, not of the few that come first."""
    kinds = {fault.partition(" ")[0] for fault in simulate(10, ids=IDS).fired}
    assert len(kinds) > 20 and kinds <= set(NAMES)


def test_a_seed_is_one_run() -> None:
    """Run again, a seed gives the same run, and so does the list of its faults alone."""
    first, again = simulate(3, ids=500), simulate(3, ids=500)
    assert first == again
    assert simulate(3, ids=500, only=first.fired).trace == first.trace


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


def watermark_first() -> AbstractContextManager[Any]:
    """The watermark moves before the day is queued."""
    queue = _Days.queue

    async def wrong(self: _Days) -> None:
        await self._move_watermark()
        await queue(self)

    return mock.patch.object(_Days, "queue", wrong)


def retry_not_sent() -> AbstractContextManager[Any]:
    """Ids that failed are in nobody's hands any more."""
    receipt = collect._receipt
    return mock.patch.object(collect, "_receipt", lambda *what: structs.replace(receipt(*what), retry=()))


def not_counted() -> AbstractContextManager[Any]:
    """The receipt is put, the run's counters are not brought up to date."""

    async def wrong(self: Table, item: Any, pk: str, sk: str, expression: str, values: Any) -> bool:
        put = {"Put": self._put(item, "attribute_not_exists(pk)", {})}
        none = {name: 0 if name != ":now" else value for name, value in values.items()}
        update = {"Update": self._update(pk, sk, expression, none, "")}
        token = f"{item['pk']}{item['sk']}"
        return await self._write("TransactWriteItems", TransactItems=[put, update], ClientRequestToken=token)

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

    async def wrong(*what: Any) -> None:
        return None

    return mock.patch.object(collect, "_suspicion", wrong)


def dead_before_sent() -> AbstractContextManager[Any]:
    """What is dead is never sent to the dead letters."""
    send_on = collect._send_on

    async def wrong(item: Any, receipt: Any, using: Any) -> None:
        await send_on(item, structs.replace(receipt, dead={}), using)

    return mock.patch.object(collect, "_send_on", wrong)


PLANTED: list[tuple[Callable[[], AbstractContextManager[Any]], str]] = [
    (acknowledged_first, "nothing is lost"),
    (forgotten_on_failure, "nothing is lost"),
    (watermark_first, "the watermark"),
    (retry_not_sent, "nothing is lost"),
    (not_counted, "counter"),
    (unconditional, "an older fetch never wins"),
    (outage_counts, "no id loses an attempt"),
    (no_pace, "never more than 40 requests"),
    (no_suspicion, "a mass of"),
    (dead_before_sent, "dead letters are the dead"),
]


@pytest.mark.parametrize(("plant", "violated"), PLANTED, ids=[plant.__name__ for plant, _ in PLANTED])
def test_a_planted_bug_is_found(plant: Callable[[], AbstractContextManager[Any]], violated: str) -> None:
    """Code that does this wrong violates an invariant within the ten seeds."""
    with plant():
        found = next((o for o in (simulate(seed, ids=IDS // 2) for seed in SEEDS) if o.violation), None)
    assert found and found.violation.startswith(violated), found


def test_a_failing_run_is_made_short() -> None:
    """Of hundreds of faults those few are left that the bug needs, and with them alone it fails again."""
    with forgotten_on_failure():
        failing = next(o for o in (simulate(seed, ids=500) for seed in SEEDS) if o.violation)
        few = shortest(failing, most_runs=60)
        assert simulate(failing.seed, ids=500, only=few).violation.startswith("nothing is lost")
    assert 0 < len(few) < 12 < len(failing.fired)
    assert not simulate(failing.seed, ids=500, only=few).violation


def test_the_shortest_list_holds_what_is_needed() -> None:
    """Two faults that only together make a run fail are found among a hundred."""

    def fails(faults: Sequence[str]) -> bool:
        return {"17", "83"} <= set(faults)

    assert minimal([str(number) for number in range(100)], fails) == ["17", "83"]
