"""The collector: one work item in, its titles stored at the edge, every id accounted for, the rest sent on.

Order makes it safe to die anywhere: store and remove -> record in bronze -> receipt and counters in one transaction ->
send on what is left -> acknowledge (by returning). A message that comes again is answered from its receipt.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random

import msgspec

from lambdas.collector.batch import Batch, Outcomes
from lambdas.collector.bronze import Bronze, Recording
from lambdas.collector.content import Digest
from lambdas.collector.edge import Edge, EdgeDown
from lambdas.collector.found import collect_found
from lambdas.collector.line import Line
from lambdas.collector.suspicion import suspicion
from lambdas.collector.titles import Title, collect_title, remove_title
from lambdas.collector.witness import Witnesses
from lambdas.common.clock import Clock
from lambdas.common.datasets import DATASETS, Dataset
from lambdas.common.errors import StopTheLine
from lambdas.common.queue import MAX_DELAY, WorkQueue
from lambdas.common.receipts import Found, Receipt
from lambdas.common.state import State
from lambdas.common.tmdb import Tmdb
from lambdas.common.work import MAX_ATTEMPTS, WorkItem

EXPIRES = 14 * 86_400
"""Seconds; a work item older than the queue keeps messages is dead."""
CLOSING = 5
"""Seconds after the deadline in which what was begun may be brought to an end."""
SPLIT_AT_RECEIVE = 3
DEAD_AT_RECEIVE = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Collector:
    """Everything a collector works with; made once a process."""

    tmdb: Tmdb
    edge: Edge
    bronze: Bronze | None
    digest: Digest
    queue: WorkQueue
    dead_letters: WorkQueue
    state: State
    line: Line
    clock: Clock
    random: Random
    connections: int
    retry_delay: int
    outage_delay: int
    witnesses: Witnesses = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Collected:
    """What one message came to: its receipt, and what only logs and metrics want to know."""

    receipt: Receipt
    again: bool = False
    """The message had a receipt already: nothing was counted."""
    answers: int = 0
    """TMDB's, for this message; `throttled` of them were 429."""
    throttled: int = 0
    titles: dict[int, Title] = field(default_factory=dict)
    outage: str = ""
    stopped: str = ""


async def collect(item: WorkItem, *, receives: int, deadline: float, using: Collector) -> Collected:
    """Collect a work item received for the `receives`-th time, fetching until `deadline` (monotonic seconds).

    Raises Retry when bronze, receipt or queues did not answer: the message then comes back and nothing is lost.
    """
    if receipt := await using.state.receipt(item):
        await _send_on(item, receipt, using)
        return Collected(receipt=receipt, again=True)
    if receipt := _unfetched(item, receives, using.clock.time()):
        return await _settle(item, receipt, using)

    dataset = DATASETS[item.dataset]
    found: dict[int, tuple[Found, ...]] = {}
    collect_one = (
        partial(collect_found, clock=using.clock, known=item.known or {}, told=found)
        if dataset.found_by
        else collect_title
    )
    recording = Recording(item, using.bronze)
    outcomes = await Batch(
        item.ids,
        collect=lambda id: collect_one(
            dataset,
            id,
            tmdb=using.tmdb,
            edge=using.edge,
            digest=using.digest,
            recording=recording,
            deadline=deadline,
        ),
        answers=lambda: using.tmdb.answers(deadline + CLOSING),
        clock=using.clock,
        deadline=deadline,
        width=using.connections,
    ).work()
    stop = outcomes.stop or await suspicion(
        item,
        outcomes,
        _dead(item, outcomes),
        state=using.state,
        tmdb=using.tmdb,
        witnesses=using.witnesses,
        deadline=deadline + CLOSING,
    )
    stop = stop or await _remove_gone(dataset, outcomes, deadline + CLOSING, using)
    if stop:
        await using.line.stop()
    refused = await _record(recording, () if stop else outcomes.gone, deadline + CLOSING, using)
    if refused and not stop:
        await using.line.stop()
    if refused:  # nothing is settled that is not recorded
        receipt = Receipt(returned=item.ids, delay=using.outage_delay)
    else:
        receipt = _handed_back(item, outcomes, using) if stop else _receipt(item, outcomes, using)
        of = receipt.stored | receipt.unchanged | receipt.dead
        receipt = msgspec.structs.replace(receipt, found={id: what for id, what in found.items() if id in of})
    settled = await _settle(item, receipt, using)
    return replace(settled, titles=outcomes.titles, outage=outcomes.outage, stopped=str(stop or refused or ""))


