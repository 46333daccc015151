"""`tmdb outcomes`: what became of each id of some runs, by their receipts: stored, unchanged, gone, or dead and why.

Of IMDb's ids it is told as `tmdb download` tells it in its results.csv: found as what, not found, ambiguous, failed.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from cli import rows
from cli.errors import Failure
from cli.imdb import results
from cli.imdb.ledger import Ids
from cli.options import run_name
from cli.stage import AsJson, Local, Stage, StageName, open_stage
from lambdas.common.datasets import DATASETS
from lambdas.common.errors import Retry
from lambdas.common.receipts import Receipt
from lambdas.common.state import OUTCOMES, Run, State


class Settled(NamedTuple):
    """What became of an id, and the receipt that tells it."""

    dataset: str
    id: int
    outcome: str
    receipt: Receipt


class Form(NamedTuple):
    """How it is told: in which columns, with which words, and as which row."""

    columns: Sequence[str]
    words: Sequence[str]
    row: Callable[[Settled], Sequence[str]]


def _title(told: Settled) -> Sequence[str]:
    dataset = DATASETS[told.dataset]
    return f"{dataset.path}/{dataset.spelled(told.id)}", told.outcome, told.receipt.dead.get(told.id, "")


TITLES = Form(("title", "outcome", "reason"), OUTCOMES, _title)
IMDB_IDS = Form(results.Row._fields, results.OUTCOMES, lambda told: results.row_by(told.receipt, told.id, told.outcome))


def outcomes(
    run: Annotated[
        str, typer.Argument(help="a run, or the beginning of several: imdb-ids-", metavar="RUN", parser=run_name)
    ],
    only: Annotated[
        str | None,
        typer.Option(help="stored, unchanged, gone or dead; of IMDb ids found, not_found, ambiguous or failed"),
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV with a header")] = False,
    out: Annotated[Path | None, typer.Option(help="the file that the CSV goes to, whole or not at all")] = None,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """List what became of each id of a run, for a month after it.

    tmdb outcomes movie-export-20261120T083000Z-1a2b --only dead

    tmdb outcomes imdb-ids- --out results.csv

    An id of several runs has the outcome of the newest. An IMDb id is found as what, not_found, ambiguous with what it
    may be, or failed and why.
    """
    try:
        form, told = asyncio.run(_told(run, open_stage(stage, local=local)))
    except Retry as error:
        raise Failure(f"the state table does not answer: {error}; try again") from error
    if only and only not in form.words:
        raise typer.BadParameter(f"{only!r} is none of {', '.join(form.words)}", param_hint="--only")
    wanted = (row for row in told if only in (None, row[1]))
    if out:
        with rows.file_of(out) as file:
            number = rows.write_csv(form.columns, wanted, file)
        print(json.dumps({"file": str(out), "ids": number}) if as_json else f"{out}: {number:,} ids")
        return
    write = rows.write_csv if as_csv else rows.write_json if as_json else rows.show
    write(form.columns, wanted)


async def settled(state: State, runs: Iterable[Run]) -> AsyncIterator[Settled]:
    """Every id of these runs that has an outcome, once: the newest run that tells of it counts, and comes first."""
    seen: defaultdict[str, Ids] = defaultdict(Ids)
    for run in sorted(runs, key=lambda run: (run.started_at, run.run), reverse=True):
        told = [
            Settled(run.dataset, id, outcome, receipt)
            for receipt in await state.receipts(run.run)
            for outcome in OUTCOMES
            for id in getattr(receipt, outcome)
        ]
        for one in sorted(told, key=lambda one: one.id):
            if seen[run.dataset].add(one.id):
                yield one


async def _told(prefix: str, stage: Stage) -> tuple[Form, list[Sequence[str]]]:
    """Rows of all runs whose names begin so. Raises Failure when there is none."""
    async with stage.aws() as aws:
        state = State(stage.output("StateTable"), aws)
        runs = await state.runs(prefix)
        if not runs:
            raise Failure(f"there is no run {prefix}; `tmdb status` names the last ones")
        form = IMDB_IDS if all(DATASETS[run.dataset].found_by for run in runs) else TITLES
        return form, [form.row(one) async for one in settled(state, runs)]
