"""Lambda entry of the catalog loader.

Trigger: the catalog's queue, which EventBridge fills with an event for each object made under `drop/` and
`bronze/movie/`. Reads: those objects. Writes: Postgres. A message that fails is reported and comes back; one that can
never succeed ends among the dead letters, for a person to look at.
"""

from functools import cache
from typing import Any

import psycopg

from lambdas.catalog_loader.load import Loaded, load
from lambdas.catalog_loader.objects import Name, S3Objects, named
from lambdas.catalog_loader.settings import CatalogLoaderSettings
from lambdas.catalog_loader.visit import Visit
from lambdas.common.catalog.database import connect, sign_in
from lambdas.common.clock import SystemClock
from lambdas.common.errors import PipelineError
from lambdas.common.telemetry import count, logger, metrics

RESERVE_SECONDS = 10
"""Kept of an invocation's time to report what failed."""
STATEMENT_SECONDS = 60
"""For a thousand rows, which take a fraction of a second."""
_MOST_TOLD = 50
"""Spellings in one line of the log."""


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Load the object of each record; gives the ids of messages to deliver again."""
    clock, objects, failures = SystemClock(), _objects(), []
    deadline = clock.monotonic() + context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    with Visit(_connect, lambda: deadline - clock.monotonic()) as visit:
        for record in event["Records"]:
            try:
                name = named(record["body"], _settings().lake_bucket)
                report(name, load(name, objects, visit.connected))
            except PipelineError as error:
                count("movie", objects_failed=1)
                logger.error("object.failed", extra={"message_id": record["messageId"], "reason": str(error)})
                failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def report(name: Name, loaded: Loaded | None) -> None:
    """One line and the counts of an object."""
    if loaded is None:
        logger.warning("object.missing", extra={"object": str(name)})
        return
    counts = {"stored": loaded.stored, "unchanged": loaded.unchanged, "removed": loaded.removed}
    logger.info("object.loaded", extra={"object": str(name), **counts, **_unusual(loaded)})
    count("movie", objects_loaded=1, rows_stored=loaded.stored, rows_rejected=loaded.rejected)


def _unusual(loaded: Loaded) -> dict[str, Any]:
    most = dict(loaded.respelled.most_common(_MOST_TOLD))
    return {"rejected": loaded.rejected, "respelled": most} if loaded.rejected or most else {}


@cache
def _settings() -> CatalogLoaderSettings:
    return CatalogLoaderSettings.from_env()


@cache
def _objects() -> S3Objects:
    import boto3
    from botocore.config import Config

    return S3Objects(
        boto3.client("s3", config=Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard"}))
    )


def _connect() -> psycopg.Connection:
    password = sign_in(_settings(), SystemClock())
    return connect(_settings(), statement_seconds=STATEMENT_SECONDS, password=password)
