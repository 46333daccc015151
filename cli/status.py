"""`tmdb status`: is it running, how far, how fresh, what is broken; at a glance, or as it happens with --watch."""

import asyncio
import datetime as dt
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cli.line import mapping
from cli.stage import QUEUES, AsJson, Local, Stage, StageName, open_stage
from lambdas.common.datasets import DATASETS
from lambdas.common.state import OUTCOMES, Run, State

_POLL_SECONDS = 2.0
_DEPTHS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")


@dataclass(frozen=True)
class Status:
    """A stage at one moment. `queues` holds (waiting, being worked on, delayed) by name; times are Unix seconds."""

    stage: str
    at: float
    line: str
    runs: list[Run]
    """The last of each dataset and mode, the newest first."""
    queues: Mapping[str, tuple[int, int, int]]
    watermarks: Mapping[str, dt.date]

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        runs = [asdict(run) | {"done": run.done, "per_second": pace(run, self.at)} for run in self.runs]
        depths = {
            name: dict(zip(("waiting", "in_flight", "delayed"), depth, strict=True))
            for name, depth in self.queues.items()
        }
        watermarks = {name: day.isoformat() for name, day in self.watermarks.items()}
        return {"stage": self.stage, "line": self.line, "runs": runs, "queues": depths, "watermarks": watermarks}


def status(
    watch: Annotated[bool, typer.Option("--watch", "-w", help="go on until Ctrl-C")] = False,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Show runs, queues and freshness of a stage.

    tmdb status --watch
    """
    opened = open_stage(stage, local=local)
    asyncio.run(_status(opened, watch=watch, as_json=as_json))


async def _status(stage: Stage, *, watch: bool, as_json: bool) -> None:
    async with stage.aws() as aws:
        state = State(stage.output("StateTable"), aws)
        if as_json:
            print(json.dumps((await look(stage, state)).to_dict()))
        elif not watch:
            Console().print(drawn(await look(stage, state)))
        else:
            with Live(drawn(await look(stage, state)), auto_refresh=False) as live:
                while True:
                    await asyncio.sleep(_POLL_SECONDS)
                    live.update(drawn(await look(stage, state)), refresh=True)


async def look(stage: Stage, state: State) -> Status:
    """What there is to see of the stage now."""
    newest: dict[tuple[str, str], Run] = {}
    for run in sorted(await state.runs(), key=lambda run: run.started_at):
        newest[run.dataset, run.mode] = run
    watermarks = {name: await state.watermark(name) for name, dataset in DATASETS.items() if dataset.changes}
    return Status(
        stage=stage.name,
        at=time.time(),
        line=mapping(stage)["State"].lower(),
        runs=sorted(newest.values(), key=lambda run: -run.started_at),
        queues={name: depth(stage, output) for name, output in QUEUES.items() if output in stage.outputs},
        watermarks={name: day for name, day in watermarks.items() if day},
    )


def depth(stage: Stage, output: str) -> tuple[int, int, int]:
    """Messages of a queue that wait, are being worked on, and are delayed, as nearly as SQS knows."""
    url = stage.output(output)
    found = stage.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=list(_DEPTHS))["Attributes"]
    waiting, working, delayed = (int(found[name]) for name in _DEPTHS)
    return waiting, working, delayed


def pace(run: Run, now: float) -> float:
    """Titles a second of a run, over its life so far."""
    ended = (run.last_at or now) if run.done else now
    return round(run.settled / max(ended - run.started_at, 1.0), 1)


def drawn(status: Status) -> RenderableType:
    """The status for a person."""
    moves = status.line == "enabled"
    head = Text.assemble(
        f"stage {status.stage}: the line ",
        ("moves", "green") if moves else (f"is {status.line}; mend what stopped it, then `tmdb resume`", "bold red"),
    )
    return Group(head, _runs(status), _queues(status), _freshness(status))


def _runs(status: Status) -> Table:
    table = Table(box=None, pad_edge=False, title="last runs", title_justify="left", title_style="bold")
    for column in ("run", "started", "", "ids"):
        table.add_column(column)
    for column in (*OUTCOMES, "per second", "left"):
        table.add_column(column, justify="right")
    for run in status.runs:
        outcomes = [f"{getattr(run, name):,}" if getattr(run, name) else "" for name in OUTCOMES]
        if run.dead:
            outcomes[-1] = f"[red]{outcomes[-1]}[/red]"
        table.add_row(
            f"{run.dataset} {run.mode}",
            f"{_utc(run.started_at):%m-%d %H:%M}",
            ProgressBar(total=max(run.harvested, 1), completed=run.settled, width=16),
            f"{run.settled:,}/{run.harvested:,}{'' if run.listed_at else '+'}",
            *outcomes,
            f"{pace(run, status.at):,.1f}",
            _left(run, status.at),
        )
    return table


def _left(run: Run, now: float) -> str:
    if run.done:
        return "done"
    speed = pace(run, now)
    return str(dt.timedelta(seconds=round((run.harvested - run.settled) / speed))) if speed else "?"


def _queues(status: Status) -> Table:
    table = Table(box=None, pad_edge=False, title="queues", title_justify="left", title_style="bold")
    table.add_column("queue")
    for column in ("waiting", "in flight", "delayed"):
        table.add_column(column, justify="right")
    for name, (waiting, working, delayed) in status.queues.items():
        bad = waiting and name in ("dead letters", "failed events")
        table.add_row(name, f"{waiting:,}", f"{working:,}", f"{delayed:,}", style="red" if bad else None)
    return table


def _freshness(status: Status) -> Table:
    table = Table(box=None, pad_edge=False, title="freshness", title_justify="left", title_style="bold")
    table.add_column("dataset")
    table.add_column("changes known through")
    for name, day in status.watermarks.items():
        table.add_row(name, day.isoformat())
    return table


def _utc(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
