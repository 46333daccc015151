"""`tmdb reconcile`: whether the edge holds what TMDB lists, and its repair.

What is missing is fetched, by events of mode ids. What is there and not listed is checked: a run of its own, in which
a collector removes what TMDB says is gone. A run that is cut off goes on from its checkpoint: nothing is listed twice,
and at most one piece of 20,000 ids is started twice.
"""

import asyncio
import json
from dataclasses import dataclass

import typer
from rich.progress import Progress, TaskID

from cli.checkpoint import Checkpoint
from cli.edge import collector_settings, edge_of
from cli.inventory import CHUNK, asked, exported, listed
from cli.options import Dataset, DryRun, IncludeAdult
from cli.progress import progress
from cli.runs import send_run
from cli.stage import AsJson, Local, Stage, StageName, open_stage
from cli.trigger import events_of, send
from lambdas.common.batched import batched
from lambdas.common.datasets import DATASETS
from lambdas.common.queue import SqsQueue
from lambdas.common.state import State
from lambdas.harvester.exports import Listing
from lambdas.harvester.ids import IdSet

_NAMED = 5
"""Ids named for people; --json names all."""


@dataclass(frozen=True)
class Difference:
    """The export of `date` against the edge. `started` is what was begun for it: runs, and events by their ids."""

    date: str
    listed: int
    missing: list[int]
    extra: list[int]
    started: int


def reconcile(
    dataset: Dataset,
    include_adult: IncludeAdult = False,
    dry_run: DryRun = False,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Compare the edge with TMDB's newest export; fetch what is missing, have checked what is not listed.

    tmdb reconcile --dataset movie --dry-run

    tmdb reconcile --dataset movie

    Minutes on S3, hours on Bunny, which has to be asked for each id. Cut off, run it again: it goes on.
    """
    if DATASETS[dataset].export is None:
        raise typer.BadParameter(f"TMDB has no export of {dataset} to compare with", param_hint="--dataset")
    opened = open_stage(stage, local=local)
    with progress(hidden=as_json) as bar:
        found = asyncio.run(_reconcile(opened, dataset, bar, include_adult=include_adult, dry_run=dry_run))
    if as_json:
        print(json.dumps(found.__dict__))
        return
    print(f"TMDB's export of {found.date} lists {found.listed:,} ids of {dataset}")
    print(f"missing at the edge: {_named(found.missing)}")
    print(f"at the edge and not listed: {_named(found.extra)}")
    if found.started:
        print(f"started: {found.started:,} ids; tmdb status --watch shows how it goes")
    elif found.missing or found.extra:
        print("nothing was started")


async def _reconcile(stage: Stage, dataset: str, bar: Progress, *, include_adult: bool, dry_run: bool) -> Difference:
    listing = await exported(stage, dataset, include_adult=include_adult)
    of = f"{listing.date} adult={include_adult}"
    checkpoint = Checkpoint.open(f"reconcile-{dataset}", stage, of)
    if not checkpoint.compared:
        task = bar.add_task(f"{dataset} at the edge", total=len(listing.ids))
        if collector_settings(stage).edge_bucket:
            await _list(stage, dataset, listing, checkpoint, bar, task)
        else:
            await _ask(stage, dataset, listing, checkpoint, bar, task)
    missing, extra = list(checkpoint.missing), list(checkpoint.extra)
    if not dry_run:
        await _start(stage, dataset, checkpoint)
    checkpoint.close()
    started = 0 if dry_run else len(missing) + len(extra)
    return Difference(listing.date.isoformat(), len(listing.ids), missing, extra, started)


async def _list(
    stage: Stage, dataset: str, listing: Listing, checkpoint: Checkpoint, bar: Progress, task: TaskID
) -> None:
    stored = IdSet(await listed(stage, DATASETS[dataset], lambda more: bar.advance(task, more)))
    checkpoint.missing = list(listing.ids - stored)
    checkpoint.extra = list(stored - listing.ids - listing.left_out)
    checkpoint.compared = True
    checkpoint.save()


async def _ask(
    stage: Stage, dataset: str, listing: Listing, checkpoint: Checkpoint, bar: Progress, task: TaskID
) -> None:
    last = max(listing.ids | listing.left_out, default=0)
    bar.update(task, total=last, completed=checkpoint.asked)
    async with edge_of(stage) as edge:
        async for id, blob in asked(edge, DATASETS[dataset], range(checkpoint.asked + 1, last + 1)):
            if blob is None and id in listing.ids:
                checkpoint.missing.append(id)
            elif blob is not None and id not in listing.ids and id not in listing.left_out:
                checkpoint.extra.append(id)
            checkpoint.asked = id
            if id % CHUNK == 0:
                checkpoint.save()
                bar.update(task, completed=id)
    checkpoint.compared = True
    checkpoint.save()


async def _start(stage: Stage, dataset: str, checkpoint: Checkpoint) -> None:
    """Start what the checkpoint holds, a piece at a time, each struck off once it was accepted."""
    for event in events_of({dataset: checkpoint.missing}) if checkpoint.missing else ():
        send([event], stage)
        checkpoint.missing = checkpoint.missing[len(event.ids) :]
        checkpoint.save()
    async with stage.aws() as aws:
        queue, state = SqsQueue(stage.output("QueueUrl"), aws), State(stage.output("StateTable"), aws)
        for ids in batched(list(checkpoint.extra), CHUNK):
            await send_run(dataset, ids, queue, state, leavers=len(ids))
            checkpoint.extra = checkpoint.extra[len(ids) :]
            checkpoint.save()


def _named(ids: list[int]) -> str:
    if not ids:
        return "none"
    some = ", ".join(map(str, ids[:_NAMED]))
    return f"{len(ids):,} ({some}{', ...' if len(ids) > _NAMED else ''})"
