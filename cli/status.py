"""`tmdb status`: is it running, how far, how fast, how fresh, what is dead; or as it happens, with --watch."""

import asyncio
import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from cli.errors import Failure
from cli.freshness import Gold, in_gold
from cli.glance import look
from cli.panel import drawn
from cli.stage import AsJson, Local, Stage, StageName, open_stage
from lambdas.common.state import State

_POLL_SECONDS = 2.0


def status(
    watch: Annotated[bool, typer.Option("--watch", "-w", help="go on until Ctrl-C")] = False,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Show the line, runs, queues, dead ids and freshness of a stage, and how much of its rate budget is used.

    tmdb status --watch

    The rate is that of the runs under way, over their lives so far. What lies in the lake is told as of its last night.
    """
    opened = open_stage(stage, local=local)
    asyncio.run(_status(opened, watch=watch, as_json=as_json))


async def _status(stage: Stage, *, watch: bool, as_json: bool) -> None:
    gold, console = _known_to_lake(stage), Console()
    async with stage.aws() as aws:
        state = State(stage.output("StateTable"), aws)
        seen = await look(stage, state, gold)
        if as_json:
            print(json.dumps(seen.to_dict()))
        elif not watch:
            console.print(drawn(seen, console.width))
        else:
            with Live(drawn(seen, console.width), console=console, auto_refresh=False) as live:
                while True:
                    await asyncio.sleep(_POLL_SECONDS)
                    live.update(drawn(await look(stage, state, gold), console.width), refresh=True)


def _known_to_lake(stage: Stage) -> dict[str, Gold]:
    """What gold tells of freshness. A lake that cannot be read hides nothing else."""
    try:
        return in_gold(stage)
    except Failure as failure:
        print(f"tmdb: what lies in the lake is not told: {failure}", file=sys.stderr)
        return {}