def _unfetched(item: WorkItem, receives: int, now: float) -> Receipt | None:
    """What becomes of an item that is too old, or that killed its collector again and again; None of any other."""
    if now - item.started.timestamp() > EXPIRES:
        return Receipt(dead=dict.fromkeys(item.ids, "expired: older than 14 days"))
    if receives >= SPLIT_AT_RECEIVE and len(item.ids) > 1:
        return Receipt(returned=item.ids, split=True)
    if receives >= DEAD_AT_RECEIVE:
        return Receipt(dead=dict.fromkeys(item.ids, f"its collector died {receives - 1} times"))
    return None


async def _remove_gone(dataset: Dataset, outcomes: Outcomes, deadline: float, using: Collector) -> StopTheLine | None:
    """Remove what is gone; an id whose objects could not be removed in time is not gone yet, but left to do."""
    gone, outcomes.gone = outcomes.gone, []
    try:
        async with asyncio.timeout(deadline - using.clock.monotonic()):
            for id in gone:
                await remove_title(dataset, id, using.edge)
                outcomes.gone.append(id)
    except StopTheLine as error:
        return error
    except (TimeoutError, EdgeDown) as error:
        outcomes.left = sorted([*outcomes.left, *gone[len(outcomes.gone) :]])
        if isinstance(error, EdgeDown):
            outcomes.outage = str(error)
    return None


async def _record(recording: Recording, gone: Iterable[int], deadline: float, using: Collector) -> StopTheLine | None:
    """Put the recording into bronze. Raises Retry when that does not answer: an outage, and nobody's attempt."""
    try:
        await recording.put(gone, deadline - using.clock.monotonic())
    except StopTheLine as error:
        return error
    return None


def _receipt(item: WorkItem, outcomes: Outcomes, using: Collector) -> Receipt:
    return Receipt(
        stored=outcomes.stored,
        unchanged=outcomes.unchanged,
        gone=tuple(sorted(outcomes.gone)),
        dead=_dead(item, outcomes),
        retry=() if _last(item) else tuple(sorted(outcomes.failed)),
        returned=tuple(outcomes.left),
        delay=using.outage_delay if outcomes.outage else 0,
    )


def _dead(item: WorkItem, outcomes: Outcomes) -> dict[int, str]:
    """What cannot succeed, and what has failed too often."""
    failed = {id: f"{MAX_ATTEMPTS} attempts: {reason}" for id, reason in outcomes.failed.items()}
    return outcomes.dead | (failed if _last(item) else {})


def _last(item: WorkItem) -> bool:
    return item.attempt + 1 >= MAX_ATTEMPTS


def _handed_back(item: WorkItem, outcomes: Outcomes, using: Collector) -> Receipt:
    """With the line stopped only what is at the edge is settled; the rest waits, at the same attempt."""
    rest = tuple(id for id in item.ids if id not in outcomes.titles)
    return Receipt(stored=outcomes.stored, unchanged=outcomes.unchanged, returned=rest, delay=using.outage_delay)


async def _settle(item: WorkItem, receipt: Receipt, using: Collector) -> Collected:
    """Put the receipt, then send on what it leaves to do."""
    again = False
    answers, throttled = using.tmdb.take_answers()
    if receipt.returned != item.ids or receipt.split:
        again = not await using.state.record(item, receipt, using.clock.time(), calls=answers)
        if again:  # another copy of this message was faster; what it settled holds
            receipt = await using.state.receipt(item) or receipt
    # else: handed back whole. A receipt would hold its own copy for work done already.
    await _send_on(item, receipt, using)
    return Collected(receipt=receipt, again=again, answers=answers, throttled=throttled)


async def _send_on(item: WorkItem, receipt: Receipt, using: Collector) -> None:
    """Send what a receipt leaves to do; all of it was accepted when this returns. Raises Retry."""
    if receipt.dead:
        await using.dead_letters.send(item.dead(id, reason) for id, reason in sorted(receipt.dead.items()))
    if receipt.retry:
        delay = using.retry_delay * 2**item.attempt * using.random.uniform(0.8, 1.2)
        await using.queue.send([item.part(receipt.retry, attempt=item.attempt + 1)], delay=min(MAX_DELAY, round(delay)))
    if receipt.split:
        await using.queue.send(item.part([id]) for id in receipt.returned)
    elif receipt.returned:
        await using.queue.send([item.part(receipt.returned)], delay=receipt.delay)
