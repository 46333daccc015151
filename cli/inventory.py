"""Which titles of a dataset lie at the edge: S3 lists them, a Bunny zone has to be asked for one after the other.

Bunny lists a folder only whole, in one answer, which for a million files never comes.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain

from cli.edge import collector_settings, environment
from cli.stage import Stage
from lambdas.collector.edge import Edge
from lambdas.common.clock import SystemClock
from lambdas.common.datasets import DATASETS, LAST_PAGE, Dataset
from lambdas.common.edge_keys import parse_key, title_key
from lambdas.common.http import AiohttpTransport
from lambdas.harvester.event import Event
from lambdas.harvester.exports import Exports, Listing
from lambdas.harvester.settings import HarvesterSettings

AT_A_TIME = 64
"""Objects that are asked for at once."""
CHUNK = 20_000
"""Ids between two checkpoints."""


async def exported(stage: Stage, dataset: str, *, include_adult: bool = False) -> Listing:
    """What TMDB's newest export lists. Raises Retry, GiveUp."""
    settings = HarvesterSettings.from_env(environment(stage, "HarvesterFunction"))
    event = Event.parse({"dataset": dataset, "mode": "export", "include_adult": include_adult})
    transport = AiohttpTransport(connections=1)
    try:
        url = settings.tmdb_exports_url
        return await Exports(url, DATASETS[dataset], event, transport, SystemClock()).newest()
    finally:
        await transport.close()


async def listed(stage: Stage, dataset: Dataset, seen: Callable[[int], None]) -> list[int]:
    """The ids of a dataset in the stage's bucket, in no order; `seen` is told how many more were found."""
    bucket = collector_settings(stage).edge_bucket
    client = stage.client("s3")

    def under(digit: int) -> list[int]:
        pages = client.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=f"{dataset.path}/{digit}", Delimiter="/"
        )
        ids = []
        for page in pages:
            found = [id for item in page.get("Contents", ()) if (id := _id(item["Key"], dataset))]
            seen(len(found))
            ids += found
        return ids

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=9) as pool:
        return list(
            chain(*await asyncio.gather(*(loop.run_in_executor(pool, partial(under, n)) for n in range(1, 10))))
        )


def _id(key: str, dataset: Dataset) -> int | None:
    try:
        found = parse_key(key)
    except ValueError:
        return None
    return found.id if found.dataset == dataset.name and found.season is None else None


async def asked(edge: Edge, dataset: Dataset, ids: Iterable[int]) -> AsyncIterator[tuple[int, bytes | None]]:
    """The object of each id, None where there is none; many at a time, in order of the ids. Raises EdgeDown."""
    waiting: list[tuple[int, asyncio.Task[bytes | None]]] = []
    try:
        for id in ids:
            waiting.append((id, asyncio.create_task(edge.get(title_key(dataset, id)))))
            if len(waiting) == AT_A_TIME:
                first, task = waiting.pop(0)
                yield first, await task
        while waiting:
            first, task = waiting.pop(0)
            yield first, await task
    finally:
        for _, task in waiting:
            task.cancel()


async def highest(stage: Stage, dataset: Dataset) -> int:
    """No id of the dataset, or page of the list, is higher than this; 0 when TMDB lists none."""
    if dataset.paged:
        return LAST_PAGE
    listing = await exported(stage, dataset.name)
    return max(listing.ids | listing.left_out, default=0)
