"""Lambda entry of the catalog loader.

Trigger: the catalog's queue, which EventBridge fills with an event for each object made under `drop/` and
`bronze/movie/`. Reads: those objects. Writes: Postgres. A message that fails is reported and comes back; one that can
never succeed ends among the dead letters, for a person to look at.

Or a schedule, or `tmdb purge`: {"purge": {...}} deletes what is too old to be kept.
"""

import time
from functools import cache
from typing import Any

import psycopg

from lambdas.catalog_loader.load import Loaded, load
from lambdas.catalog_loader.objects import Name, S3Objects, named
from lambdas.catalog_loader.purge import purge
from lambdas.catalog_loader.settings import CatalogLoaderSettings
from lambdas.catalog_loader.visit import Visit
from lambdas.common.catalog.database import connect, sign_in
from lambdas.common.clock import SystemClock
from lambdas.common.errors import PipelineError
from lambdas.common.metrics import Metric
from lambdas.common.telemetry import emitting, logger, measure

RESERVE_SECONDS = 10
"""Kept of an invocation's time to report what failed."""
STATEMENT_SECONDS = 60
"""For a thousand rows, which take a fraction of a second."""
_MOST_TOLD = 50
"""Spellings in one line of the log."""


@logger.inject_lambda_context
@emitting
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Load the object of each record, and give the ids of messages to deliver again; or purge, and give the counts."""
    clock = SystemClock()
    deadline = clock.monotonic() + context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    with Visit(_connect, remaining=lambda: deadline - clock.monotonic(), sleep=time.sleep) as visit:
        answer: dict[str, Any] = _batch(event, visit) if "Records" in event else _purged(event, visit, clock.time())
    return answer


def _batch(event: dict[str, Any], visit: Visit) -> dict[str, Any]:
    failed = [record["messageId"] for record in event["Records"] if not _loaded(record, visit)]
    return {"batchItemFailures": [{"itemIdentifier": id} for id in failed]}


def _purged(event: dict[str, Any], visit: Visit, now: float) -> dict[str, int]:
    counts = purge(event.get("purge"), visit, now=now)
    logger.info("catalog.purged", extra={"asked": event["purge"], "rows": counts})
    return counts


def _loaded(record: dict[str, Any], visit: Visit) -> bool:
    """Whether the object that a record names is loaded. Whatever goes wrong with it is no trouble of its neighbours."""
    name = None
    try:
        name = named(record["body"], _settings().lake_bucket)
        report(name, load(name, _objects(), visit.run))
    except Exception as error:  # noqa: BLE001 - also one that nobody foresaw is one message's
        unforeseen = not isinstance(error, PipelineError)
        reason = type(error).__name__ if unforeseen else str(error)
        told = {"message_id": record["messageId"], "object": str(name or "none"), "reason": reason}
        measure({Metric.OBJECTS_FAILED: 1})
        logger.error("object.failed", extra=told, exc_info=unforeseen)
        return False
    return True


def report(name: Name, loaded: Loaded | None) -> None:
    """One line and the counts of an object."""
    if loaded is None:
        logger.warning("object.missing", extra={"object": str(name)})
        return
    counts = {"stored": loaded.stored, "unchanged": loaded.unchanged, "removed": loaded.removed}
    logger.info("object.loaded", extra={"object": str(name), **counts, **_unusual(loaded)})
    measure({Metric.MOVIES_LOADED: loaded.stored, Metric.MOVIES_REJECTED: loaded.rejected})


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
