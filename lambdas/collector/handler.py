"""Lambda entry of the collector.

Trigger: the work queue, one message at a time. Reads: TMDB, secrets, the state table. Writes: the edge, bronze,
receipts, the work queue (what is left to do) and the dead letters. A message that fails as a whole is reported and
comes back.
"""

import asyncio
import random
from collections.abc import Callable
from functools import cache
from typing import Any

from lambdas.collector.bronze import S3Bronze
from lambdas.collector.collect import Collector, collect
from lambdas.collector.content import content_digest
from lambdas.collector.edge import Edge
from lambdas.collector.edge.bunny import BunnyEdge
from lambdas.collector.edge.s3 import S3Edge
from lambdas.collector.line import MappingLine
from lambdas.collector.report import report, report_failure
from lambdas.collector.settings import CollectorSettings
from lambdas.common import runtime
from lambdas.common.aws import Aws
from lambdas.common.clock import Clock, SystemClock
from lambdas.common.errors import BadInput, PipelineError, Retry
from lambdas.common.http import AiohttpTransport, Transport
from lambdas.common.metrics import Metric
from lambdas.common.pacer import Pacer
from lambdas.common.queue import SqsQueue
from lambdas.common.runtime import Secrets, run
from lambdas.common.state import State
from lambdas.common.telemetry import emitting, logger, measure
from lambdas.common.tmdb import Tmdb
from lambdas.common.work import WorkItem

RESERVE_SECONDS = 15
"""Kept of an invocation's time to put the receipt and send on what is left: most of it is left over."""
LAST_SECONDS = 4
"""Kept of those to put back the message when AWS keeps everybody waiting: no time limit ever ends an invocation."""


@logger.inject_lambda_context
@emitting
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Collect each record; gives the ids of messages to deliver again."""
    return run(_collect_records(event["Records"], context))


async def _collect_records(records: list[dict[str, Any]], context: Any) -> dict[str, Any]:
    using = _collector()  # may take seconds: the time that remains is asked for after it
    ends = using.clock.monotonic() + context.get_remaining_time_in_millis() / 1000
    failures = []
    for record in records:
        try:
            item = WorkItem.from_json(record["body"])
        except BadInput as error:
            await using.dead_letters.forward(record["body"], str(error))
            measure({Metric.FAILED_PERCENT: 100.0})
            logger.error("message.rejected", extra={"message_id": record["messageId"], "reason": str(error)})
            continue
        try:
            receives = int(record["attributes"]["ApproximateReceiveCount"])
            async with asyncio.timeout(ends - LAST_SECONDS - using.clock.monotonic()):
                collected = await collect(item, receives=receives, deadline=ends - RESERVE_SECONDS, using=using)
                await report(item, collected, using)
        except (PipelineError, TimeoutError) as error:
            report_failure(item, error if str(error) else Retry("AWS did not answer in time"))
            if not await _copied_back(item, ends - 1, using):
                failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


async def _copied_back(item: WorkItem, deadline: float, using: Collector) -> bool:
    """Whether a copy waits in the queue instead: received again, the message would look like one that kills."""
    try:
        async with asyncio.timeout(deadline - using.clock.monotonic()):
            await using.queue.send([item], delay=using.outage_delay)
    except (Retry, TimeoutError):
        return False
    return True


@cache
def _collector() -> Collector:
    """The process's collector, with its connections. Called on the loop, where those are made."""
    return make_collector(CollectorSettings.from_env(), runtime.aws(), runtime.secret, _connect, SystemClock())


def _connect(connections: int) -> Transport:
    return AiohttpTransport(connections=connections)


def make_collector(
    settings: CollectorSettings, aws: Aws, secret: Secrets, connect: Callable[[int], Transport], clock: Clock
) -> Collector:
    """A collector as `settings` say. `connect` gives a transport with so many connections."""
    pacer = Pacer(settings.requests_per_second, clock)
    tmdb = connect(settings.connections)
    return Collector(
        tmdb=Tmdb(settings.tmdb_api_url, secret(settings.token_secret), tmdb, pacer, clock),
        edge=make_edge(settings, aws, secret, connect, clock),
        bronze=S3Bronze(settings.lake_bucket, aws) if settings.lake_bucket else None,
        digest=content_digest(settings.volatile.split(",")),
        queue=SqsQueue(settings.queue_url, aws),
        dead_letters=SqsQueue(settings.dead_letters_url, aws),
        state=State(settings.state_table, aws),
        line=MappingLine(settings.mapping_parameter, aws),
        clock=clock,
        random=random.Random(),
        connections=settings.connections,
        retry_delay=settings.retry_delay,
        outage_delay=settings.outage_delay,
    )


def make_edge(
    settings: CollectorSettings, aws: Aws, secret: Secrets, connect: Callable[[int], Transport], clock: Clock
) -> Edge:
    """The edge that `settings` name."""
    if settings.edge_bucket:
        return S3Edge(settings.edge_bucket, aws, rewrite_days=settings.rewrite_days)
    return BunnyEdge(settings.bunny_url, secret(settings.bunny_secret), connect(settings.connections), clock)
