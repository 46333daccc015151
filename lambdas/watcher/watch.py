"""What the state table tells of harvests that did not happen, and Lambda of a line that does not move."""

from collections.abc import Mapping

import orjson

from lambdas.common.aws import Aws, Refused
from lambdas.common.datasets import Mode
from lambdas.common.state import Run, State

UNFINISHED_HOURS = 72.0
"""So long an export may be collected, and its next ones be refused: a first mirror takes two days."""
_PAUSED = ("Disabled", "Disabling")


async def overdue(feeds: Mapping[str, float], state: State, now: float) -> dict[str, float]:
    """Hours since the next harvest of each feed was due, 0 where it is not; `feeds` are the hours between two.

    A harvest is a run whose ids were listed to the end. Where there never was one, time counts from when this was asked
    first. Raises Retry.
    """
    newest: dict[str, Run] = {}
    for run in await state.runs():
        if run.listed_at is not None:
            feed = f"{run.dataset}-{run.mode}"
            newest[feed] = max(run, newest.get(feed, run), key=lambda run: run.started_at)
    late = {}
    for feed, hours in feeds.items():
        last = newest.get(feed)
        since = last.started_at if last else await state.watched_since(feed, now)
        waited = (now - since) / 3600
        collecting = last is not None and last.mode == Mode.EXPORT and not last.done and waited < UNFINISHED_HOURS
        late[feed] = 0.0 if collecting else max(0.0, waited - hours)
    return late


async def paused(mapping: str, aws: Aws) -> bool:
    """Whether nothing is taken from the work queue, by a person's will or for a fault. Raises Retry."""
    url = f"{aws.url('lambda')}/2015-03-31/event-source-mappings/{mapping}"
    answer = await aws.request("lambda", "GET", url, headers={})
    if answer.status >= 300:
        raise Refused("Lambda did not tell of the event source mapping", answer)
    return orjson.loads(answer.body)["State"] in _PAUSED
