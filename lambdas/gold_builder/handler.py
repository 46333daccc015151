"""Lambda entry of the gold builder.

Trigger: a daily schedule, or by hand with `{"tables": ["genre_stats"], "date": "2026-11-25"}`, both optional. Reads:
silver, current and exports in the lake bucket. Writes: gold, and events that have titles harvested which got too old. A
table that cannot be built keeps its old rows and keeps no other from being built; then the invocation fails, so that
Lambda tries it again.
"""

import asyncio
import datetime as dt
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from lambdas.common.athena import Athena
from lambdas.common.bus import HARVESTS, put
from lambdas.common.clock import SystemClock
from lambdas.common.errors import PipelineError
from lambdas.common.gold import GOLD
from lambdas.common.lake import Lake, bucket
from lambdas.common.lakehouse import Lakehouse
from lambdas.common.metrics import Metric
from lambdas.common.telemetry import emitting, logger, measure
from lambdas.gold_builder.age import events, freshness, too_old
from lambdas.gold_builder.build import Built, build, parse_event
from lambdas.gold_builder.settings import GoldBuilderSettings
from lambdas.gold_builder.unload import unload


@logger.inject_lambda_context
@emitting
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Build the tables of the event; gives how many rows each has."""
    tables, date = parse_event(event, today=dt.datetime.now(dt.UTC).date())
    settings, rows, failed = GoldBuilderSettings.from_env(), {}, []
    with tempfile.TemporaryDirectory() as scratch:
        store = bucket(settings.lake_bucket)
        lakehouse = Lakehouse(store, scratch=scratch, memory_megabytes=settings.memory_megabytes)
        build_one = _builder(settings, lakehouse, Lake(store), Path(scratch), context.aws_request_id)
        for table in tables:
            try:
                rows[table] = build_one(table, date).rows
            except PipelineError as error:
                logger.error("gold.failed", extra={"table": table, "reason": str(error)})
                failed.append(error)
        logger.info("gold.built", extra={"date": date.isoformat(), "rows": rows, "failed": len(failed)})
        measure({Metric.TABLES_FAILED: len(failed)})
        if "freshness" in rows:
            _tell_age(lakehouse, date)
        if tables == list(GOLD) and not failed:  # a night that is tried again asks once
            _refresh(too_old(lakehouse, date, settings.refresh_after_days), settings)
    if failed:
        raise failed[0]
    return rows


def _builder(
    settings: GoldBuilderSettings, tables: Lakehouse, lake: Lake, scratch: Path, build_id: str
) -> Callable[[str, dt.date], Built]:
    """How this function builds a table: by itself, or by asking Athena."""
    if settings.engine == "duckdb":
        return partial(build, tables=tables, lake=lake, scratch=scratch)
    import boto3

    athena = Athena(
        boto3.client("athena"), workgroup=settings.workgroup, database=settings.database, clock=SystemClock()
    )
    on_athena = partial(unload, athena=athena, bucket=settings.lake_bucket, lake=lake, build_id=build_id)
    return lambda table, date: asyncio.run(on_athena(table, date))


def _tell_age(tables: Lakehouse, date: dt.date) -> None:
    """Log and measure how whole and how old each dataset is."""
    found = freshness(tables)
    for row in found:
        measure(row.measures(date))
    logger.info("freshness.measured", extra={"datasets": {row.dataset: row._asdict() for row in found}})


def _refresh(old: dict[str, list[int]], settings: GoldBuilderSettings) -> None:
    """Have titles that got too old harvested. Raises Retry when EventBridge does not take an event."""
    number = sum(map(len, old.values()))
    measure({Metric.IDS_REFRESHED: number})
    if not number:
        return
    import boto3

    bus = boto3.client("events")
    for event in events(old):
        put(bus, HARVESTS, settings.stage, event)
    logger.info("refresh.asked", extra={"ids": {dataset: len(ids) for dataset, ids in old.items()}})
