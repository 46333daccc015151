"""`tmdb failed`: what failed beside the dead letters of ids: events, objects for the lake and the catalog, alarms.

Each kind has a queue that an alarm watches. A message is deleted only after what does its work again has taken it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Any, Literal, get_args

import typer
from rich.console import Console
from rich.table import Table

from cli.held import Queue, make_sure
from cli.options import Yes
from cli.stage import AsJson, Local, Stage, StageName, open_stage
from cli.trigger import send
from lambdas.common.created import Created
from lambdas.common.errors import BadInput
from lambdas.harvester.event import Event

Kind = Literal["events", "lake", "lake-events", "catalog", "catalog-events", "notices"]
_QUEUES: dict[Kind, str] = {
    "events": "FailedEventsUrl",
    "lake": "LakeDeadLettersUrl",
    "lake-events": "LakeFailedEventsUrl",
    "catalog": "CatalogDeadLettersUrl",
    "catalog-events": "CatalogFailedEventsUrl",
    "notices": "MonitoringFailedEventsUrl",
}
_AGAIN = {"lake": "LakeQueueUrl", "catalog": "CatalogQueueUrl"}
"""Where objects go again, by the first word of their kind."""
_REASONS = ("reason", "ErrorMessage", "ERROR_MESSAGE", "ERROR_CODE")
"""What the lake writer, Lambda and EventBridge call the error, in a message's attributes."""
_SHOWN = 160

Which = Annotated[Kind, typer.Argument(help=f"{', '.join(get_args(Kind))}", metavar="KIND")]
app = typer.Typer(
    help="Failed work: events, and objects for lake and catalog, each with its error.", no_args_is_help=True
)


@dataclass(frozen=True)
class Message:
    """What failed, and why as far as the queue knows."""

    kind: Kind
    receipt: str
    body: str
    reason: str

    @property
    def key(self) -> str | None:
        """The object that it tells of, if any: queues and failed events alike hold EventBridge's own event."""
        try:
            return Created.of(self.body).key
        except BadInput:
            return None


@app.command("list")
def list_failed(stage: StageName = "prod", local: Local = False, as_json: AsJson = False) -> None:
    """Show what has failed, of every kind, and why.

    tmdb failed list
    """
    opened = open_stage(stage, local=local)
    found = [message for kind in _QUEUES for message in _taken(opened, kind)]
    _give_back(opened, found)
    if as_json:
        rows = [{"kind": m.kind, "key": m.key, "body": m.body, "reason": m.reason} for m in found]
        print(json.dumps({"failed": rows}))
    elif not found:
        print("nothing has failed")
    else:
        table = Table(box=None, pad_edge=False)
        for column in ("kind", "what", "why"):
            table.add_column(column, overflow="fold")
        for message in found:
            table.add_row(message.kind, message.key or message.body[:_SHOWN], message.reason[:_SHOWN])
        Console().print(table)


@app.command()
def retry(kind: Which, stage: StageName = "prod", local: Local = False, as_json: AsJson = False) -> None:
    """Have what failed done again: events are put on the bus, objects into their queue.

    tmdb failed retry lake
    """
    opened = open_stage(stage, local=local)
    again = left = 0
    for message in _taken(opened, kind):
        if _done_again(opened, message):
            _queue(opened, kind).delete([message.receipt])
            again += 1
        else:
            _give_back(opened, [message])
            left += 1
    if as_json:
        print(json.dumps({"again": again, "left": left}))
        return
    print(f"again: {again:,}")
    if left:
        print(f"left: {left:,}, which cannot be given again: once looked at, `tmdb failed drop {kind}` them")


@app.command()
def drop(
    kind: Which, yes: Yes = False, stage: StageName = "prod", local: Local = False, as_json: AsJson = False
) -> None:
    """Delete what failed, for good.

    tmdb failed drop notices
    """
    opened = open_stage(stage, local=local)
    found = _taken(opened, kind)
    question = f"Delete {len(found):,} messages?"
    make_sure(question, yes=yes or not found, give_back=lambda: _give_back(opened, found))
    if found:
        _queue(opened, kind).delete(message.receipt for message in found)
    print(json.dumps({"dropped": len(found)}) if as_json else f"dropped: {len(found):,}")


def _taken(stage: Stage, kind: Kind) -> list[Message]:
    """What is in the queue of a kind, each ours alone for some minutes; nothing where the stage has no such queue."""
    if _QUEUES[kind] not in stage.outputs:
        return []
    return [
        Message(kind, message["ReceiptHandle"], message["Body"], _reason(message))
        for messages in _queue(stage, kind).receive()
        for message in messages
    ]


def _queue(stage: Stage, kind: Kind) -> Queue:
    return Queue(stage.client("sqs"), stage.output(_QUEUES[kind]))


def _reason(message: dict[str, Any]) -> str:
    attributes = message.get("MessageAttributes", {})
    return next((attributes[name]["StringValue"] for name in _REASONS if name in attributes), "see `tmdb logs`")


def _done_again(stage: Stage, message: Message) -> bool:
    """Whether somebody took the work; False for what is no work that can be given again. Raises Failure."""
    if message.kind == "events":
        try:
            send([Event.parse(json.loads(message.body))], stage)
        except (ValueError, BadInput):
            return False
        return True
    queue = _AGAIN.get(message.kind.partition("-")[0])
    if queue is None or message.key is None:
        return False
    stage.client("sqs").send_message(QueueUrl=stage.output(queue), MessageBody=message.body)
    return True


def _give_back(stage: Stage, messages: Iterable[Message]) -> None:
    """Let others see them again at once."""
    for kind, some in groupby(messages, key=lambda message: message.kind):  # they come kind by kind
        _queue(stage, kind).give_back(message.receipt for message in some)
