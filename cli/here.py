"""`tmdb harvest` and `tmdb collect`: a function's own code run here, with a deployed stage's settings and effects.

For who changes the code, or wants to see one message through. The same event or message run again goes on where it was
cut off: an export by its name, a message by its receipt.

Of the stage's rate budget an operator has a share, as large as the harvester's (see RateBudget): with what runs here,
too, nothing goes beyond the budget. So one command at a time runs here.
"""

import asyncio
import hashlib
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import checkpoint, options
from cli.edge import collector_settings, connections, environment, secrets_of
from cli.errors import Failure
from cli.lock import alone
from cli.rehearsal import Note, Rehearsal
from cli.stage import AsJson, Local, Stage, StageName, open_stage
from cli.trigger import event_of
from lambdas.common.aws import Aws
from lambdas.common.clock import SystemClock
from lambdas.common.errors import BadInput
from lambdas.common.http import AiohttpTransport, Transport
from lambdas.common.state import Run, State
from lambdas.common.work import WorkItem
from lambdas.harvester.event import Event
from lambdas.harvester.settings import HarvesterSettings

if TYPE_CHECKING:
    from lambdas.collector.collect import Collected

_SECONDS = 86_400.0
_SHOWN = 60
"""Lines of a rehearsal for people; --json has all."""


@dataclass(frozen=True)
class Tools:
    """What a function is made with here. `notes` is where a rehearsal leaves what would have been done."""

    aws: Aws
    connect: Callable[[int], AiohttpTransport]
    """To what is only read."""
    connect_edge: Callable[[int], Transport]
    notes: list[Note]
    clock: SystemClock


