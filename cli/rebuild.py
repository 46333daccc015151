"""`tmdb rebuild`: what is made from the lake's objects, made again, as if each object had just come.

The objects stay as they are: copied onto themselves they would look new, and outlive TMDB's six months.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import typer

from cli.errors import Failure
from cli.options import DryRun
from cli.stage import AsJson, Local, Stage, StageName, open_stage
from lambdas.common.batched import batched
from lambdas.common.created import Created


@dataclass(frozen=True)
class Made:
    """What is made of the objects under `folders` by who listens to the queue that the output `queue` names."""

    folders: tuple[str, ...]
    queue: str


MADE = {
    "catalog": Made(("bronze/movie/", "drop/"), "CatalogQueueUrl"),
    "lake": Made(("bronze/",), "LakeQueueUrl"),
}


def rebuild(
    what: Annotated[str, typer.Argument(help=" or ".join(MADE), metavar="WHAT")],
    since: Annotated[str | None, typer.Option(help="only bronze of runs from this day on: 2026-11-19")] = None,
    dry_run: DryRun = False,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Load the catalog, or write the lake's silver tables, once more from what was recorded. TMDB is not asked.

    tmdb rebuild catalog

    tmdb rebuild lake --since 2026-11-01
    """
    if what not in MADE:
        raise typer.BadParameter(f"{what!r} is neither of {', '.join(MADE)}", param_hint="WHAT")
    first = _day(since)
    opened = open_stage(stage, local=local)
    queue = opened.output(MADE[what].queue)
    keys = list(_keys(opened, MADE[what].folders, first))
    if not dry_run:
        _announce(opened, queue, keys)
    if as_json:
        print(json.dumps({"objects": len(keys), "announced": 0 if dry_run else len(keys)}))
    else:
        print(f"{len(keys):,} objects {'would be ' if dry_run else ''}announced to {what}")


def _day(text: str | None) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day like 2026-11-19", param_hint="--since") from error


def _keys(stage: Stage, folders: tuple[str, ...], since: str) -> Iterator[str]:
    """The objects' keys; of bronze, which has the day in its keys, those of runs since then."""
    pages = stage.client("s3").get_paginator("list_objects_v2")
    for folder in folders:
        for page in pages.paginate(Bucket=stage.output("LakeBucket"), Prefix=folder):
            for found in page.get("Contents", ()):
                day = found["Key"].partition("/dt=")[2][:10]
                if not day or day >= since:
                    yield found["Key"]


def _announce(stage: Stage, queue: str, keys: list[str]) -> None:
    """Tell of each object as EventBridge does. Raises Failure when the queue did not take all of it."""
    sqs, bucket = stage.client("sqs"), stage.output("LakeBucket")
    for some in batched(keys, 10):
        entries = [{"Id": str(n), "MessageBody": Created(bucket, key).to_json()} for n, key in enumerate(some)]
        if refused := sqs.send_message_batch(QueueUrl=queue, Entries=entries).get("Failed"):
            raise Failure(f"SQS refused {len(refused)} of {len(entries)} messages: run it again, nothing is made twice")
