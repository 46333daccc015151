"""What a harvest shows: one log line, and its counts as metrics."""

from typing import Any

from lambdas.common.datasets import DATASETS
from lambdas.common.telemetry import count, logger
from lambdas.harvester.run import Result


def report(result: Result) -> None:
    """Log and count; a refusal or a warning is a line to look at."""
    fields = result.to_dict()
    if result.refused:
        logger.warning("harvest.refused", extra=fields)
    elif result.warnings:
        logger.warning("harvest.finished", extra=fields)
    else:
        logger.info("harvest.finished", extra=fields)
    count(
        result.dataset,
        ids_harvested=result.ids,
        messages_sent=result.messages,
        lines_rejected=result.rejected,
        harvest_warnings=len(result.warnings),
        harvest_refused=int(result.refused is not None),
    )


def report_failure(event: Any, error: Exception) -> None:
    """Log and count a harvest that is to be tried again; the event may be anything."""
    reason = f"{type(error).__name__}: {error}"
    logger.error("harvest.failed", extra={"event": str(event)[:1000], "reason": reason})
    dataset = event.get("dataset") if isinstance(event, dict) else None
    known = isinstance(dataset, str) and dataset in DATASETS
    count(str(dataset) if known else "unknown", harvest_failed=1)
