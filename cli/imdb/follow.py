"""Follows a launch to its end, and leaves what became of each id in a file like the results.csv of a download.

Which runs the harvester made of the events does not matter: an id is done when a receipt of any of them tells of it.
So it may be interrupted, and begun again by whoever has the ledger; and what is redriven later counts as well.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path

from cli import rows
from cli.errors import Failure
from cli.imdb import results
from cli.imdb.ids import IMDB
from cli.imdb.ledger import Ids
from cli.line import mapping
from cli.outcomes import settled
from cli.progress import progress
from cli.stage import Stage
from lambdas.common.clock import Clock, SystemClock
from lambdas.common.datasets import Mode
from lambdas.common.state import OUTCOMES, State

POLL_SECONDS = 5.0
PATIENCE_SECONDS = 600.0
"""Nothing is waited for that no run has, once none is at work for so long: its event failed, or it was long ago."""
_RUNS = f"{IMDB.name}-{Mode.IDS}-"


def follow(stage: Stage, sent: Ids, path: Path, *, as_json: bool) -> None:
    """Wait until all that was sent is done, write a row for each id, and say how many have which outcome.

    Raises Failure when the line stands still, or when ids failed; Retry when the state table does not answer.
    """

    async def followed() -> Counter[str]:
        async with stage.aws() as aws:
            state = State(stage.output("StateTable"), aws)
            with progress(hidden=as_json) as bar:
                shown = partial(bar.update, bar.add_task("collected", total=len(sent)))
                await wait(state, sent, SystemClock(), check=lambda: check_line(stage), shown=shown)
            return await write(state, sent, path)

    counts = asyncio.run(followed())
    told = {name: counts[name] for name in (*results.OUTCOMES, results.UNKNOWN)}
    print(json.dumps(told) if as_json else f"{path}: {results.summed_up(counts)}")
    if failed := counts["failed"]:
        again = f"`tmdb dlq redrive --dataset imdb {stage.option}` tries them again"
        raise Failure(f"{failed:,} ids failed, each with its reason; {again}, and this command then tells of it")
    if unknown := counts[results.UNKNOWN]:
        look = f"look at `tmdb failed list {stage.option}`"
        raise Failure(f"of {unknown:,} ids no run tells: {look}, unless they were sent over 30 days ago")


async def wait(
    state: State, sent: Ids, clock: Clock, *, check: Callable[[], None], shown: Callable[..., object]
) -> None:
    """Return when every id that was sent has an outcome, or none will have one that has none yet.

    While runs are at work `check` is called, which may raise; `shown` is told how many ids are `completed`.
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
        at_work = [run for run in runs if not run.done]
        shown(completed=min(len(sent), len(done) + sum(run.settled for run in at_work)))
        if at_work:
            last = clock.monotonic()
        if len(done) == len(sent) or clock.monotonic() - last > PATIENCE_SECONDS:
            return
        if at_work:
            check()
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


def check_line(stage: Stage) -> None:
    """Raises Failure when nothing is taken from the queue."""
    if mapping(stage)["State"] in ("Disabled", "Disabling"):
        why, on = f"`tmdb logs collector {stage.option}` says why", f"`tmdb resume {stage.option}` lets it go on"
        raise Failure(f"the line is stopped: {why}, {on}; then run this again, and nothing is sent twice")
