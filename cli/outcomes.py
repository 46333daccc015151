"""`tmdb outcomes`: what became of each id of a run, by its receipts: stored, unchanged, gone, or dead and why."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from cli import rows
from cli.errors import Failure
from cli.stage import AsJson, Local, Stage, StageName, open_stage
from lambdas.common.datasets import DATASETS
from lambdas.common.errors import Retry
from lambdas.common.receipts import Receipt
from lambdas.common.state import OUTCOMES, State

COLUMNS = ("title", "outcome", "reason")


def outcomes(
    run: Annotated[str, typer.Argument(help="a run, or the beginning of several: imdb-ids-", metavar="RUN")],
    only: Annotated[str | None, typer.Option(help="stored, unchanged, gone or dead")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV with a header")] = False,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """List what became of each id of a run, for a month after it.

    tmdb outcomes imdb-ids-20261120T083000Z-1a2b --only gone

    tmdb outcomes imdb-ids- --csv > results.csv

    Of IMDb's ids, gone are those that TMDB has nothing under, and an ambiguous one is dead with what it may be.
    """
    if only and only not in OUTCOMES:
        raise typer.BadParameter(f"{only!r} is none of {', '.join(OUTCOMES)}", param_hint="--only")
    try:
        found = asyncio.run(_receipts(run, open_stage(stage, local=local)))
    except Retry as error:
        raise Failure(f"the state table does not answer: {error}; try again") from error
    if not found:
        raise Failure(f"there is no run {run}; `tmdb status` names the last ones")
    told = [row for name, some in found.items() for row in listed(name, some) if only in (None, row[1])]
    write = rows.write_csv if as_csv else rows.write_json if as_json else rows.show
    write(COLUMNS, iter(told))


def listed(dataset: str, receipts: Iterable[Receipt]) -> Iterator[tuple[str, str, str]]:
    """A row for each id with an outcome, in their order."""
    by_id: dict[int, tuple[str, str]] = {}
    for receipt in receipts:
        for outcome in OUTCOMES:
            ids = getattr(receipt, outcome)
            by_id |= {id: (outcome, receipt.dead.get(id, "")) for id in ids}
    for id, told in sorted(by_id.items()):
        yield f"{DATASETS[dataset].path}/{DATASETS[dataset].spelled(id)}", *told


async def _receipts(prefix: str, stage: Stage) -> dict[str, list[Receipt]]:
    """By dataset, those of all runs whose names begin so."""
    found: dict[str, list[Receipt]] = {}
    async with stage.aws() as aws:
        state = State(stage.output("StateTable"), aws)
        for run in await state.runs(prefix):
            found.setdefault(run.dataset, []).extend(await state.receipts(run.run))
    return found
