"""`tmdb dlq`: the dead letters, one id each with its reason; look at them, send them through again, or drop them.

A letter is deleted only after the queue has taken what replaces it: dying in between costs a fetch, never an id. While
one operator has a letter, another does not see it.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.dead_letters import DeadLetters, Letter
from cli.errors import Failure
from cli.held import make_sure
from cli.options import OnlyDataset, Yes, taking
from cli.runs import send_run
from cli.stage import AsJson, Local, StageName, open_stage
from lambdas.common.errors import Retry
from lambdas.common.queue import SqsQueue
from lambdas.common.state import State

_HANDFUL = 2_000
"""Letters redriven at a time: well inside their visibility."""

Reason = Annotated[str | None, typer.Option(help="only letters whose reason holds this text")]

app = typer.Typer(help="Dead letters: ids that could not be collected, each with the reason.")


def chosen(
    dataset: OnlyDataset = None, reason: Reason = None, stage: StageName = "prod", local: Local = False
) -> DeadLetters:
    """The letters that the options tell of."""
    return DeadLetters(open_stage(stage, local=local), dataset, reason)


@app.command("list")
@taking(letters=chosen)
def list_letters(letters: DeadLetters, as_json: AsJson = False) -> None:
    """Count the dead letters by dataset and reason.

    tmdb dlq list
    """
    counts = Counter((letter.dataset or "?", letter.reason) for letter in letters.look())
    if as_json:
        rows = [{"dataset": name, "reason": why, "ids": number} for (name, why), number in counts.most_common()]
        print(json.dumps({"letters": rows}))
    elif not counts:
        print("no dead letters")
    else:
        _print(("ids", "dataset", "reason"), [(f"{number:,}", *who) for who, number in counts.most_common()])


@app.command()
@taking(letters=chosen)
def show(letters: DeadLetters, as_json: AsJson = False) -> None:
    """Name every dead id, with its reason and the run that it died in.

    tmdb dlq show --dataset movie
    """
    found = letters.look()
    rows = sorted((title, letter.reason, letter.run) for letter in found for title in letter.titles)
    foreign = [letter.reason for letter in found if letter.item is None]
    if as_json:
        named = [{"title": title, "reason": why, "run": run} for title, why, run in rows]
        print(json.dumps({"letters": named, "foreign": foreign}))
        return
    _print(("title", "reason", "run"), [*rows, *(("?", why, "") for why in foreign)])


@app.command()
@taking(letters=chosen)
def redrive(letters: DeadLetters, as_json: AsJson = False) -> None:
    """Send dead ids through the work queue again, as a new run; the collectors' budget paces them as any work.

    tmdb dlq redrive --reason "5 attempts"
    """
    runs = asyncio.run(_redrive(letters))
    number = sum(runs.values())
    if as_json:
        print(json.dumps({"redriven": number, "runs": runs}))
    elif not number:
        print("no dead letters to redrive")
    else:
        print(f"redriven: {number:,} ids in {', '.join(runs)}")


@app.command()
@taking(letters=chosen)
def drop(letters: DeadLetters, yes: Yes = False, as_json: AsJson = False) -> None:
    """Delete dead letters for good. Their ids stay counted as dead, and the next export asks for them again.

    tmdb dlq drop --reason "The ID is invalid"
    """
    taken = letters.take()
    question = f"Delete {len(taken):,} dead letters?"
    make_sure(question, yes=yes or not taken, give_back=lambda: letters.give_back(taken))
    letters.delete(taken)
    print(json.dumps({"dropped": len(taken)}) if as_json else f"dropped: {len(taken):,} dead letters")


async def _redrive(letters: DeadLetters) -> dict[str, int]:
    """Ids by the run that they are in now."""
    runs: dict[str, int] = {}
    stage = letters.stage
    async with stage.aws() as aws:
        queue, state = SqsQueue(stage.output("QueueUrl"), aws), State(stage.output("StateTable"), aws)
        while taken := letters.take(_HANDFUL, but=runs):
            own: dict[str | None, list[Letter]] = {}
            for letter in taken:
                own.setdefault(letter.dataset, []).append(letter)
            letters.give_back(own.pop(None, []))
            if not own:
                break
            for name, some in sorted((str(dataset), some) for dataset, some in own.items()):
                ids = sorted({id for letter in some if letter.item for id in letter.item.ids})
                try:
                    run = await send_run(name, ids, queue, state)
                except Retry as error:
                    raise Failure(f"{error}; no letter was deleted for it: run it again in some minutes") from error
                letters.delete(some)
                runs[run] = len(ids)
    return runs


def _print(columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column == "ids" else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
