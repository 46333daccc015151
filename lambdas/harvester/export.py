"""Mode export: the ids of TMDB's daily file, or those of them that are new or due.

Order: read the files whole -> claim to be the next export -> send -> list the ids in the lake. A file that cannot be
read leaves no trace. An invocation that is tried again takes up its own run: the same file gives the same messages,
which receipts tell apart.
"""

from dataclasses import replace

import msgspec

from lambdas.common.batched import batched
from lambdas.common.datasets import DATASETS
from lambdas.common.errors import GiveUp, Retry, StopTheLine
from lambdas.common.state import LastExport, Run
from lambdas.common.work import MAX_IDS, run_started
from lambdas.harvester.event import Event
from lambdas.harvester.exports import Exports, Listing
from lambdas.harvester.lake import ids_file, ids_key
from lambdas.harvester.predecessor import Baseline, Refusal, baseline
from lambdas.harvester.run import Harvester, Result, close, new_run
from lambdas.harvester.select import Selection, select
from lambdas.harvester.send import send

PROGRESS_IDS = 200 * MAX_IDS
"""So often the run's counters are brought up to date."""
MOST_SECONDS = 10 * 86_400
"""A backlog that takes longer comes too close to the 14 days that the queue keeps a message."""


async def harvest_export(event: Event, *, request: str, using: Harvester) -> Result:
    """Raises Refusal, Retry when a file or a service fails, GiveUp when a file is missing or makes no sense."""
    last = await using.state.last_export(event.dataset, event.filters)
    previous = await using.state.run(last.run) if last else None
    base = baseline(last, previous, request=request, now=using.clock.time(), waiting=await using.queue.backlog())
    exports = Exports(using.exports_url, DATASETS[event.dataset], event, using.files, using.clock)
    listing = await _listing(exports, event, base)
    before = await _before(exports, listing, base)
    which = event.select or "due"
    selection = select(which, listing, before, refreshed=base.refreshed, refresh_days=using.refresh_days)
    if base.resumed:
        run = replace(new_run(event, using), run=base.resumed.run, started_at=run_started(base.resumed.run).timestamp())
    else:
        await _check_backlog(selection, using)
        run = new_run(event, using)
        export = LastExport(
            run=run.run,
            date=listing.date,
            select=which,
            request=request,
            complete=base.complete,
            refreshed=base.refreshed,
        )
        if not await using.state.claim_export(event.dataset, event.filters, export, last):
            raise Refusal("another harvester began the same export at the same moment")
    run = await _send(selection, replace(run, rejected=listing.rejected, leavers=selection.leavers), using)
    warnings = [*_warnings(event, listing, before, base), *await _keep_ids(event, listing, using)]
    run = await close(run, using)
    return Result(
        run=run.run,
        dataset=event.dataset,
        mode=event.mode.value,
        select=which,
        date=listing.date,
        ids=run.harvested,
        messages=run.messages,
        rejected=run.rejected,
        new=selection.new,
        due=selection.due,
        leavers=selection.leavers,
        warnings=tuple(warnings),
    )


async def _listing(exports: Exports, event: Event, base: Baseline) -> Listing:
    date = base.resumed.date if base.resumed else event.date
    if date is None:
        return await exports.newest()
    listing = await exports.of(date)
    if listing is None:
        raise GiveUp(f"TMDB has no {DATASETS[event.dataset].export} file of {date}")
    return listing


async def _before(exports: Exports, listing: Listing, base: Baseline) -> Listing | None:
    """The listing of the last complete export; None when there was none or TMDB has deleted its file."""
    if base.complete is None:
        return None
    if base.complete == listing.date:
        return listing
    before = await exports.of(base.complete, adult=listing.adult_file)
    if before and before.ids and not listing.ids and not listing.left_out:
        raise Retry(f"the file of {listing.date} is empty, that of {before.date} was not")
    return before


async def _check_backlog(selection: Selection, using: Harvester) -> None:
    waiting = await using.queue.backlog()
    seconds = (waiting * MAX_IDS + len(selection.ids)) / using.collect_per_second
    if seconds > MOST_SECONDS:
        days, ids = seconds / 86_400, len(selection.ids)
        raise Refusal(f"the queue would take {days:.0f} days: {waiting:,} messages wait, {ids:,} ids would join")


async def _send(selection: Selection, run: Run, using: Harvester) -> Run:
    await using.state.start_run(run)
    for ids in batched(selection.ids, PROGRESS_IDS):
        run = await send(ids, run, using.queue)
        await using.state.listing(run)
    return run


async def _keep_ids(event: Event, listing: Listing, using: Harvester) -> list[str]:
    """List the ids in the lake. Without them coverage is a day old, which is a warning and no reason to fail.

    A list that leaves something out takes the place of none: else ten ids, by hand, would be what TMDB has.
    """
    if using.lake is None:
        return []
    try:
        key = ids_key(event.dataset, listing.date)
        await using.lake.put(key, ids_file(listing.ids), if_absent=await _leaves_out(event, listing, using))
    except (Retry, StopTheLine) as error:
        return [f"the ids of {listing.date} are not in the lake: {error}"]
    return []


async def _leaves_out(event: Event, listing: Listing, using: Harvester) -> bool:
    """Whether ids are not in this list that may be in one of the same day: many, unpopular ones, or adult titles."""
    if event.partial:
        return True
    if listing.adult_file or not DATASETS[event.dataset].adult_export:
        return False
    fuller = await using.state.last_export(event.dataset, msgspec.structs.replace(event, include_adult=True).filters)
    return fuller is not None and fuller.date >= listing.date


def _warnings(event: Event, listing: Listing, before: Listing | None, base: Baseline) -> list[str]:
    dataset = DATASETS[event.dataset]
    warnings = []
    if event.include_adult and dataset.adult_export and not listing.adult_file:
        warnings.append(f"TMDB has no {dataset.adult_export} file of {listing.date}: adult titles are left out")
    if base.complete and not before:
        warnings.append(f"TMDB has no {dataset.export} file of {base.complete} any more: every id counts as new")
    return warnings
