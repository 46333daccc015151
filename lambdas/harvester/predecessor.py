"""What an export follows: the last one of the same dataset with the same filters, if it is out of the way.

Only dates are remembered. The ids themselves are read again from TMDB's file of that day, which is kept for 3 months.
"""

import datetime as dt
from dataclasses import dataclass

from lambdas.common.errors import PipelineError
from lambdas.common.state import LastExport, Run
from lambdas.common.work import run_started

LISTING_SECONDS = 16 * 60
"""A harvester that has listed for longer than its function may run was cut off."""
QUEUE_SECONDS = 14 * 86_400
"""What has not been settled after this will not be: the queue keeps nothing longer."""
LOST_SECONDS = 3_600
"""What has not been settled after this, with nothing on the queue, was lost with a queue or left it as dead letters."""


class Refusal(PipelineError):
    """The harvest is not done, for a reason that trying again will not change."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """`complete`: day of the last complete export. `refreshed`: day through which all slices were collected.

    `resumed` is the export itself, when an earlier try of the same invocation began it.
    """

    complete: dt.date | None = None
    refreshed: dt.date | None = None
    resumed: LastExport | None = None


def baseline(last: LastExport | None, run: Run | None, *, request: str, now: float, waiting: int) -> Baseline:
    """What an export started by the invocation `request` follows; `run` is that of `last`. Raises Refusal.

    `waiting` messages on the queue tell an export that is being collected from one whose messages were lost with it.
    """
    if last is None:
        return Baseline()
    listed = run is not None and run.listed_at is not None
    if last.request == request and not listed:
        return Baseline(last.complete, last.refreshed, resumed=last)
    if run is not None and run.done:
        full = last.select != "new" or last.complete is None
        return Baseline(last.date, last.date if full else last.refreshed)
    age = now - run_started(last.run).timestamp()
    if not listed and age < LISTING_SECONDS:
        raise Refusal(f"export {last.run} is still listing")
    if run is not None and listed and age < (QUEUE_SECONDS if waiting else LOST_SECONDS):
        raise Refusal(f"export {last.run} is unfinished: {run.settled:,} of {run.harvested:,} ids settled")
    return Baseline(last.complete, last.refreshed)
