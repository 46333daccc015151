"""`tmdb compact`: start the lake's compaction now, by the event with which a compactor has the next one go on."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from cli.errors import Failure
from cli.stage import AsJson, Local, StageName, open_stage
from lambdas.common.bus import COMPACTIONS, put
from lambdas.common.errors import BadInput, Retry


def compact(
    until: Annotated[str | None, typer.Option(help="the last day whose files are merged, instead of yesterday")] = None,
    datasets: Annotated[
        list[str] | None,
        typer.Option("--dataset", "--type", help="bring only this up to date: movie, season, ...; may be given again"),
    ] = None,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Compact the lake now: bring current rows up to date, and merge the files of each day.

    tmdb compact

    tmdb compact --dataset movie --dataset tv

    The schedule does it every night. It harms nothing to do it once more, or while it is under way.
    """
    given = {"until": until, "datasets": datasets}
    event = {name: value for name, value in given.items() if value}
    _check(event)
    opened = open_stage(stage, local=local)
    opened.output("LakeQueueUrl")  # whether there is a lake
    try:
        put(opened.client("events"), COMPACTIONS, opened.name, event)
    except Retry as error:
        raise Failure(f"{error}; run it again") from error
    if as_json:
        print(json.dumps({"sent": event}))
    else:
        print("started: compaction; its function's log says lake.compacted when it is done")


def _check(event: dict[str, Any]) -> None:
    """Raises typer.BadParameter with the compactor's own sentence."""
    from lambdas.lake_compactor.handler import datasets, last_day  # DuckDB with it: other verbs must not wait for that

    try:
        last_day(event, datetime.now(UTC).date())
        datasets(event)
    except BadInput as error:
        raise typer.BadParameter(str(error), param_hint="the compaction") from error
