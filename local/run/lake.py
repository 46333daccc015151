"""The lake after the rounds: bronze has become silver by itself; what the nights do to it is done at once.

Compaction and gold are started by the very events that their schedules send. In the end the emulator's Athena is asked
what there is to see.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from lambdas.common.athena import Athena
from lambdas.common.clock import SystemClock
from local.run.deployment import Deployment
from local.run.progress import STALLED_SECONDS, Stalled

QUERY = """SELECT genre, titles, votes, vote_average
FROM (
    SELECT
        genre,
        sum(titles) AS titles,
        sum(votes) AS votes,
        round(sum(vote_average * votes) / sum(votes), 2) AS vote_average
    FROM gold_genre_stats
    WHERE dataset = 'movie'
    GROUP BY genre
)
ORDER BY titles DESC, genre
LIMIT 5"""
_POLL_SECONDS = 0.3
_PATIENCE = 900
"""Seconds that a function has."""


def fill(world: Deployment, console: Console) -> None:
    """Wait for silver, then make current rows and gold of it, and show some. Raises Stalled."""
    console.print("[bold]lake[/bold]")
    columns = (TextColumn("  {task.description:<18}"), BarColumn(28), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        objects = len(list(world.lake.glob("bronze/**/*.jsonl.gz")))
        bar = progress.add_task("bronze to silver", total=objects)
        for waiting in until_done(world, "LakeQueueUrl"):
            progress.update(bar, completed=max(0, objects - waiting))
        rules = world.outputs["LakeRules"].split(",")
        bar = progress.add_task("current and gold", total=len(rules))
        for rule in rules:
            _run(world, rule)
            progress.advance(bar)
    if refused := sum(world.waiting("LakeDeadLettersUrl")):
        console.print(f"{refused} objects of bronze were refused; their dead letters say why", highlight=False)
    _show(world, console)


def until_done(world: Deployment, queue: str) -> Iterator[int]:
    """How many objects wait in a queue, until none does. Raises Stalled when some wait and nothing happens."""
    last, since = (-1, -1), time.monotonic()
    while True:
        waiting = world.waiting(queue)
        yield sum(waiting)
        if waiting != last:
            last, since = waiting, time.monotonic()
        still = time.monotonic() - since
        if sum(waiting) == 0 and still > _POLL_SECONDS:  # an event may be on its way from bucket to queue
            return
        if still > STALLED_SECONDS:
            raise Stalled(f"{sum(waiting)} objects have been waiting in {queue} for {STALLED_SECONDS} s")
        time.sleep(_POLL_SECONDS)


def _run(world: Deployment, rule: str) -> None:
    """Start what a schedule starts, and wait for its end."""
    for target in world.emulator.client("events").list_targets_by_rule(Rule=rule)["Targets"]:
        functions = world.emulator.client("lambda", read_timeout=_PATIENCE, retries={"max_attempts": 0})
        answer = functions.invoke(FunctionName=target["Arn"], Payload=target["Input"])
        if "FunctionError" in answer:
            raise Stalled(f"{rule} failed: {json.load(answer['Payload'])}")


def _show(world: Deployment, console: Console) -> None:
    names, rows = ask(world, QUERY)
    table = Table(title="gold_genre_stats: genres of these movies, by Athena")
    for number, name in enumerate(names):
        table.add_column(name, justify="right" if number else "left")
    for row in rows:
        table.add_row(*(str(value) for value in row))
    console.print(table)


def ask(world: Deployment, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows of a query of the lake's tables, by Athena."""
    client = world.emulator.client("athena")
    athena = Athena(
        client, workgroup=world.outputs["Workgroup"], database=world.outputs["GlueDatabase"], clock=SystemClock()
    )
    names, rows = athena.rows(asyncio.run(athena.run(sql)))
    return names, list(rows)
