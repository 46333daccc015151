"""Lambda entry of the watcher.

Trigger: a schedule, twice an hour. Reads: runs in the state table, the collector's event source mapping. Writes: the
metrics that tell of what did not happen; a feed that has never run is remembered in the state table.
"""

from typing import Any

from lambdas.common import runtime
from lambdas.common.clock import SystemClock
from lambdas.common.metrics import Metric
from lambdas.common.runtime import run
from lambdas.common.state import State
from lambdas.common.telemetry import emitting, logger, measure
from lambdas.watcher.settings import WatcherSettings
from lambdas.watcher.watch import overdue, paused


@logger.inject_lambda_context
@emitting
def handler(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Look once; gives what was seen. Raises Retry when there was nothing to be seen."""
    return run(_watch(WatcherSettings.from_env()))


async def _watch(settings: WatcherSettings) -> dict[str, Any]:
    aws = runtime.aws()
    late = await overdue(settings.hours, State(settings.state_table, aws), SystemClock().time())
    stands = await paused(settings.mapping, aws)
    for hours in late.values():
        measure({Metric.HOURS_OVERDUE: hours})
    measure({Metric.LINE_PAUSED: stands})
    seen = {"paused": stands, "overdue": {feed: round(hours, 1) for feed, hours in late.items() if hours}}
    logger.info("stage.watched", extra=seen)
    return seen
