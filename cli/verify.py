"""`tmdb verify`: whether a deployed stage can do its work, each thing tried for real, before anybody relies on it."""

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from cli.edge import collector_settings, edge_of, secrets_of
from cli.errors import Failure, of_aws
from cli.line import mapping
from cli.stage import AsJson, Local, Stage, StageName, open_stage
from lambdas.common.clock import SystemClock
from lambdas.common.edge_keys import SUFFIX
from lambdas.common.errors import PipelineError
from lambdas.common.http import AiohttpTransport
from lambdas.common.pacer import Pacer
from lambdas.common.state import State
from lambdas.common.tmdb import Tmdb

_CANARY = f"canary/verify{SUFFIX}"
"""Always the same: what a killed command has left there is removed by the next one, and nobody else looks there."""
_SONG = b"canary"
_OF_QUEUES = ("QueueUrl", "DeadLettersUrl", "FailedEventsUrl")
"""How the outputs of queues end; every stage has these very three."""
_TRIES = 3


class Check(NamedTuple):
    """One thing that was tried. `said` is what there is to say of it, good or bad."""

    name: str
    good: bool
    said: str


def verify(stage: StageName = "prod", local: Local = False, as_json: AsJson = False) -> None:
    """Try everything that the stage needs: functions, queues, state, lake, schedules, the token, the edge, the alarms.

    tmdb verify --stage prod
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
    tries: dict[str, Callable[[Stage], Awaitable[str]]] = {
        "functions": _functions,
        "queues": _queues,
        "state": _state,
        "lake": _lake,
        "line": _line,
        "schedules": _schedules,
        "token": _token,
        "edge": _canary,
        "alarms": _alarms,
    }
    return [await _check(name, tried, stage) for name, tried in tries.items()]


async def _check(name: str, tried: Callable[[Stage], Awaitable[str]], stage: Stage) -> Check:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return Check(name, True, await tried(stage))
    except (Failure, PipelineError, BotoCoreError, ClientError) as error:
        said = of_aws(error) if isinstance(error, BotoCoreError | ClientError) else str(error)
        return Check(name, False, said)


async def _functions(stage: Stage) -> str:
    lambdas = stage.client("lambda")
    for short, name in stage.functions.items():
        state = lambdas.get_function_configuration(FunctionName=name).get("State", "Active")
        if state != "Active":
            raise Failure(f"{short} is {state}; deploy again")
    return f"{', '.join(stage.functions)} are active"


async def _queues(stage: Stage) -> str:
    for output in _OF_QUEUES:
        stage.output(output)
    queues = {name: url for name, url in stage.outputs.items() if name.endswith(_OF_QUEUES)}
    for url in queues.values():
        stage.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return f"{len(queues)} answer"


async def _state(stage: Stage) -> str:
    async with stage.aws() as aws:
        runs = await State(stage.output("StateTable"), aws).runs()
    return f"the table answers, with {len(runs)} runs"


async def _lake(stage: Stage) -> str:
    if "LakeBucket" not in stage.outputs:
        return "the stage has none"
    stage.client("s3").list_objects_v2(Bucket=stage.output("LakeBucket"), MaxKeys=1)
    return "the bucket answers"


async def _line(stage: Stage) -> str:
    state = mapping(stage)["State"]
    if state not in ("Enabled", "Enabling", "Creating", "Updating"):
        raise Failure(f"is {state.lower()}: `tmdb logs collector` says why, `tmdb resume` lets it go on")
    return "moves"


async def _schedules(stage: Stage) -> str:
    pages = stage.client("events").get_paginator("list_rules").paginate(NamePrefix=f"Tmdb-{stage.name}-")
    rules = {rule["Name"]: rule["State"] for page in pages for rule in page["Rules"]}
    for rule in {*stage.output("Rules").split(","), *rules}:
        if rules.get(rule) != "ENABLED":
            state = rules.get(rule, "not there").lower()
            raise Failure(f"rule {rule} is {state}: enable it in EventBridge, or deploy again")
    return f"{len(rules)} rules are enabled"


async def _token(stage: Stage) -> str:
    settings, clock = collector_settings(stage), SystemClock()
    async with stage.aws() as aws:
        transport = AiohttpTransport(connections=1)
        try:
            tmdb = Tmdb(
                settings.tmdb_api_url, secrets_of(aws)(settings.token_secret), transport, Pacer(1, clock), clock
            )
            await tmdb.get("configuration")
        finally:
            await transport.close()
    return "TMDB accepts it"


async def _canary(stage: Stage) -> str:
    """Write an object, read it as the collector and as a reader does, and remove it."""
    blob = _SONG + secrets.token_bytes(58)
    async with edge_of(stage) as edge:
        await edge.delete(_CANARY)
        try:
            for _ in range(_TRIES):  # others may verify at the same time: their canary is as good, and theirs to remove
                await edge.put(_CANARY, blob, fetched_at=int(time.time()))
                back, seen = await edge.get(_CANARY), await _read(stage, _CANARY)
                if _sings(back) and (seen is None or _sings(seen)):
                    break
        finally:
            await edge.delete(_CANARY)
        if not _sings(back):
            raise Failure("an object was written and did not come back as it was")
        if seen is not None and not _sings(seen):
            raise Failure(f"{stage.output('EdgeUrl')} does not serve what lies at the edge; see `edge_url`")
        if await edge.get(_CANARY) == blob:
            raise Failure(f"the object {_CANARY} could not be removed")
    return "an object was written, read back and removed"


def _sings(blob: bytes | None) -> bool:
    return blob is not None and blob.startswith(_SONG)


async def _read(stage: Stage, key: str) -> bytes | None:
    """The object as a reader gets it; None where nobody has said where readers find it."""
    url: Any = stage.outputs.get("EdgeUrl")
    if not url or stage.folder:
        return None
    transport = AiohttpTransport(connections=1)
    try:
        answer = await transport.request("GET", f"{url.rstrip('/')}/{key}")
    finally:
        await transport.close()
    return answer.body


async def _alarms(stage: Stage) -> str:
    topic = stage.output("AlarmTopic")
    pages = stage.client("cloudwatch").get_paginator("describe_alarms").paginate()
    alarms = [alarm for page in pages for alarm in page["MetricAlarms"] if topic in alarm["AlarmActions"]]
    if not alarms:
        raise Failure("no alarm tells anybody; deploy again")
    there = stage.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    heard = sum(item["SubscriptionArn"].startswith("arn:") for item in there)
    red = [alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM"]
    told = f"{heard} hear of them" if heard else "nobody hears of them: `tmdb setup-alerts --email ...`"
    return f"{len(alarms)} wired, {told}" + (f"; ringing: {', '.join(red)}" if red else "")
