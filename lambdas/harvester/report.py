"""What a harvest shows: one log line, and its counts as metrics."""

from typing import Any

from lambdas.common.metrics import Metric
from lambdas.common.telemetry import logger, measure
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
    measure({Metric.IDS_HARVESTED: result.ids, Metric.HARVESTS_REFUSED: result.refused is not None})


def report_failure(event: Any, error: Exception) -> None:
    """Log a harvest that is to be tried again, and count that nothing came of it; the event may be anything."""
    reason = f"{type(error).__name__}: {error}"
    logger.error("harvest.failed", extra={"event": str(event)[:1000], "reason": reason})
    measure({Metric.IDS_HARVESTED: 0})
