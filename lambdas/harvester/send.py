"""From ids to messages of the work queue."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import msgspec

from lambdas.common.batched import batched
from lambdas.common.datasets import Mode
from lambdas.common.queue import WorkQueue
from lambdas.common.state import Run
from lambdas.common.work import MAX_IDS, Known, WorkItem, known_of


async def send(ids: Iterable[int], run: Run, queue: WorkQueue, known: Known | None = None) -> Run:
    """Queue ascending ids, 50 a message, each with what is `known` of them; gives the run with what it grew by.

    Raises Retry if any was not accepted.
    """
    sent, mode = 0, Mode(run.mode)

    def items() -> Iterator[WorkItem]:
        nonlocal sent
        for batch in batched(ids, MAX_IDS):
            sent += len(batch)
            told = known_of(batch, known) if known else msgspec.UNSET
            yield WorkItem(run=run.run, dataset=run.dataset, mode=mode, ids=batch, known=told)

    messages = await queue.send(items())
    return replace(run, harvested=run.harvested + sent, messages=run.messages + messages)
