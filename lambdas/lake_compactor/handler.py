"""Lambda entry of the lake compactor.

Trigger: a schedule, daily, and the bus: one that its time does not suffice for has the next one go on. Reads and
writes: silver, quarantine and current rows in the lake. An event may say `until`, the last day whose files are merged,
else yesterday, as today's still arrive; and the `datasets` (or `season`) to bring up to date, else all.
"""

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from lambdas.common import parquet
from lambdas.common.bus import COMPACTIONS, put
from lambdas.common.clock import SystemClock
from lambdas.common.errors import BadInput
from lambdas.common.lake import Lake, bucket
from lambdas.common.telemetry import logger
from lambdas.lake_compactor.compact import CURRENT, Compacted, compact
from lambdas.lake_compactor.settings import LakeCompactorSettings

RESERVE_SECONDS = 180
"""Kept of an invocation's time for the step at hand."""


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Compact the lake; gives what was done. Unless that is `finished`, another invocation is started to go on.

    Raises Retry, StopTheLine as the lake does, and Retry when there is no other to go on.
    """
    settings = LakeCompactorSettings.from_env()
    clock = SystemClock()
    until, names = last_day(event, datetime.fromtimestamp(clock.time(), UTC).date()), datasets(event)
    deadline = clock.monotonic() + context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    with tempfile.TemporaryDirectory() as folder:
        done = compact(
            lake=Lake(bucket(settings.lake_bucket)),
            database=parquet.connect(Path(folder), megabytes=settings.memory_megabytes),
            folder=Path(folder),
            until=until,
            names=names,
            in_time=lambda: clock.monotonic() < deadline,
        )
    told = _report(until, done)
    if done.continues:
        _continue(event, settings.stage)
    return told


def last_day(event: dict[str, Any], today: date) -> date:
    """The last day to merge. Raises BadInput when `until` is no day, or to come: much would be too old by then."""
    until = event.get("until", f"{today - timedelta(days=1)}")
    try:
        day = date.fromisoformat(until)
    except (TypeError, ValueError) as error:
        raise BadInput(f"until is a day like {today}, not {until!r}") from error
    if day > today:
        raise BadInput(f"until is a day up to {today}, not {until}")
    return day


def datasets(event: dict[str, Any]) -> list[str]:
    """The names to bring up to date. Raises BadInput for one that has no current rows."""
    names = event.get("datasets", list(CURRENT))
    unknown = [name for name in names if name not in CURRENT] if isinstance(names, list) else [names]
    if unknown:
        raise BadInput(f"datasets is a list of {', '.join(CURRENT)}; {unknown[0]!r} is none of them")
    return list(names)


def _continue(event: dict[str, Any], stage: str) -> None:
    """Have the event handled once more."""
    import boto3  # seldom needed

    put(boto3.client("events"), COMPACTIONS, stage, event)


def _report(until: date, done: Compacted) -> dict[str, Any]:
    counts = {"merged": done.merged, "updated": done.updated, "removed": done.removed}
    told = {"until": f"{until}", **counts, "finished": done.finished}
    logger.info("lake.compacted", extra=told)
    return told
