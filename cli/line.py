"""`tmdb pause` and `tmdb resume`: the state of the collector's event source mapping is whether the line moves."""

import asyncio
import json
from typing import Annotated, Any

import typer

from cli.errors import Failure
from cli.options import run_name
from cli.stage import AsJson, Local, Stage, StageName, open_stage, short_name
from lambdas.common.state import State


def pause(stage: StageName = "prod", local: Local = False, as_json: AsJson = False) -> None:
    """Take no more work from the queue. What is being collected is brought to its end; messages wait for 14 days.

    tmdb pause --stage prod
    """
    _set(open_stage(stage, local=local), enabled=False, as_json=as_json)


def resume(
    accept: Annotated[
        list[str] | None,
        typer.Option(help="let this run go on, although so much of it is gone or dead", metavar="RUN", parser=run_name),
    ] = None,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Take work from the queue again, once what stopped the line is mended.

    tmdb resume --accept movie-export-20261120T083000Z-1a2b
    """
    opened = open_stage(stage, local=local)
    if accept:
        asyncio.run(_accept(opened, accept))
    _set(opened, enabled=True, as_json=as_json)


def mapping(stage: Stage, output: str = "CollectorFunction") -> dict[str, Any]:
    """The event source mapping of the stage's collector, or of another function that an output names."""
    functions = stage.client("lambda")
    name = stage.output(output)
    found: list[dict[str, Any]] = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    if not found:
        raise Failure(
            f"nothing feeds the {short_name(output)} of stage {stage.name}: `tmdb deploy --stage {stage.name}`"
        )
    return found[0]


def _set(stage: Stage, *, enabled: bool, as_json: bool) -> None:
    set_line(stage, enabled=enabled)
    word = "resumed" if enabled else "paused"
    print(json.dumps({"line": word}) if as_json else f"{word}; AWS takes some seconds to do it")


def set_line(stage: Stage, *, enabled: bool) -> None:
    """Enable or disable the mapping; raises Failure while AWS is about to do either."""
    functions = stage.client("lambda")
    try:
        functions.update_event_source_mapping(UUID=mapping(stage)["UUID"], Enabled=enabled)
    except functions.exceptions.ResourceInUseException as error:
        raise Failure("the line is being paused or resumed at this moment; run it again in a minute") from error


async def _accept(stage: Stage, runs: list[str]) -> None:
    async with stage.aws() as aws:
        state = State(stage.output("StateTable"), aws)
        for run in runs:
            if await state.run(run) is None:
                raise Failure(f"there is no run {run!r}; `tmdb status` names them")
        for run in runs:
            await state.accept(run)
