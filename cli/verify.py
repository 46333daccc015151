"""`tmdb verify`: whether a deployed stage can do its work, each thing tried for real, before anybody relies on it."""

import asyncio
import json
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from cli.checks import CHECKS, Tried
from cli.errors import Failure, of_aws
from cli.stage import AsJson, Local, Stage, StageName, open_stage
from lambdas.common.errors import PipelineError


class Check(NamedTuple):
    """One thing that was tried. `said` is what there is to say of it, good or bad."""

    name: str
    good: bool
    said: str


def verify(stage: StageName = "prod", local: Local = False, as_json: AsJson = False) -> None:
    """Try everything that is deployed, from the stacks' resources to what readers find at the edge.

    tmdb verify --stage prod

    It costs some requests, and wakes the catalog's database, which it waits for up to a minute.
    """
    opened = open_stage(stage, local=local)
    checks = asyncio.run(_all(opened))
    failed = [check for check in checks if not check.good]
    if as_json:
        print(json.dumps({"good": not failed, "checks": [check._asdict() for check in checks]}))
    else:
        table = Table(box=None, pad_edge=False, show_header=False)
        for check in checks:
            table.add_row("[green]✓[/green]" if check.good else "[red]✗[/red]", check.name, check.said)
        Console().print(table)
    if failed:
        raise Failure(f"{len(failed)} of {len(checks)} checks failed, the first: {failed[0].name}: {failed[0].said}")


async def _all(stage: Stage) -> list[Check]:
    return [await _check(name, tried, stage) for name, tried in CHECKS.items()]


async def _check(name: str, tried: Tried, stage: Stage) -> Check:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return Check(name, True, await tried(stage))
    except (Failure, PipelineError, BotoCoreError, ClientError) as error:
        said = of_aws(error) if isinstance(error, BotoCoreError | ClientError) else str(error)
        return Check(name, False, said)
