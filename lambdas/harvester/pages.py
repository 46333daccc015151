"""Mode pages: the pages of one of TMDB's lists, as many as its first page says there are.

A list that got shorter leaves pages at the edge that TMDB has no more. The state table knows how far they reach, and
they are sent once more, to be found gone and removed.
"""

from dataclasses import replace
from functools import partial

from lambdas.common.datasets import DATASETS, LAST_PAGE, Dataset
from lambdas.common.errors import Retry
from lambdas.harvester.event import Event
from lambdas.harvester.patience import patiently
from lambdas.harvester.run import Harvester, Result, close, new_run
from lambdas.harvester.send import send


async def harvest_pages(event: Event, *, deadline: float, using: Harvester) -> Result:
    """Queue every page up to the event's limit. Raises what Tmdb.get raises, and Retry when the queue does not take."""
    end = await patiently(partial(_end, DATASETS[event.dataset], using, deadline), using.clock)
    pages = min(end, event.limit or end)
    before = await using.state.pages(event.dataset)
    beyond = range(end + 1, before + 1)
    run = replace(new_run(event, using), leavers=len(beyond))
    await using.state.start_run(run)
    await using.state.set_pages(event.dataset, max(pages, before))
    run = await close(await send([*range(1, pages + 1), *beyond], run, using.queue), using)
    if beyond:
        await using.state.set_pages(event.dataset, end)
    return Result(
        run=run.run,
        dataset=run.dataset,
        mode=run.mode,
        ids=run.harvested,
        messages=run.messages,
        leavers=run.leavers,
    )


async def _end(dataset: Dataset, using: Harvester, deadline: float) -> int:
    """The last page of a list; its first one is there even when nothing is in it."""
    fetched = await using.tmdb.get(dataset.path, deadline=deadline, page=1)
    pages = fetched.data.get("total_pages") if fetched else None
    if type(pages) is not int:
        raise Retry(f"TMDB's {dataset.path} does not say how many pages it has")
    return min(max(pages, 1), LAST_PAGE)
