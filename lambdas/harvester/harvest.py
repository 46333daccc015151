"""The harvester: one event in, the ids it asks for queued as work items, and what came of it as a result.

Export, sync and pages have modules of their own; explicit ids are sent as they are. It is safe to die anywhere: nothing
is remembered as queued before the queue took it, and what is queued twice is fetched twice at worst.
"""

from msgspec.structs import replace

from lambdas.common.datasets import Mode
from lambdas.harvester.event import Event
from lambdas.harvester.export import harvest_export
from lambdas.harvester.pages import harvest_pages
from lambdas.harvester.predecessor import Refusal
from lambdas.harvester.run import Harvester, Result, close, new_run
from lambdas.harvester.send import send
from lambdas.harvester.sync import harvest_sync


async def harvest(event: Event, *, request: str, deadline: float, using: Harvester) -> Result:
    """Queue what the event asks for.

    `request` names the invocation, however often it is tried; `deadline` is in monotonic seconds. A refusal is a
    result. Raises BadInput, Retry, GiveUp, StopTheLine; then no watermark has moved past what was queued, and no export
    counts as complete that is not.
    """
    began = using.clock.monotonic()
    try:
        result = await _harvest(event, request, deadline, using)
    except Refusal as refusal:
        result = Result(dataset=event.dataset, mode=event.mode.value, select=event.select, refused=str(refusal))
    return replace(result, milliseconds=round(1000 * (using.clock.monotonic() - began)))


async def _harvest(event: Event, request: str, deadline: float, using: Harvester) -> Result:
    match event.mode:
        case Mode.EXPORT:
            return await harvest_export(event, request=request, using=using)
        case Mode.SYNC:
            return await harvest_sync(event, deadline=deadline, using=using)
        case Mode.PAGES:
            return await harvest_pages(event, deadline=deadline, using=using)
        case Mode.IDS:
            return await _harvest_ids(event, using)


async def _harvest_ids(event: Event, using: Harvester) -> Result:
    run = new_run(event, using)
    await using.state.start_run(run)
    run = await close(await send(sorted(set(event.ids)), run, using.queue, event.known), using)
    return Result(run=run.run, dataset=run.dataset, mode=run.mode, ids=run.harvested, messages=run.messages)
