"""What a collected batch shows: one log line, its counts as metrics, and each unknown field once a run."""

from lambdas.collector.collect import Collected, Collector
from lambdas.common.errors import Retry
from lambdas.common.telemetry import count, logger
from lambdas.common.work import WorkItem

_seen: set[tuple[str, str]] = set()
"""(run, field) this process has asked the state table about already."""


async def report(item: WorkItem, collected: Collected, using: Collector) -> None:
    """Log and count; a message that was only seen again counts nothing."""
    receipt = collected.receipt
    if collected.stopped:
        logger.error("line.stopped", extra={"run": item.run, "reason": collected.stopped})
    titles = collected.titles.values()
    seasons = sum(title.seasons for title in titles)
    missing = sum(title.seasons_missing for title in titles)
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
        },
    )
    if not collected.again:
        stops, throttles = int(bool(collected.stopped)), using.tmdb.take_throttles()
        count(
            item.dataset,
            **counts,
            seasons_stored=seasons,
            seasons_missing=missing,
            unknown_fields=len(unknown),
            throttles=throttles,
            line_stops=stops,
        )


async def _first_seen(item: WorkItem, fields: set[str], using: Collector) -> list[str]:
    new = sorted(field for field in fields if (item.run, field) not in _seen)
    _seen.update((item.run, field) for field in new)
    try:
        return [field for field in new if await using.state.first_sight(item.run, field)]
    except Retry:
        return new  # shown twice rather than not at all
