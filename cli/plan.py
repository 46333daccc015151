"""`tmdb plan`: what a harvest and a month of a stage come to, before either is begun: ids, calls, hours, dollars."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.errors import Failure
from cli.project import project_context

# What knows the stacks starts Node, which takes seconds: other verbs, and --help, must not wait for it.
if TYPE_CHECKING:
    from lambdas.harvester.event import Event
    from stacks.settings import Settings


def plan(
    dataset: Annotated[str, typer.Option("--dataset", "--type", help="movie, tv, person, ...")],
    mode: Annotated[str, typer.Option(help="export: TMDB's daily file; sync: its changes feed")] = "export",
    select: Annotated[str | None, typer.Option(help="of an export: all (the default here), due or new")] = None,
    limit: Annotated[int | None, typer.Option(help="of an export: at most so many ids")] = None,
    file: Annotated[
        Path | None, typer.Option(help="count the ids of this export file", exists=True, dir_okay=False)
    ] = None,
    min_popularity: Annotated[float | None, typer.Option(help="of --file: leave out what is less popular")] = None,
    include_adult: Annotated[bool, typer.Option("--include-adult", help="of --file: adult titles too")] = False,
    stage: Annotated[str, typer.Option(help="a stage of cdk.json")] = "prod",
    context: Annotated[
        list[str] | None, typer.Option("-c", "--context", metavar="NAME=VALUE", help="another setting, as with cdk")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="result and errors as JSON")] = False,
) -> None:
    """Say what one harvest comes to, and a month of the stage: ids, calls, hours, dollars.

    tmdb plan --dataset movie --mode export --file movie_ids_11_20_2026.json.gz
    """
    from cli import bill, cost

    now = dt.datetime.now(dt.UTC)
    settings = _settings(stage, context or [])
    event = _event(dataset, mode, select, limit, min_popularity, include_adult)
    if file is None and (event.min_popularity is not None or event.include_adult):
        raise typer.BadParameter("only the file knows that: download it and give --file", param_hint="a filter")
    ids, source = _in_file(file, event, now.date()) if file else _assumed(event)
    made = bill.Bill(
        event=event,
        source=source,
        settings=settings,
        harvest=cost.one_harvest(settings, {dataset: ids}),
        month=cost.monthly(settings, now),
        advice=bill.advice(settings, {dataset: ids}, now),
    )
    if as_json:
        print(json.dumps(made.to_dict()))
    else:
        made.print(sys.stdout)


def _settings(stage: str, given: list[str]) -> "Settings":
    from stacks.settings import Settings

    context = project_context(stage)
    for item in given:
        name, equals, value = item.partition("=")
        if not equals:
            raise typer.BadParameter(f"{item!r} is not name=value", param_hint="--context")
        context[name] = value
    try:
        settings = Settings.load(context.get)
        settings.budget.check(collectors=settings.collectors, api_url=settings.tmdb_api_url)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="the settings") from error
    return settings


def _event(
    dataset: str, mode: str, select: str | None, limit: int | None, popularity: float | None, adult: bool
) -> "Event":
    from lambdas.common.errors import BadInput
    from lambdas.harvester.event import Event

    if mode == "ids":
        raise typer.BadParameter("mode ids collects the ids you name: plan export or sync", param_hint="--mode")
    options = {"select": select or ("all" if mode == "export" else None), "limit": limit, "min_popularity": popularity}
    fields = {name: value for name, value in options.items() if value is not None}
    try:
        return Event.parse({"dataset": dataset, "mode": mode, "include_adult": adult, **fields})
    except BadInput as error:
        raise typer.BadParameter(str(error).partition(": ")[2], param_hint="the harvest") from error


def _assumed(event: "Event") -> tuple[float, str]:
    from cli import cost

    ids = cost.collected(event.dataset, event.mode, event.select, event.limit, days=1)
    return ids, "assumed from TMDB's numbers of 2026"


def _in_file(file: Path, event: "Event", today: dt.date) -> tuple[float, str]:
    """Ids that the harvest would collect of this file, and how that is known."""
    from cli import export_file
    from cli.assumptions import NEW_A_DAY
    from lambdas.common.datasets import Mode
    from lambdas.harvester.select import due_slices
    from lambdas.harvester.settings import HarvesterSettings

    if event.mode is not Mode.EXPORT:
        raise typer.BadParameter("only an export has a file", param_hint="--file")
    listing = export_file.read(file, event, today)
    if not listing.ids:
        raise Failure(f"{file}: the filters leave out all {len(listing.left_out):,} ids; loosen them")
    number, new = len(listing.ids), len(listing.ids) * NEW_A_DAY
    source = f"counted in {file.name}"
    if listing.rejected:
        source += f", {listing.rejected:,} bad lines aside"
    if event.select == "all":
        return number, source
    days = HarvesterSettings.refresh_days
    slices = due_slices(today - dt.timedelta(days=1), today, days)
    due = sum(id % days in slices for id in listing.ids) if event.select == "due" else 0
    return due + new, f"{source}; {NEW_A_DAY:.2%} of all assumed new"
