"""`tmdb dlq`: the dead letters, one id each with its reason; look at them, send them through again, or drop them.

A letter is deleted only after the queue has taken what replaces it: dying in between costs a fetch, never an id. While
one operator has a letter, another does not see it.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.errors import Failure
from cli.options import OnlyDataset, Yes
from cli.runs import send_run
from cli.stage import AsJson, Local, Stage, StageName, open_stage
from lambdas.common.datasets import DATASETS
from lambdas.common.errors import BadInput, Retry
from lambdas.common.queue import SqsQueue
from lambdas.common.state import State
from lambdas.common.work import WorkItem
from lambdas.harvester.send import batched

_VISIBILITY = 300
"""Seconds in which letters that were received are ours alone."""
_RECEIVED = 10
_WAIT = 1
"""Seconds; any wait asks all of SQS's servers, so that empty means empty."""
_HANDFUL = 2_000
"""Letters redriven at a time: well inside their visibility."""

Reason = Annotated[str | None, typer.Option(help="only letters whose reason holds this text")]

app = typer.Typer(help="Dead letters: ids that could not be collected, each with the reason.", no_args_is_help=True)


@dataclass(frozen=True)
class Letter:
    """A dead letter. `item` is None when somebody else's message got there."""

    id: str
    receipt: str
    item: WorkItem | None
    reason: str

    @property
    def titles(self) -> list[str]:
        if self.item is None:
            return []
        return [f"{self.item.dataset}/{DATASETS[self.item.dataset].spelled(id)}" for id in self.item.ids]


