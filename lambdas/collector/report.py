"""What a collected batch shows: one log line, its counts as metrics, and each unknown field once a run."""

from lambdas.collector.collect import Collected, Collector
from lambdas.common.errors import Retry
from lambdas.common.metrics import Metric, percent
from lambdas.common.receipts import Receipt
from lambdas.common.telemetry import logger, measure
from lambdas.common.work import WorkItem

_seen: set[tuple[str, str]] = set()
"""(run, field) this process has asked the state table about already."""


async def report(item: WorkItem, collected: Collected, using: Collector) -> None:
    """Log and count; a message that was only seen again counts nothing."""
    receipt = collected.receipt
    if collected.stopped:
        logger.error("line.stopped", extra={"run": item.run, "reason": collected.stopped})
    titles = collected.titles.values()
    unknown = await _first_seen(item, {f"{kind}.{field}" for title in titles for kind, field in title.unknown}, using)
    for field in unknown:
        logger.warning("field.unknown", extra={"run": item.run, "field": field})
    counts = {
        "stored": len(receipt.stored),
        "unchanged": len(receipt.unchanged),
        "gone": len(receipt.gone),
        "dead": len(receipt.dead),
        "retried": len(receipt.retry),
        "returned": len(receipt.returned),
    }
    logger.info(
        "batch.collected",
        extra={
            "run": item.run,
            "dataset": item.dataset,
            "first_id": item.ids[0],
            "attempt": item.attempt,
            "again": collected.again,
            "outage": collected.outage,
            **counts,
            "seasons": sum(title.seasons for title in titles),
        },
    )
    if not collected.again:
        measure(
            {
                Metric.STORED: counts["stored"],
                Metric.UNCHANGED: counts["unchanged"],
                Metric.GONE: counts["gone"],
                Metric.DEAD: counts["dead"],
                Metric.RETRIED: counts["retried"],
                Metric.SEASONS_MISSING: sum(title.seasons_missing for title in titles),
                Metric.UNKNOWN_FIELDS: len(unknown),
                Metric.LINE_STOPPED: bool(collected.stopped),
                Metric.THROTTLED_PERCENT: percent(collected.throttled, collected.answers),
            }
        )
        if item.attempt == 0:  # a later one is of ids that failed before: few, and most of them fail again
            measure({Metric.FAILED_PERCENT: 100.0 if collected.outage else _failed(receipt)})


def report_failure(item: WorkItem, error: Exception) -> None:
    """Log and count a batch of which nothing could be settled: all of it comes back."""
    logger.error("batch.failed", extra={"run": item.run, "first_id": item.ids[0], "reason": str(error)})
    measure({Metric.FAILED_PERCENT: 100.0})


def _failed(receipt: Receipt) -> float:
    failed = len(receipt.retry) + len(receipt.dead)
    return percent(failed, failed + len(receipt.stored) + len(receipt.unchanged) + len(receipt.gone))


async def _first_seen(item: WorkItem, fields: set[str], using: Collector) -> list[str]:
    new = sorted(field for field in fields if (item.run, field) not in _seen)
    _seen.update((item.run, field) for field in new)
    try:
        return [field for field in new if await using.state.first_sight(item.run, field)]
    except Retry:
        return new  # shown twice rather than not at all
