"""Mode sync: the ids of TMDB's changes feed, day by day from the watermark to today.

Yesterday and today are asked for every time: today is not over, and bodies lag their change by up to 8 hours. A day
counts when all its messages were accepted. What an invocation has no time for, or fails at after it got somewhere, is
left to another invocation, and a run of its own: two days may have the same ids, and a run knows a message by its ids.
"""

import datetime as dt
from dataclasses import dataclass, field, replace

import msgspec

from lambdas.common.datasets import DATASETS
from lambdas.common.errors import BadInput, Retry
from lambdas.common.state import Run
from lambdas.harvester.changes import changes
from lambdas.harvester.event import Event
from lambdas.harvester.run import Harvester, Result, close, new_run
from lambdas.harvester.send import send

DAY = dt.timedelta(days=1)
LEAST_SECONDS = 60.0
"""Time that must be left to begin another day, and at least twice what the longest day so far took."""


async def harvest_sync(event: Event, *, deadline: float, using: Harvester) -> Result:
    """List days until `deadline` (monotonic seconds). Raises BadInput, or what the first day raised."""
    today = dt.datetime.fromtimestamp(using.clock.time(), dt.UTC).date()
    if event.since and event.since > today:
        raise BadInput(f"since {event.since} is in the future")
    watermark = await using.state.watermark(event.dataset)
    first = event.since or min(watermark + DAY if watermark else today, today - DAY)
    last = min(event.until or today, today)
    days = _Days(event, deadline, using, today, watermark, first, run=new_run(event, using))
    while days.next <= last and days.has_time():
        try:
            await days.queue()
        except Retry as error:
            if days.next == first:
                raise
            days.warnings.append(f"{days.next} failed: {error}")
            break
    await close(days.run, using)
    continued = days.next <= last
    if continued:
        await using.continue_with(msgspec.structs.replace(event, since=days.next))
    return Result(
        run=days.run.run,
        dataset=event.dataset,
        mode=event.mode.value,
        date=days.next - DAY,
        ids=days.run.harvested,
        messages=days.run.messages,
        rejected=days.run.rejected,
        warnings=tuple(days.warnings),
        continued=continued,
    )


@dataclass(slots=True)
class _Days:
    """The days of one invocation: `next` is the one to queue next, `run` counts those that are queued."""

    event: Event
    deadline: float
    using: Harvester
    today: dt.date
    watermark: dt.date | None
    next: dt.date
    run: Run
    seen: set[int] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
    longest: float = 0.0

    def has_time(self) -> bool:
        """For another day; always for the first."""
        left = self.deadline - self.using.clock.monotonic()
        return not self.longest or left >= max(LEAST_SECONDS, 2 * self.longest)

    async def queue(self) -> None:
        """Queue what changed on the next day. Nothing is counted unless all of it is accepted."""
        began = self.using.clock.monotonic()
        found = await changes(
            DATASETS[self.event.dataset],
            self.next,
            include_adult=self.event.include_adult,
            tmdb=self.using.tmdb,
            clock=self.using.clock,
            deadline=self.deadline,
        )
        await self.using.state.start_run(self.run)
        run = await send(sorted(found.ids - self.seen), self.run, self.using.queue)
        run = replace(run, rejected=run.rejected + found.rejected)
        await self._move_watermark()
        await self.using.state.listing(run)  # last: what fails before it is done again, and counted once
        if found.cut:
            self.warnings.append(f"{self.next} has more changes than TMDB tells: the rest waits for an export")
        self.run = run
        self.seen |= found.ids
        self.longest = max(self.longest, self.using.clock.monotonic() - began)
        self.next += DAY

    async def _move_watermark(self) -> None:
        """To this day if it is over, and if no day between it and the watermark is left out."""
        over, watermark = self.next < self.today, self.watermark
        if over and (watermark is None or self.next == watermark + DAY):
            await self.using.state.move_watermark(self.event.dataset, self.next)
            self.watermark = self.next
