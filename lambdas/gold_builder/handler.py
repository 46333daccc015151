"""Lambda entry of the gold builder.

Trigger: a daily schedule, or by hand with `{"tables": ["genre_stats"], "date": "2026-11-25"}`, both optional. Reads:
silver, current and exports in the lake bucket. Writes: gold. A table that cannot be built keeps its old rows and keeps
no other from being built; then the invocation fails, so that Lambda tries it again.
"""

import asyncio
import datetime as dt
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from lambdas.common.athena import Athena
from lambdas.common.clock import SystemClock
from lambdas.common.errors import PipelineError
from lambdas.common.lake import Lake, bucket
from lambdas.common.lakehouse import Lakehouse
from lambdas.common.telemetry import count, logger, metrics
from lambdas.gold_builder.build import Built, build, parse_event
from lambdas.gold_builder.settings import GoldBuilderSettings
from lambdas.gold_builder.unload import unload


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Build the tables of the event; gives how many rows each has."""
    tables, date = parse_event(event, today=dt.datetime.now(dt.UTC).date())
    rows, failed = {}, []
    with tempfile.TemporaryDirectory() as scratch:
        build_one = _builder(GoldBuilderSettings.from_env(), Path(scratch), context.aws_request_id)
        for table in tables:
            try:
                rows[table] = build_one(table, date).rows
            except PipelineError as error:
                logger.error("gold.failed", extra={"table": table, "reason": str(error)})
                failed.append(error)
    logger.info("gold.built", extra={"date": date.isoformat(), "rows": rows, "failed": len(failed)})
    count("gold", tables_built=len(rows), tables_failed=len(failed))
    if failed:
        raise failed[0]
    return rows


def _builder(settings: GoldBuilderSettings, scratch: Path, build_id: str) -> Callable[[str, dt.date], Built]:
    """How this function builds a table: by itself, or by asking Athena."""
    store = bucket(settings.lake_bucket)
    if settings.engine == "duckdb":
        tables = Lakehouse(store, scratch=str(scratch), memory_megabytes=settings.memory_megabytes)
        return partial(build, tables=tables, lake=Lake(store), scratch=scratch)
    import boto3

    athena = Athena(
        boto3.client("athena"), workgroup=settings.workgroup, database=settings.database, clock=SystemClock()
    )
    on_athena = partial(unload, athena=athena, bucket=settings.lake_bucket, lake=Lake(store), build_id=build_id)
    return lambda table, date: asyncio.run(on_athena(table, date))
