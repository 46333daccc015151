"""`tmdb launch` and `tmdb simulate`: send titles of IMDb's list through the queue, or one small partition of them.

They go as events of mode ids, as `tmdb trigger` sends them: harvester, queue, collectors and their budget are the same.
An id that the stage's lake knows goes with its title, and costs the collector no call of /find.
A ledger holds what the bus took, so a launch that is begun again goes on where it ended. It is written after the event:
who dies in between sends one event a second time, which fetches its titles twice and changes nothing.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from cli.errors import Failure
from cli.imdb.basics import Counts, Selection, select
from cli.imdb.follow import follow, refuse
from cli.imdb.ids import IMDB
from cli.imdb.ledger import Ids, Ledger, Lines, sent_before
from cli.imdb.published import URL, todays_list
from cli.imdb.results import OUTCOMES, UNKNOWN, summed_up
from cli.imdb.silver import known_to
from cli.imdb.tally import Tally
from cli.stage import LOCAL_STAGE, AsJson, Local, Stage, StageName, open_stage
from cli.trigger import checked, events_of, send
from lambdas.common.batched import batched
from lambdas.common.bus import IDS_AN_EVENT
from lambdas.common.work import Known
from lambdas.harvester.event import Event

_MOST_KNOWN = 5_000
"""Ids of one event that says of each where its title is."""
_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?", re.ASCII)

Source = Annotated[
    Path | None,
    typer.Option(help="a title.basics.tsv or .tsv.gz, instead of IMDb's own of today", exists=True, dir_okay=False),
]
ImdbUrl = Annotated[str, typer.Option(help="without --source: where the list is downloaded from, once a day")]
Types = Annotated[str, typer.Option(help="movie, tvSeries, tvMiniSeries, tvEpisode, ...")]
Initial = Annotated[str | None, typer.Option(help="the partition AD: titles whose first two letters these are")]
Share = Annotated[float, typer.Option(help="a share of the titles, the same ones each time: 0.1")]


def launch(
    source: Source = None,
    types: Types = "movie",
    years: Annotated[str | None, typer.Option("--years", "--year", help="2004, or 2000-2020")] = None,
    initial: Initial = None,
    sample: Share = 1.0,
    ledger: Annotated[
        Path | None, typer.Option(help="the file of what was sent (beside the source, one a stage)", dir_okay=False)
    ] = None,
    results: Annotated[
        Path | None,
        typer.Option(
            help="wait until all of the ledger is collected, then write here what became of each id", dir_okay=False
        ),
    ] = None,
    imdb_url: ImdbUrl = URL,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="count the titles and send nothing")] = False,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Send titles of IMDb's list to be found at TMDB and collected in full.

    tmdb launch --types movie,tvSeries --years 2000-2020 --sample 0.1

    tmdb launch --source title.basics.tsv.gz --year 2004 --initial AD --results results.csv

    Without --source IMDb's list is downloaded, once a day, for what IMDb permits: personal and non-commercial use.
    What the ledger says was sent is not sent again, so the same command goes on where it was interrupted, also while it
    waits for --results. Those are rows like `tmdb download` leaves; `tmdb outcomes imdb-ids- --out FILE` has them, too.
    """
    chosen = _selection(types, years, initial, sample)
    if results and not results.absolute().parent.is_dir():
        raise typer.BadParameter(f"{results.parent} is no folder", param_hint="--results")
    to = None if dry_run else open_stage(stage, local=local)
    source = source or todays_list(imdb_url, _say)
    path = ledger or source.with_name(f"{source.name}.sent-{LOCAL_STAGE if local else stage}.jsonl")
    counts, tally = Counts(), Tally()
    titles = select(source, chosen, counts)
    if to is None:
        tally.sent = sum(1 for _ in tally.new(titles, sent_before(path)))
        tally.tell(counts, as_json=as_json, word="would be sent")
        return
    with Lines(path) as lines:
        told, known = Ledger(lines), _known(to)
        for batch in batched(tally.new(titles, told.ids), IDS_AN_EVENT):
            for event in _events(sorted(batch), known):
                send([event], to)
                told.add(list(event.ids))
                tally.add(event)
            _say(f"sent {tally.sent:,} titles")
    if not (as_json and results):
        tally.tell(counts, as_json=as_json)
    if results:
        outcomes = follow(to, told.ids, results, hidden=as_json)
        if as_json:  # all of it is one object
            tally.tell(counts, as_json=True, outcomes={name: outcomes[name] for name in (*OUTCOMES, UNKNOWN)})
        else:
            print(f"{results}: {summed_up(outcomes)}")
        refuse(to, outcomes)
    elif not as_json:
        _say_how_it_goes(to)


def simulate(
    source: Source = None,
    year: Annotated[str, typer.Option(help="of the titles' start")] = "2004",
    initial: Initial = "AD",
    types: Types = "movie",
    imdb_url: ImdbUrl = URL,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Send exactly one partition, a year and two letters, to see that a stage works.

    tmdb simulate --year 2004 --initial AD

    It is sent each time it is asked for, and no ledger knows of it.
    """
    chosen, counts, tally = _selection(types, year, initial, 1.0), Counts(), Tally()
    to = open_stage(stage, local=local)
    ids = sorted(tally.new(select(source or todays_list(imdb_url, _say), chosen, counts), Ids()))
    if not ids:
        raise Failure(f"no {types} of {year} is in the partition {initial}; name another, such as --initial TH")
    known = _known(to)
    for event in _events(ids, known):
        send([event], to)
        tally.add(event)
    tally.tell(counts, as_json=as_json)
    if not as_json:
        _say_how_it_goes(to)


def _selection(types: str, years: str | None, wanted: str | None, sample: float) -> Selection:
    """Raises typer.BadParameter."""
    span = _YEARS.fullmatch(years) if years else None
    if years and not span:
        raise typer.BadParameter(f"{years!r} is neither a year nor two, 2000-2020", param_hint="--years")
    chosen = range(int(span[1]), int(span[2] or span[1]) + 1) if span else None
    if chosen is not None and not chosen:
        raise typer.BadParameter(f"{years} ends before it begins", param_hint="--years")
    try:
        return Selection(
            types=frozenset(name.strip() for name in types.split(",")),
            years=chosen,
            initial=wanted.upper() if wanted else None,
            sample=sample,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="the selection") from error


def _events(ids: list[int], known: Known) -> Iterator[Event]:
    """Events for ascending ids, those that are known apart: with what is known an event takes fewer."""
    yield from events_of({IMDB.name: [id for id in ids if id not in known]})
    for some in batched((id for id in ids if id in known), _MOST_KNOWN):
        yield checked(dataset=IMDB.name, mode="ids", ids=list(some), known={id: known[id] for id in some})


def _known(stage: Stage) -> Known:
    """What the stage's lake knows. Without it all is done as well, with more requests."""
    try:
        return known_to(stage)
    except Failure as failure:
        _say(f"every id will be looked up, as the lake cannot be asked what it knows: {failure}")
        return {}


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _say_how_it_goes(to: Stage) -> None:
    print(f"tmdb status --watch {to.option} shows how it goes")
    print(f"tmdb outcomes imdb-ids- {to.option} lists what became of each id")
