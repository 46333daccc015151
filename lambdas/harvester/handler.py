"""Lambda entry of the harvester.

Trigger: a rule per feed, or a put-events with source `tmdb.pipeline`. Reads: TMDB's exports and changes feed, the
secret, the state table. Writes: the work queue, the state table, the lake (ids of exports), and an event when another
invocation must go on. An event that fails is tried again by Lambda and ends among the failed events.
"""

import asyncio
import random
from functools import cache
from typing import Any

from lambdas.common import runtime
from lambdas.common.aws import Aws
from lambdas.common.clock import Clock, SystemClock
from lambdas.common.errors import Retry
from lambdas.common.http import AiohttpTransport
from lambdas.common.pacer import Pacer
from lambdas.common.queue import SqsQueue
from lambdas.common.runtime import Secrets, run
from lambdas.common.state import State
from lambdas.common.telemetry import emitting, logger
from lambdas.common.tmdb import Tmdb
from lambdas.harvester.bus import EventBus
from lambdas.harvester.event import Event
from lambdas.harvester.harvest import harvest
from lambdas.harvester.lake import S3Lake
from lambdas.harvester.report import report, report_failure
from lambdas.harvester.run import Harvester, Result
from lambdas.harvester.settings import HarvesterSettings

RESERVE_SECONDS = 20
"""Kept of an invocation's time to bring the day at hand to an end and start the next invocation."""
LAST_SECONDS = 3
"""Kept of those to fail in order: who is kept waiting by a service is not ended by the time limit."""


@logger.inject_lambda_context
@emitting
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Harvest what the event asks for; gives the result. Raises what makes the event be tried again."""
    seconds = context.get_remaining_time_in_millis() / 1000
    try:
        result = run(_harvest(Event.parse(event), context.aws_request_id, seconds))
    except Exception as error:
        report_failure(event, error)
        raise
    report(result)
    return result.to_dict()


async def _harvest(event: Event, request: str, seconds: float) -> Result:
    using = _harvester()
    deadline = using.clock.monotonic() + seconds - RESERVE_SECONDS
    try:
        async with asyncio.timeout(seconds - LAST_SECONDS):
            return await harvest(event, request=request, deadline=deadline, using=using)
    except TimeoutError as error:
        raise Retry(f"{event.dataset} {event.mode} did not come to its end in {seconds:.0f} s") from error


@cache
def _harvester() -> Harvester:
    """The process's harvester, with its connections. Called on the loop, where those are made."""
    settings = HarvesterSettings.from_env()
    transport = AiohttpTransport(connections=settings.connections)
    return make_harvester(settings, runtime.aws(), runtime.secret, transport, SystemClock())


def make_harvester(
    settings: HarvesterSettings, aws: Aws, secret: Secrets, transport: AiohttpTransport, clock: Clock
) -> Harvester:
    """A harvester as `settings` say."""
    pacer = Pacer(settings.requests_per_second, clock)
    return Harvester(
        tmdb=Tmdb(settings.tmdb_api_url, secret(settings.token_secret), transport, pacer, clock),
        files=transport,
        exports_url=settings.tmdb_exports_url,
        queue=SqsQueue(settings.queue_url, aws),
        state=State(settings.state_table, aws),
        lake=S3Lake(settings.lake_bucket, aws) if settings.lake_bucket else None,
        clock=clock,
        random=random.Random(),
        continue_with=EventBus(settings.stage, aws).put,
        collect_per_second=settings.collect_per_second,
        refresh_days=settings.refresh_days,
    )
