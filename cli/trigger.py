"""`tmdb trigger` and `tmdb replay`: start a harvest, by the same event that a schedule sends."""

import json
from typing import Annotated, Any

import typer

from cli import options
from cli.errors import Failure
from cli.stage import AsJson, Local, Stage, StageName, open_stage
from lambdas.common.bus import HARVESTS, IDS_AN_EVENT, entry
from lambdas.common.edge_keys import SUFFIX, parse_key
from lambdas.common.errors import BadInput
from lambdas.harvester.event import Event


def event_of(
    dataset: options.Dataset,
    mode: options.ModeOption,
    select: options.Select = None,
    date: options.Date = None,
    limit: options.Limit = None,
    min_popularity: options.MinPopularity = None,
    include_adult: options.IncludeAdult = False,
    since: options.Since = None,
    until: options.Until = None,
    ids: options.Ids = None,
) -> Event:
    """The event that the options of a harvest tell of. Raises typer.BadParameter with the harvester's own sentence."""
    return checked(
        dataset=dataset,
        mode=mode,
        select=select,
        date=date,
        limit=limit,
        min_popularity=min_popularity,
        include_adult=include_adult or None,
        since=since,
        until=until,
        ids=_parsed(ids),
    )


@options.taking(event=event_of)
def trigger(event: Event, stage: StageName = "prod", local: Local = False, as_json: AsJson = False) -> None:
    """Start a harvest now, as a schedule would.

    tmdb trigger --dataset movie --mode export --select new

    tmdb trigger --dataset tv --mode sync --since 2026-11-01 --until 2026-11-14
    """
    start([event], open_stage(stage, local=local), as_json=as_json)


def replay(
    titles: Annotated[list[str], typer.Argument(help="movie/550 tv/1399 ...", metavar="TITLE...")],
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Fetch titles again, now.

    tmdb replay movie/550 tv/1399
    """
    start(by_id(titles), open_stage(stage, local=local), as_json=as_json)


def by_id(titles: list[str]) -> list[Event]:
    """Events for these titles, a dataset each. A season's title is its show. Raises typer.BadParameter."""
    ids: dict[str, set[int]] = {}
    for title in titles:
        try:
            key = parse_key(f"{title}{SUFFIX}")
        except ValueError as error:
            raise typer.BadParameter(f"{title!r} is no title; write movie/550", param_hint="TITLE") from error
        ids.setdefault(key.dataset, set()).add(key.id)
    return events_of({name: sorted(some) for name, some in ids.items()})


def events_of(ids: dict[str, list[int]]) -> list[Event]:
    """Events of mode ids, none larger than the bus takes."""
    return [
        checked(dataset=name, mode="ids", ids=some[start : start + IDS_AN_EVENT])
        for name, some in ids.items()
        for start in range(0, len(some), IDS_AN_EVENT)
    ]


def checked(**fields: Any) -> Event:
    """The event with the fields that are not None, as the harvester will read it.

    Raises typer.BadParameter with the harvester's own sentence.
    """
    try:
        return Event.parse({name: value for name, value in fields.items() if value is not None})
    except BadInput as error:
        raise typer.BadParameter(str(error).partition(": ")[2], param_hint="the harvest") from error


def start(events: list[Event], stage: Stage, *, as_json: bool) -> None:
    """Put the events on the bus, and say so. Raises Failure when it did not take them all."""
    send(events, stage)
    sent = [event.to_dict() for event in events]
    if as_json:
        print(json.dumps({"sent": sent}))
        return
    for event in events:
        what = f"{len(event.ids):,} ids of {event.dataset}" if event.ids else f"{event.dataset} {event.mode}"
        print(f"started: {what}")
    print(f"tmdb status --watch {stage.option} shows how it goes")


def send(events: list[Event], stage: Stage) -> None:
    """Put the events on the account's default bus, whose rule hands them to the stage's harvester. Raises Failure."""
    bus = stage.client("events")
    for number, event in enumerate(events):  # one a call: the ids of two may be more than a call takes
        answer = bus.put_events(Entries=[entry(HARVESTS, stage.name, event.to_dict())])
        if answer["FailedEntryCount"]:
            code = answer["Entries"][0].get("ErrorCode")
            raise Failure(f"EventBridge took {number} of {len(events)} events: {code}; run it again, nothing is lost")


def _parsed(ids: str | None) -> list[int] | None:
    """The ids in `550,551`. Raises typer.BadParameter."""
    try:
        return [int(id) for id in ids.split(",")] if ids else None
    except ValueError as error:
        raise typer.BadParameter(f"{ids!r} is not numbers with commas between", param_hint="--ids") from error
