"""Lambda entry of the lake writer.

Trigger: the queue of EventBridge's "Object Created" events of bronze/, a batch at a time. Reads: bronze. Writes:
silver, quarantine, and the dead letters: what no attempt could write goes there at once, with the reason. What another
one may write fails its message alone, which comes back.
"""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from lambdas.common import parquet
from lambdas.common.body import whole_characters
from lambdas.common.created import Created
from lambdas.common.errors import BadInput, PipelineError
from lambdas.common.lake import Lake, bucket
from lambdas.common.metrics import Metric
from lambdas.common.telemetry import emitting, logger, measure
from lambdas.lake_writer.settings import LakeWriterSettings
from lambdas.lake_writer.write import FailingRows, Written, write

_LONGEST_REASON = 1000
"""Characters."""


@logger.inject_lambda_context
@emitting
def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Write the object that each record tells of; gives the ids of messages to deliver again."""
    failures = []
    for record in event["Records"]:
        try:
            _write_or_reject(record, LakeWriterSettings.from_env())
        except Exception as error:  # noqa: BLE001 - an object that trips a bug must not take its neighbours with it
            told = {"message_id": record["messageId"], "reason": f"{type(error).__name__}: {error}"}
            logger.error("object.failed", extra=told, exc_info=not isinstance(error, PipelineError))
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _write_or_reject(record: dict[str, Any], settings: LakeWriterSettings) -> None:
    """Raises whatever another attempt may not see; nothing is counted then."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            key = Created.in_bucket(record["body"], settings.lake_bucket).key
            written = write(key, lake=_lake(), database=_database(), folder=Path(folder))
    except BadInput as error:
        _forward(record["body"], str(error), settings.dead_letters_url)
        logger.error("object.rejected", extra={"message_id": record["messageId"], "reason": str(error)})
        if isinstance(error, FailingRows):
            _report(error.written)
    else:
        _report(written)


def _forward(body: str, reason: str, queue_url: str) -> None:
    """Send a message on to the dead letters as it is, with the reason beside it, as collectors do."""
    import boto3  # seldom needed

    attributes = {"reason": {"DataType": "String", "StringValue": whole_characters(reason[:_LONGEST_REASON])}}
    told = whole_characters(body) or "(empty)"
    boto3.client("sqs").send_message(QueueUrl=queue_url, MessageBody=told, MessageAttributes=attributes)


def _report(written: Written) -> None:
    counts = {
        "processed": written.processed,
        "failed": written.failed,
        "gone": written.gone,
        "unknown_fields": written.unknown_fields,
        "pass_rate": written.pass_rate,
    }
    logger.info("object.written", extra={"dataset": written.dataset, "keys": written.keys, **counts})
    measure(
        {
            Metric.ROWS_PROCESSED: written.processed,
            Metric.ROWS_QUARANTINED: written.failed,
            Metric.PASS_PERCENT: written.pass_rate,
            Metric.UNKNOWN_COLUMNS: written.unknown_fields,
        }
    )


@cache
def _lake() -> Lake:
    return Lake(bucket(LakeWriterSettings.from_env().lake_bucket))


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return parquet.connect(Path(tempfile.gettempdir()), megabytes=LakeWriterSettings.from_env().memory_megabytes)