@app.command("list")
def list_letters(
    dataset: OnlyDataset = None,
    reason: Reason = None,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Count the dead letters by dataset and reason.

    tmdb dlq list
    """
    letters = _looked_at(open_stage(stage, local=local), dataset, reason)
    counts = Counter((letter.item.dataset if letter.item else "?", letter.reason) for letter in letters)
    if as_json:
        rows = [{"dataset": name, "reason": why, "ids": number} for (name, why), number in counts.most_common()]
        print(json.dumps({"letters": rows}))
    elif not counts:
        print("no dead letters")
    else:
        _print(("ids", "dataset", "reason"), [(f"{number:,}", *who) for who, number in counts.most_common()])


@app.command()
def show(
    dataset: OnlyDataset = None,
    reason: Reason = None,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Name every dead id, with its reason and the run that it died in.

    tmdb dlq show --dataset movie
    """
    letters = _looked_at(open_stage(stage, local=local), dataset, reason)
    rows = sorted(
        (title, letter.reason, letter.item.run) for letter in letters if letter.item for title in letter.titles
    )
    foreign = [letter.reason for letter in letters if letter.item is None]
    if as_json:
        found = [{"title": title, "reason": why, "run": run} for title, why, run in rows]
        print(json.dumps({"letters": found, "foreign": foreign}))
        return
    _print(("title", "reason", "run"), [*rows, *(("?", why, "") for why in foreign)])


@app.command()
def redrive(
    dataset: OnlyDataset = None,
    reason: Reason = None,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Send dead ids through the work queue again, as a new run; the collectors' budget paces them as any work.

    tmdb dlq redrive --reason "5 attempts"
    """
    opened = open_stage(stage, local=local)
    runs = asyncio.run(_redrive(opened, dataset, reason))
    number = sum(runs.values())
    if as_json:
        print(json.dumps({"redriven": number, "runs": runs}))
    elif not number:
        print("no dead letters to redrive")
    else:
        print(f"redriven: {number:,} ids in {', '.join(runs)}")


@app.command()
def drop(
    dataset: OnlyDataset = None,
    reason: Reason = None,
    yes: Yes = False,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Delete dead letters for good. Their ids stay counted as dead, and the next export asks for them again.

    tmdb dlq drop --reason "The ID is invalid"
    """
    opened = open_stage(stage, local=local)
    letters = _taken(opened, dataset, reason)
    try:
        sure = yes or not letters or typer.confirm(f"Delete {len(letters):,} dead letters?")
    except BaseException:
        _give_back(opened, letters)
        raise
    if not sure:
        _give_back(opened, letters)
        raise Failure("nothing was deleted")
    _delete(opened, letters)
    print(json.dumps({"dropped": len(letters)}) if as_json else f"dropped: {len(letters):,} dead letters")


async def _redrive(stage: Stage, dataset: str | None, reason: str | None) -> dict[str, int]:
    """Ids by the run that they are in now."""
    runs: dict[str, int] = {}
    async with stage.aws() as aws:
        queue, state = SqsQueue(stage.output("QueueUrl"), aws), State(stage.output("StateTable"), aws)
        while letters := _taken(stage, dataset, reason, _HANDFUL, but=runs):
            own: dict[str, list[Letter]] = {}
            for letter in letters:
                own.setdefault(letter.item.dataset if letter.item else "", []).append(letter)
            _give_back(stage, own.pop("", []))
            if not own:
                break
            for name, some in sorted(own.items()):
                ids = sorted({id for letter in some if letter.item for id in letter.item.ids})
                try:
                    run = await send_run(name, ids, queue, state)
                except Retry as error:
                    raise Failure(f"{error}; no letter was deleted for it: run it again in some minutes") from error
                _delete(stage, some)
                runs[run] = len(ids)
    return runs


def _looked_at(stage: Stage, dataset: str | None, reason: str | None) -> list[Letter]:
    """The letters, left in their queue."""
    letters = _taken(stage, dataset, reason)
    _give_back(stage, letters)
    return letters


def _taken(
    stage: Stage, dataset: str | None, reason: str | None, most: int = 1_000_000, *, but: Container[str] = ()
) -> list[Letter]:
    """Receive the letters that match; those that do not, or died in one of the runs `but`, are given back at once."""
    sqs, url = stage.client("sqs"), stage.output("DeadLettersUrl")
    kept: dict[str, Letter] = {}
    others: dict[str, Letter] = {}
    while len(kept) < most:
        found = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=_RECEIVED,
            VisibilityTimeout=_VISIBILITY,
            MessageAttributeNames=["reason"],
            WaitTimeSeconds=_WAIT,
        )
        messages = [message for message in found.get("Messages", []) if message["MessageId"] not in kept | others]
        if not messages:  # none, or those again that took so long that they can be seen again
            break
        for message in messages:
            letter = _letter(message)
            name, run = (letter.item.dataset, letter.item.run) if letter.item else (None, "")
            fits = dataset in (None, name) and (reason or "") in letter.reason and run not in but
            (kept if fits else others)[letter.id] = letter
    _give_back(stage, others.values())
    return list(kept.values())


def _letter(message: dict[str, Any]) -> Letter:
    given = message.get("MessageAttributes", {}).get("reason", {}).get("StringValue", "")
    try:
        item = WorkItem.from_json(message["Body"])
    except BadInput as error:
        return Letter(message["MessageId"], message["ReceiptHandle"], None, given or str(error))
    reason = item.reason if isinstance(item.reason, str) else "its collectors died, or its message came back too often"
    return Letter(message["MessageId"], message["ReceiptHandle"], item, reason)


def _give_back(stage: Stage, letters: Iterable[Letter]) -> None:
    """Let others see the letters again at once; if that fails they are seen again in some minutes."""
    sqs, url = stage.client("sqs"), stage.output("DeadLettersUrl")
    for entries in _entries(letters):
        for entry in entries:
            entry["VisibilityTimeout"] = 0
        sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)


def _delete(stage: Stage, letters: Iterable[Letter]) -> None:
    """Raises Failure when some were not deleted: they were received too long ago, or the queue did not answer."""
    sqs, url = stage.client("sqs"), stage.output("DeadLettersUrl")
    failed = 0
    for entries in _entries(letters):
        failed += len(sqs.delete_message_batch(QueueUrl=url, Entries=entries).get("Failed", ()))
    if failed:
        raise Failure(f"{failed} letters could not be deleted and are there still; run it again, it does no harm")


def _entries(letters: Iterable[Letter]) -> Iterator[list[dict[str, Any]]]:
    for some in batched(letters, _RECEIVED):
        yield [{"Id": str(n), "ReceiptHandle": letter.receipt} for n, letter in enumerate(some)]


def _print(columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column == "ids" else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
