"""`tmdb logs`: what the functions wrote, a line an event, newest last."""

import datetime as dt
import json
import time
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from cli.errors import Failure
from cli.stage import AsJson, Local, Stage, StageName, open_stage

_POLL_SECONDS = 2
_SHOWN_FIRST = ("level", "message")
_HIDDEN = {
    "timestamp", "service", "location", "cold_start", "function_name", "function_memory_size", "function_arn",
    "function_request_id", "xray_trace_id", "sampling_rate",
}  # fmt: skip


def logs(
    function: Annotated[str | None, typer.Argument(help="harvester, collector, ...; all unless told otherwise")] = None,
    since: Annotated[int, typer.Option(help="minutes back", min=1)] = 60,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="go on until Ctrl-C")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Lambda's own lines too")] = False,
    stage: StageName = "prod",
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Show what the functions logged.

    tmdb logs collector --since 15

    tmdb logs --follow
    """
    opened = open_stage(stage, local=local)
    groups = _groups(opened, function)
    client = opened.client("logs")
    last = {name: int((time.time() - 60 * since) * 1000) for name in groups}
    seen: set[tuple[int, str, str]] = set()
    while True:
        found = {
            (event["timestamp"], name, event["message"])
            for name, group in groups.items()
            for event in _events(client, group, last[name])
        }
        found, seen = found - seen, found
        for timestamp, name, message in sorted(found):
            last[name] = max(last[name], timestamp)
            if line := _line(timestamp, name, message, everything=everything, as_json=as_json):
                print(line, flush=True)
        if not follow:
            return
        time.sleep(_POLL_SECONDS)


def _groups(stage: Stage, function: str | None) -> dict[str, str]:
    names = stage.functions
    if function is not None:
        if function not in names:
            raise Failure(f"stage {stage.name} has no function {function!r}, only {', '.join(names)}")
        names = {function: names[function]}
    lambdas = stage.client("lambda")
    return {
        short: lambdas.get_function_configuration(FunctionName=name)["LoggingConfig"]["LogGroup"]
        for short, name in names.items()
    }


def _events(client: Any, group: str, start: int) -> Iterator[dict[str, Any]]:
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=start)
    for page in pages:
        yield from page["events"]


def _line(timestamp: int, function: str, message: str, *, everything: bool, as_json: bool) -> str | None:
    """One line for people or programs; None for what Lambda itself has to say."""
    try:
        fields = json.loads(message)
    except ValueError:
        fields = None
    if not isinstance(fields, dict) or "_aws" in fields:  # no line of ours, or a metric
        if not everything:
            return None
        fields = {"message": message.rstrip()}
    if as_json:
        return json.dumps({"at": timestamp / 1000, "function": function, **fields})
    at = dt.datetime.fromtimestamp(timestamp / 1000, dt.UTC)
    level, said = (str(fields.get(name, "")) for name in _SHOWN_FIRST)
    rest = " ".join(
        f"{name}={value}"
        for name, value in fields.items()
        if name not in _HIDDEN and name not in _SHOWN_FIRST and value not in (0, "", None, False)
    )
    return f"{at:%H:%M:%S} {function:<10} {level:<7} {said} {rest}".rstrip()
