"""`tmdb launch` and `tmdb simulate`: send titles of IMDb's list through the queue, or one small partition of them.

They go as events of mode ids, as `tmdb trigger` sends them: harvester, queue, collectors and their budget are the same.
A ledger holds what the bus took, so a launch that is begun again goes on where it ended. It is written after the event:
who dies in between sends one event a second time, which fetches its titles twice and changes nothing.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from cli.errors import Failure
from cli.imdb.basics import Counts, Selection, select
from cli.imdb.ids import IMDB
from cli.imdb.ledger import Ids, Ledger, Lines
from cli.stage import AsJson, Local, Stage, StageName, open_stage
from cli.trigger import MOST_IDS, events_of, send
from lambdas.harvester.send import batched

_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?", re.ASCII)

Source = Annotated[
    Path, typer.Option(help="title.basics.tsv or .tsv.gz of https://datasets.imdbws.com", exists=True, dir_okay=False)
]
Types = Annotated[str, typer.Option(help="movie, tvSeries, tvMiniSeries, tvEpisode, ...")]
Initial = Annotated[str | None, typer.Option(help="the partition AD: titles whose first two letters these are")]
Share = Annotated[float, typer.Option(help="a share of the titles, the same ones each time: 0.1")]


def launch(
    source: Source,
    types: Types = "movie",
    years: Annotated[str | None, typer.Option("--years", "--year", help="2004, or 2000-2020")] = None,
    initial: Initial = None,
    sample: Share = 1.0,
    ledger: Annotated[
        Path | None, typer.Option(help="the file of what was sent (beside the source, one a stage)", dir_okay=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="count the titles and send nothing")] = False,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Send titles of IMDb's list to be found at TMDB and collected in full.

    tmdb launch --source title.basics.tsv.gz --types movie,tvSeries --years 2000-2020 --sample 0.1

    What the ledger says was sent is not sent again, so the same command goes on where it was interrupted.
    """
    chosen = _selection(types, years, initial, sample)
    counts, sent, before = Counts(), 0, 0
    with ExitStack() as stack:
        if dry_run:
            known = Ids()
            sent = sum(map(known.add, select(source, chosen, counts)))
        else:
            to = open_stage(stage, local=local)
            name = ledger or source.with_name(f"{source.name}.sent-{to.name}.jsonl")
            told = Ledger(stack.enter_context(Lines(name)))
            before = told.sent
            for batch in _batches(select(source, chosen, counts), told.ids):
                _send(batch, to)
                told.add(batch)
                sent += len(batch)
                print(f"sent {sent:,} titles", file=sys.stderr, flush=True)
    _tell(counts, sent, as_json=as_json, word="would be sent" if dry_run else "sent", before=before)


def simulate(
    source: Source,
    year: Annotated[str, typer.Option(help="of the titles' start")] = "2004",
    initial: Initial = "AD",
    types: Types = "movie",
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Send exactly one partition, a year and two letters, to see that a stage works.

    tmdb simulate --source title.basics.tsv.gz --year 2004 --initial AD

    It is sent each time it is asked for, and no ledger knows of it.
    """
    chosen, counts = _selection(types, year, initial, 1.0), Counts()
    ids = sorted(set(select(source, chosen, counts)))
    if not ids:
        raise Failure(f"no {types} of {year} is in the partition {initial}; name another, such as --initial TH")
    _send(ids, open_stage(stage, local=local))
    _tell(counts, len(ids), as_json=as_json, word="sent", before=0)


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


def _batches(ids: Iterable[int], sent: Ids) -> Iterator[list[int]]:
    """Ascending ids for an event each, without those that were sent."""
    for batch in batched((id for id in ids if id not in sent), MOST_IDS):
        if new := sorted({id for id in batch if id not in sent}):
            yield new


def _send(ids: list[int], stage: Stage) -> None:
    """One event at a time: EventBridge's limit is that of all in a call together. Raises Failure."""
    for event in events_of({IMDB.name: ids}):
        send([event], stage)


def _tell(counts: Counts, sent: int, *, as_json: bool, word: str, before: int) -> None:
    if as_json:
        numbers = {"lines": counts.lines, "rejected": counts.rejected, "selected": counts.selected}
        print(json.dumps({**numbers, word.replace(" ", "_"): sent, "known_as_sent": before}))
        return
    rest = counts.selected - sent
    print(f"{word}: {sent:,} titles of {counts.lines:,} lines" + (f"; {rest:,} were sent before" if rest else ""))
    if counts.rejected:
        print(f"{counts.rejected:,} lines are no titles and were left out", file=sys.stderr)
