"""`tmdb purge`: delete what TMDB's terms do not let anybody keep, or everything.

Edge, lake, catalog and state; nothing older than 6 months may be kept, and nothing at all by who stops using TMDB. It
deletes what it finds: run again after being cut off, it finds less.
"""

import asyncio
import datetime as dt
import json
import re
import time
from typing import Annotated

import typer

from cli import sweep
from cli.errors import Failure
from cli.glance import depth
from cli.line import mapping, set_line
from cli.options import DryRun, OnlyDataset, Yes
from cli.progress import progress
from cli.stage import QUEUES, AsJson, Local, Stage, StageName, open_stage

_AGE = re.compile(r"([1-9]\d{0,3})d", re.ASCII)
_QUIET_SECONDS = 240
"""A collector's invocation takes two minutes at most, and AWS one to stop asking for more."""
_POLL_SECONDS = 2.0


def purge(
    older_than: Annotated[str | None, typer.Option(help="what was fetched so many days ago or more: 180d")] = None,
    everything: Annotated[bool, typer.Option("--all", help="all there is; pauses the line first")] = False,
    dataset: OnlyDataset = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Delete what is too old to be kept, or everything, from edge, lake, catalog and state. Asks first.

    tmdb purge --older-than 180d --dry-run

    tmdb purge --all --stage dev

    A healthy stage never holds anything that old: this is for one that stood still. On Bunny every id is asked for,
    which takes hours; --dataset does one dataset at a time, at the edge alone.
    """
    if everything == (older_than is not None):
        raise typer.BadParameter("give --older-than 180d or --all, and not both", param_hint="--older-than")
    if everything and dataset:
        raise typer.BadParameter("--all knows no --dataset", param_hint="--dataset")
    before = None if older_than is None else _before(older_than)
    opened = open_stage(stage, local=local)
    what = "everything" if before is None else f"what was fetched before {before:%Y-%m-%d}"
    if not (dry_run or yes):
        where = f"the edge ({dataset})" if dataset else "edge, lake, catalog and state"
        if not typer.confirm(f"Delete {what} from {where} of stage {opened.name}, for good?", err=True):
            raise Failure("nothing was deleted")
    if everything and not dry_run:
        _quiet(opened)
    with progress(hidden=as_json) as bar:
        counts = asyncio.run(sweep.sweep(opened, before, dataset, bar, dry_run=dry_run))
    if as_json:
        print(json.dumps({"deleted": {} if dry_run else counts, "would": counts if dry_run else {}}))
        return
    for name, number in counts.items():
        print(f"{name}: {number:,} {'would be ' if dry_run else ''}deleted")
    if everything and not dry_run:
        print("the line is paused; `tmdb destroy` takes the stage down, `tmdb resume` lets it fill again")


def _before(age: str) -> dt.datetime:
    match = _AGE.fullmatch(age)
    if not match:
        raise typer.BadParameter(f"{age!r} is no number of days; write 180d", param_hint="--older-than")
    return dt.datetime.now(dt.UTC) - dt.timedelta(days=int(match[1]))


def _quiet(stage: Stage) -> None:
    """Pause the line and wait until nothing is being collected any more. Raises Failure when that takes too long."""
    if mapping(stage)["State"] != "Disabled":
        set_line(stage, enabled=False)
    ends = time.monotonic() + _QUIET_SECONDS
    while mapping(stage)["State"] != "Disabled" or depth(stage, QUEUES["work"])[1]:
        if time.monotonic() > ends:
            raise Failure("something is still being collected, so nothing was deleted; run it again in some minutes")
        time.sleep(_POLL_SECONDS)
