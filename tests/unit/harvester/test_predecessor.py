"""What an export follows, and what it may not overtake."""

import datetime as dt
from typing import Any

import pytest

from lambdas.common.datasets import Mode
from lambdas.common.state import LastExport, Run
from lambdas.common.work import run_id
from lambdas.harvester.predecessor import Baseline, Refusal, baseline
from tests.unit.harvester.world import DAY, TODAY, noon

STARTED = noon(TODAY - DAY)
RUN = run_id("movie", Mode.EXPORT, STARTED, 255)
COMPLETE, REFRESHED = TODAY - 9 * DAY, TODAY - 19 * DAY


def last(**changes: Any) -> LastExport:
    """The export of yesterday."""
    values = {"select": "due", "request": "r1", "complete": COMPLETE, "refreshed": REFRESHED, **changes}
    return LastExport(run=RUN, date=TODAY - DAY, **values)


def run(**changes: Any) -> Run:
    """Its run."""
    return Run(run=RUN, dataset="movie", mode="export", started_at=STARTED, **changes)


def follow(
    last: LastExport | None, run: Run | None, *, request: str = "r2", after: float = 86_400, waiting: int = 1
) -> Baseline:
    """What an export follows that starts some time after it."""
    return baseline(last, run, request=request, now=STARTED + after, waiting=waiting)


LISTING = run(harvested=5000)
UNFINISHED = run(harvested=5000, listed_at=STARTED + 60, stored=1000, gone=150, dead=50)
DONE = run(harvested=5000, listed_at=STARTED + 60, stored=4950, gone=50)


def test_the_first_export() -> None:
    """The first export follows nothing."""
    assert follow(None, None) == Baseline()


def test_a_done_export_is_the_baseline() -> None:
    """A finished export's day is what the next one starts from."""
    assert follow(last(), DONE) == Baseline(TODAY - DAY, TODAY - DAY)
    assert follow(last(select="all"), DONE, request="r1") == Baseline(TODAY - DAY, TODAY - DAY)


def test_new_alone_refreshes_nothing() -> None:
    """An export of new ids alone leaves due what was due before, unless it was the first: then everything was new."""
    assert follow(last(select="new"), DONE) == Baseline(TODAY - DAY, REFRESHED)
    assert follow(last(select="new", complete=None, refreshed=None), DONE) == Baseline(TODAY - DAY, TODAY - DAY)


def test_an_export_whose_messages_were_lost_is_not_waited_for() -> None:
    """With nothing on the queue for an hour, what is unsettled was lost with a queue; it is selected once more."""
    with pytest.raises(Refusal, match="unfinished"):
        follow(last(), UNFINISHED, after=3_599, waiting=0)
    assert follow(last(), UNFINISHED, after=3_600, waiting=0) == Baseline(COMPLETE, REFRESHED)


@pytest.mark.parametrize("known", [LISTING, None])
def test_a_listing_export_is_not_overtaken(known: Run | None) -> None:
    """While another harvester may still be listing, an export is refused."""
    with pytest.raises(Refusal, match=f"export {RUN} is still listing"):
        follow(last(), known, after=15 * 60)


def test_an_unfinished_export_is_not_overtaken() -> None:
    """While ids of the last export are not settled, the next is refused with their numbers, for the queue's 14 days."""
    with pytest.raises(Refusal, match=f"export {RUN} is unfinished: 1,200 of 5,000 ids settled"):
        follow(last(), UNFINISHED, after=13.9 * 86_400)


@pytest.mark.parametrize(
    ("known", "after"), [(LISTING, 16 * 60), (None, 16 * 60), (UNFINISHED, 14 * 86_400), (LISTING, 14 * 86_400)]
)
def test_an_abandoned_export_counts_for_nothing(known: Run | None, after: float) -> None:
    """An export that was cut off, or is older than what the queue keeps, leaves the days as they were before it."""
    assert follow(last(), known, after=after) == Baseline(COMPLETE, REFRESHED)


@pytest.mark.parametrize("known", [LISTING, None])
@pytest.mark.parametrize("after", [1, 86_400])
def test_the_same_invocation_again(known: Run | None, after: float) -> None:
    """An invocation that is tried again takes up the export it began, with the days it had then."""
    assert follow(last(), known, request="r1", after=after) == Baseline(COMPLETE, REFRESHED, resumed=last())


def test_the_same_invocation_after_it_succeeded() -> None:
    """An event delivered again after all was listed is another export like any other: refused until that is done."""
    with pytest.raises(Refusal, match="unfinished"):
        follow(last(), UNFINISHED, request="r1")


def test_day_of_a_run_is_in_its_id() -> None:
    """A run of which only the id is known still tells when it began."""
    assert dt.datetime.fromtimestamp(STARTED, dt.UTC).strftime("%Y%m%dT%H%M%SZ") in RUN