@options.taking(event=event_of)
def harvest(
    event: Event,
    dry_run: options.DryRun = False,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Run the harvester's code here: its ids go onto the stage's queue, unless it is a dry run.

    tmdb harvest --dataset movie --mode export --select new --dry-run

    tmdb harvest --dataset tv --mode sync
    """
    result, notes = asyncio.run(_harvest(open_stage(stage, local=local), event, dry_run=dry_run))
    if as_json:
        print(json.dumps({"result": result, "would": [asdict(note) for note in notes]}))
    else:
        for name, value in result.items():
            print(f"{name}: {value if isinstance(value, str) else json.dumps(value)}")
        _show(notes, dry_run=dry_run)
    if result.get("refused"):
        raise Failure(f"nothing was harvested: {result['refused']}")


async def _harvest(stage: Stage, event: Event, *, dry_run: bool) -> tuple[dict[str, Any], list[Note]]:
    from lambdas.harvester.handler import make_harvester
    from lambdas.harvester.harvest import harvest as harvest_event

    settings = _harvester_settings(stage)
    request = hashlib.sha256(json.dumps(event.to_dict(), sort_keys=True).encode()).hexdigest()[:32]
    async with _tools(stage, dry_run=dry_run) as tools:
        using = make_harvester(
            settings, tools.aws, secrets_of(tools.aws), tools.connect(settings.connections), tools.clock
        )
        deadline = tools.clock.monotonic() + _SECONDS
        result = await harvest_event(event, request=f"here-{request}", deadline=deadline, using=using)
    return {name: value for name, value in result.to_dict().items() if value}, tools.notes


def collect(
    input_file: Annotated[
        Path,
        typer.Option(
            help="a work item, or an event of SQS with some: samples/sample_sqs_message.json",
            exists=True,
            dir_okay=False,
        ),
    ],
    dry_run: options.DryRun = False,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Run the collector's code here on messages from a file: titles go to the stage's edge, unless it is a dry run.

    tmdb collect --input-file samples/sample_sqs_message.json --dry-run

    Messages that were collected before, in this run and at this attempt, are only looked up. What is dead or has to be
    tried again goes to the stage's queues, as it would from Lambda.
    """
    items = _items(input_file)
    done, notes = asyncio.run(_collect(open_stage(stage, local=local), items, dry_run=dry_run))
    results = [_told(item, collected) for item, collected in done]
    if as_json:
        print(json.dumps({"messages": results, "would": [asdict(note) for note in notes]}))
    else:
        for told in results:
            print(", ".join(f"{name}: {value}" for name, value in told.items() if value))
        _show(notes, dry_run=dry_run)
    if stopped := next((told["stopped"] for told in results if told["stopped"]), None):
        raise Failure(f"the line {'would be' if dry_run else 'is'} stopped: {stopped}")


def _items(file: Path) -> list[WorkItem]:
    """The work items in the file. Raises Failure naming what is wrong, before anything is collected."""
    text = file.read_text(encoding="utf-8", errors="replace")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Failure(f"{file} is not JSON: {error}; see samples/sample_sqs_message.json") from error
    try:
        bodies = [record["body"] for record in found["Records"]] if "Records" in found else [text]
    except (KeyError, TypeError) as error:
        raise Failure(f"{file} is neither a work item nor an event of SQS; see samples/") from error
    try:
        return [WorkItem.from_json(body) for body in bodies]
    except BadInput as error:
        raise Failure(f"{file} holds what is {error}; see samples/sample_sqs_message.json") from error


async def _collect(
    stage: Stage, items: list[WorkItem], *, dry_run: bool
) -> tuple[list[tuple[WorkItem, "Collected"]], list[Note]]:
    from lambdas.collector.collect import collect as collect_item
    from lambdas.collector.handler import make_collector

    share = _harvester_settings(stage)
    settings = replace(
        collector_settings(stage), requests_per_second=share.requests_per_second, connections=share.connections
    )
    done = []
    async with _tools(stage, dry_run=dry_run) as tools:
        using = make_collector(settings, tools.aws, secrets_of(tools.aws), tools.connect_edge, tools.clock)
        await _begin(items, using.state)
        for item in items:
            deadline = tools.clock.monotonic() + _SECONDS
            done.append((item, await collect_item(item, receives=1, deadline=deadline, using=using)))
            if done[-1][1].stopped:
                break
    return done, tools.notes


def _harvester_settings(stage: Stage) -> HarvesterSettings:
    return HarvesterSettings.from_env(environment(stage, "HarvesterFunction"))


async def _begin(items: list[WorkItem], state: State) -> None:
    """Make a run of each that no harvester has made: a message of one's own is counted like any other."""
    for name in dict.fromkeys(item.run for item in items):
        if await state.run(name) is None:
            own = [item for item in items if item.run == name]
            run = Run(run=name, dataset=own[0].dataset, mode=own[0].mode.value, started_at=own[0].started.timestamp())
            await state.start_run(run)
            ids = sum(len(item.ids) for item in own)
            await state.listing(replace(run, harvested=ids, messages=len(own), listed_at=time.time()))


def _told(item: WorkItem, collected: "Collected") -> dict[str, Any]:
    receipt = collected.receipt
    return {
        "run": item.run,
        "again": collected.again,
        "stored": len(receipt.stored),
        "unchanged": len(receipt.unchanged),
        "gone": list(receipt.gone),
        "dead": {f"{item.dataset}/{id}": reason for id, reason in receipt.dead.items()},
        "retry": list(receipt.retry),
        "returned": list(receipt.returned),
        "outage": collected.outage,
        "stopped": collected.stopped,
    }


@asynccontextmanager
async def _tools(stage: Stage, *, dry_run: bool) -> AsyncIterator[Tools]:
    notes: list[Note] = []
    with alone(checkpoint.FOLDER / f"{stage.name}-here.lock", _refuse):
        async with stage.aws() as aws, connections() as connect:
            if not dry_run:
                yield Tools(aws, connect, connect, notes, SystemClock())
                return
            rehearsed = replace(aws, transport=Rehearsal(aws.transport, notes))
            yield Tools(rehearsed, connect, lambda number: Rehearsal(connect(number), notes), notes, SystemClock())


def _refuse() -> None:
    raise Failure(
        "another `tmdb harvest` or `tmdb collect` runs here, and they have one share of the rate: wait for it"
    )


def _show(notes: list[Note], *, dry_run: bool) -> None:
    if not dry_run:
        return
    print("nothing was changed; it would")
    for note in notes[:_SHOWN]:
        print(f"  {note.verb} {note.what}")
    if len(notes) > _SHOWN:
        verbs = Counter(note.verb for note in notes[_SHOWN:])
        print(f"  and {', '.join(f'{verb} {number:,} more' for verb, number in verbs.items())}")
