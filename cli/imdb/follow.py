"""Follows a launch to its end, and leaves what became of each id in a file like the results.csv of a download.

Which runs the harvester made of the events does not matter: an id is done when a receipt of any of them tells of it.
So it may be interrupted, and begun again by whoever has the ledger; and what is redriven later counts as well.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path

from cli import rows
from cli.errors import Failure
from cli.glance import depth
from cli.imdb import results
from cli.imdb.ids import IMDB
from cli.imdb.ledger import Ids
from cli.line import mapping
from cli.outcomes import settled
from cli.progress import progress
from cli.stage import QUEUES, Stage
from lambdas.common.clock import Clock, SystemClock
from lambdas.common.datasets import Mode
from lambdas.common.state import OUTCOMES, State
from lambdas.harvester.predecessor import LOST_SECONDS, QUEUE_SECONDS

POLL_SECONDS = 5.0
PATIENCE_SECONDS = 600.0
"""Nothing is waited for that no run has, once none is at work for so long: its event failed, or it was long ago."""
_RUNS = f"{IMDB.name}-{Mode.IDS}-"


def follow(stage: Stage, sent: Ids, path: Path, *, hidden: bool) -> Counter[str]:
    """Wait until all that was sent is done, and write a row for each id; gives how many have which outcome.

    Raises Failure when the line stands still; Retry when the state table does not answer.
    """

    async def followed() -> Counter[str]:
        async with stage.aws() as aws:
            state = State(stage.output("StateTable"), aws)
            with progress(hidden=hidden) as bar:
                shown = partial(bar.update, bar.add_task("collected", total=len(sent)))
                await wait(state, sent, SystemClock(), waiting=lambda: waiting(stage), shown=shown)
            return await write(state, sent, path)

    return asyncio.run(followed())


def refuse(stage: Stage, counts: Counter[str]) -> None:
    """Raises Failure when ids failed, or no run tells of them."""
    if failed := counts["failed"]:
        again = f"`tmdb dlq redrive --dataset imdb {stage.option}` tries them again"
        raise Failure(f"{failed:,} ids failed, each with its reason; {again}, and this command then tells of it")
    if unknown := counts[results.UNKNOWN]:
        look = f"look at `tmdb failed list {stage.option}`"
        raise Failure(f"of {unknown:,} ids no run tells: {look}, unless they were sent over 30 days ago")


async def wait(
    state: State, sent: Ids, clock: Clock, *, waiting: Callable[[], int], shown: Callable[..., object]
) -> None:
    """Return when every id that was sent has an outcome, or none will have one that has none yet.

    While runs are not done it is asked how many messages are `waiting`, which may raise: with none, a run that is older
    than an hour was cut off, or its messages are lost. `shown` is told how many ids are `completed`.
    """
    done, read, last = Ids(), set[str](), clock.monotonic()
    while True:
        runs = await state.runs(_RUNS)
        for run in runs:
            if run.done and run.run not in read:
                read.add(run.run)
                for receipt in await state.receipts(run.run):
                    for id in chain.from_iterable(getattr(receipt, outcome) for outcome in OUTCOMES):
                        if id in sent:
                            done.add(id)
        going = [run for run in runs if not run.done]
        shown(completed=min(len(sent), len(done) + sum(run.settled for run in going)))
        if len(done) == len(sent):
            return
        lives = QUEUE_SECONDS if going and waiting() else LOST_SECONDS
        if any(clock.time() - run.started_at < lives for run in going):
            last = clock.monotonic()
        if clock.monotonic() - last > PATIENCE_SECONDS:
            return
        await clock.sleep(POLL_SECONDS)


async def write(state: State, sent: Ids, path: Path) -> Counter[str]:
    """A row for each id that was sent, in no order, and those that nothing is known of last. Raises Failure."""
    counts: Counter[str] = Counter()
    told = Ids()
    with rows.file_of(path) as file:

        def add(row: results.Row) -> None:
            counts[row.outcome] += 1
            file.write(row.to_csv().decode())

        file.write(results.HEADER.decode())
        async for one in settled(state, await state.runs(_RUNS)):
            if one.id in sent and told.add(one.id):
                add(results.row_by(one.receipt, one.id, one.outcome))
        for id in sent:
            if id not in told:
                add(results.Row(IMDB.spelled(id), results.UNKNOWN, detail="no run of the last 30 days tells of it"))
    return counts


def waiting(stage: Stage) -> int:
    """How many messages are on the queue, or being worked on. Raises Failure when nothing is taken from it."""
    if mapping(stage)["State"] in ("Disabled", "Disabling"):
        why, on = f"`tmdb logs collector {stage.option}` says why", f"`tmdb resume {stage.option}` lets it go on"
        raise Failure(f"the line is stopped: {why}, {on}; then run this again, and nothing is sent twice")
    return sum(depth(stage, QUEUES["work"]))
