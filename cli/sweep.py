"""Deleting what was fetched before a moment, or everything, from each place that a stage keeps TMDB's data in."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any

from rich.progress import Progress

from cli import catalog
from cli.checkpoint import Checkpoint
from cli.edge import collector_settings, edge_of
from cli.inventory import CHUNK, asked, highest
from cli.stage import Stage
from lambdas.collector.edge import Edge
from lambdas.collector.titles import remove_title
from lambdas.common import codec
from lambdas.common.batched import batched
from lambdas.common.datasets import DATASETS, Dataset
from lambdas.common.work import run_started

_DAY = re.compile(r"/dt=(\d{4}-\d\d-\d\d)/", re.ASCII)
_OBJECTS = 1_000
"""What S3 deletes in one call."""
_ITEMS = 25
"""What DynamoDB deletes in one call."""

Before = dt.datetime | None
"""None is the end of time: everything is older."""


async def sweep(stage: Stage, before: Before, dataset: str | None, bar: Progress, *, dry_run: bool) -> dict[str, int]:
    """What was, or in a dry run would be, deleted from each place. With a `dataset` only its objects at the edge."""
    counts = {"edge": await _edge(stage, before, dataset, bar, dry_run=dry_run)}
    if dataset is None:
        if "LakeBucket" in stage.outputs:
            counts["lake"] = _bucket(stage, stage.output("LakeBucket"), before, bar, dry_run=dry_run)
        if "CatalogLoaderFunction" in stage.outputs:
            counts["catalog"] = catalog.purge(stage, before, dry_run=dry_run)
        counts["state"] = _state(stage, before, dry_run=dry_run)
    return counts


async def _edge(stage: Stage, before: Before, dataset: str | None, bar: Progress, *, dry_run: bool) -> int:
    bucket = collector_settings(stage).edge_bucket
    if bucket:
        prefix = f"{DATASETS[dataset].path}/" if dataset else ""
        return _bucket(stage, bucket, before, bar, prefix=prefix, dry_run=dry_run)
    async with edge_of(stage) as edge:
        if before is None:
            return await _folders(edge, dry_run=dry_run)
        wanted = [DATASETS[dataset]] if dataset else list(DATASETS.values())
        return sum([await _one_by_one(stage, edge, one, before, bar, dry_run=dry_run) for one in wanted])


async def _folders(edge: Edge, *, dry_run: bool) -> int:
    """Bunny deletes a folder with all in it; how many files that are it does not say, so folders are counted."""
    folders = sorted({dataset.path.split("/")[0] for dataset in DATASETS.values()})
    for folder in [] if dry_run else folders:
        await edge.delete(f"{folder}/")
    return len(folders)


async def _one_by_one(
    stage: Stage, edge: Edge, dataset: Dataset, before: dt.datetime, bar: Progress, *, dry_run: bool
) -> int:
    """Titles of the dataset that were deleted, with all under their paths."""
    last = await highest(stage, dataset)
    checkpoint = Checkpoint.open(f"purge-{dataset.name}", stage, f"{before:%Y-%m-%d} {dry_run}")
    task = bar.add_task(dataset.name, total=last, completed=checkpoint.asked)
    async for id, blob in asked(edge, dataset, range(checkpoint.asked + 1, last + 1)):
        if blob is not None and _fetched_at(blob) < before.timestamp():
            if not dry_run:
                await remove_title(dataset, id, edge)
            checkpoint.extra.append(id)
        checkpoint.asked = id
        if id % CHUNK == 0:
            checkpoint.save()
            bar.update(task, completed=id)
    checkpoint.close()
    return len(checkpoint.extra)


def _fetched_at(blob: bytes) -> float:
    """When the object's body was fetched; what cannot be read is as old as can be."""
    try:
        return codec.metadata(blob).fetched_at
    except codec.BadBlob:
        return 0.0


def _bucket(stage: Stage, bucket: str, before: Before, bar: Progress, *, prefix: str = "", dry_run: bool) -> int:
    """Objects of the bucket that were deleted: written before, or of a day before that their key names."""
    client = stage.client("s3")
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    task = bar.add_task(bucket, total=None)
    deleted = 0
    for page in pages:
        found = page.get("Contents", ())
        old = [item["Key"] for item in found if before is None or _day(item) < before]
        for keys in batched([] if dry_run else old, _OBJECTS):
            objects = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
            client.delete_objects(Bucket=bucket, Delete=objects)
        deleted += len(old)
        bar.advance(task, len(found))
    return deleted


def _day(item: dict[str, Any]) -> dt.datetime:
    """When an object's content was fetched, at the latest. Silver and gold are written again from older answers."""
    written: dt.datetime = item["LastModified"]
    match = _DAY.search(item["Key"])
    return min(written, dt.datetime.fromisoformat(f"{match[1]}T23:59:59+00:00")) if match else written


def _state(stage: Stage, before: Before, *, dry_run: bool) -> int:
    """Items of the state table that were deleted: all, or those of runs that started before."""
    client, table = stage.client("dynamodb"), stage.output("StateTable")
    keys = [key for key in _keys(client, table) if before is None or _older(key, before)]
    for some in batched([] if dry_run else keys, _ITEMS):
        requests = [{"DeleteRequest": {"Key": key}} for key in some]
        while requests:
            requests = client.batch_write_item(RequestItems={table: requests})["UnprocessedItems"].get(table, [])
    return len(keys)


def _keys(client: Any, table: str) -> Iterator[dict[str, Any]]:
    pages: Iterable[dict[str, Any]] = client.get_paginator("scan").paginate(
        TableName=table, ProjectionExpression="pk, sk"
    )
    for page in pages:
        yield from page["Items"]


def _older(key: dict[str, Any], before: dt.datetime) -> bool:
    pk, sk = key["pk"]["S"], key["sk"]["S"]
    run = sk if pk == "RUN" else pk.partition("#")[2]
    try:
        return run_started(run) < before
    except ValueError:  # a watermark, or the like: it holds a day and nothing of TMDB's
        return False
