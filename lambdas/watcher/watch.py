"""What the state table tells of harvests that did not happen, and Lambda of a line that does not move."""

from collections.abc import Mapping

import orjson

from lambdas.common.aws import Aws, Refused
from lambdas.common.datasets import Mode
from lambdas.common.state import RUN_DAYS, Run, State

UNFINISHED_HOURS = 72.0
"""So long an export may be collected, and its next ones be refused: a first mirror takes two days."""
_PAUSED = ("Disabled", "Disabling")


async def overdue(feeds: Mapping[str, float], state: State, now: float) -> dict[str, float]:
    """Hours since the next harvest of each feed was due, 0 where it is not; `feeds` are the hours between two.

    A harvest is a run that the feed's own schedule asked for and whose ids were listed to the end: one by hand tells
    nothing of the schedule. Where there never was one, time counts from when this was asked first. An export that is
    due while another is collected is refused, and due again with the next. A feed whose last run is forgotten
    by then is there for harvests by hand, and never late. Raises Retry.
    """
    listed = [run for run in await state.runs() if run.listed_at is not None]
    late = {}
    for feed, hours in feeds.items():
        runs = [run for run in listed if f"{run.dataset}-{run.mode}" == feed]
        since = max((run.started_at for run in runs if run.scheduled), default=None)
        due = (await state.watched_since(feed, now) if since is None else since) + 3600 * hours
        while any(run.started_at <= due < _collected_until(run, now) for run in runs):
            due += 3600 * hours
        late[feed] = max(0.0, now - due) / 3600 if hours <= 24 * RUN_DAYS else 0.0
    return late


def _collected_until(run: Run, now: float) -> float:
    """Until when a run keeps the next one from being harvested, in Unix seconds."""
    if run.mode != Mode.EXPORT or (not run.done and now - run.started_at >= 3600 * UNFINISHED_HOURS):
        return run.started_at
    return (run.last_at or run.started_at) if run.done else now


async def paused(mapping: str, aws: Aws) -> bool:
    """Whether nothing is taken from the work queue, by a person's will or for a fault. Raises Retry."""
    url = f"{aws.url('lambda')}/2015-03-31/event-source-mappings/{mapping}"
    answer = await aws.request("lambda", "GET", url, headers={})
    if answer.status >= 300:
        raise Refused("Lambda did not tell of the event source mapping", answer)
    return orjson.loads(answer.body)["State"] in _PAUSED
