"""A run that the operator starts by sending ids themselves: what was dead, or is to be looked at again."""

import random
import time
from collections.abc import Iterable
from dataclasses import replace

from lambdas.common.datasets import Mode
from lambdas.common.queue import WorkQueue
from lambdas.common.state import Run, State
from lambdas.common.work import run_id
from lambdas.harvester.send import send


async def send_run(dataset: str, ids: Iterable[int], queue: WorkQueue, state: State, *, leavers: int = 0) -> str:
    """Queue ascending ids as a run of their own and give its id; all were accepted when this returns. Raises Retry.

    So many of them as are `leavers` may be gone without the line stopping for it.
    """
    name = run_id(dataset, Mode.IDS, time.time(), random.getrandbits(16))
    run = Run(run=name, dataset=dataset, mode=Mode.IDS.value, started_at=time.time(), leavers=leavers)
    await state.start_run(run)
    run = await send(ids, run, queue)
    await state.listing(replace(run, listed_at=time.time()))
    return run.run
