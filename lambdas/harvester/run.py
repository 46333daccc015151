"""One run of the harvester: what it works with, how it is opened and closed, and what it results in."""

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import msgspec

from lambdas.common.clock import Clock
from lambdas.common.queue import WorkQueue
from lambdas.common.state import Run, State
from lambdas.common.tmdb import Tmdb
from lambdas.common.work import run_id
from lambdas.harvester.event import Event, Select
from lambdas.harvester.exports import Files
from lambdas.harvester.lake import Lake


@dataclass(frozen=True, kw_only=True, slots=True)
class Harvester:
    """Everything a harvester works with; made once a process."""

    tmdb: Tmdb
    files: Files
    exports_url: str
    queue: WorkQueue
    state: State
    lake: Lake | None
    """Takes the ids of exports."""
    clock: Clock
    random: Random
    continue_with: Callable[[Event], Awaitable[None]]
    """Starts another invocation, for what this one has no time for."""
    collect_per_second: float
    refresh_days: int


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a harvest came to. `date` is that of the export file, or the last day of changes that was queued."""

    run: str | None = None
    dataset: str
    mode: str
    select: Select | None = None
    date: dt.date | None = None
    ids: int = 0
    messages: int = 0
    rejected: int = 0
    """Lines or rows that held no id."""
    new: int = 0
    due: int = 0
    leavers: int = 0
    warnings: tuple[str, ...] = ()
    refused: str | None = None
    """Why nothing was done, if nothing was done."""
    continued: bool = False
    """Another invocation goes on, in a run of its own."""
    milliseconds: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As JSON would have it."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields


def new_run(event: Event, using: Harvester) -> Run:
    """A run that nobody knows of yet."""
    now = using.clock.time()
    run = run_id(event.dataset, event.mode, now, using.random.getrandbits(16))
    return Run(run=run, dataset=event.dataset, mode=event.mode.value, scheduled=event.scheduled, started_at=now)


async def close(run: Run, using: Harvester) -> Run:
    """All ids of the run are queued: from now on it can be done."""
    run = replace(run, listed_at=using.clock.time())
    await using.state.listing(run)
    return run
