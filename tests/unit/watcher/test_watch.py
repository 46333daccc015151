"""The watcher: a harvest that was due and has not happened is late by hours, and a line that stands is seen."""

from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest
from moto import mock_aws

from lambdas.common.datasets import Mode
from lambdas.common.errors import Retry
from lambdas.common.http import Response
from lambdas.common.receipts import Receipt, Stored
from lambdas.common.state import Run, State
from lambdas.common.work import WorkItem, run_id
from lambdas.watcher.settings import WatcherSettings
from lambdas.watcher.watch import overdue, paused
from tests.unit.aws import REGION, aws
from tests.unit.collector.world import make_table

NOW, HOUR = 1_790_000_000.0, 3600.0
FEEDS = {"movie-export": 24.0, "movie-sync": 6.0}


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    """An empty state table on moto."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        make_table("state")
        yield State("state", aws())


async def ran(
    state: State,
    mode: str,
    hours_ago: float,
    *,
    scheduled: bool = True,
    listed: bool = True,
    harvested: int = 0,
    collected: float | None = None,
) -> None:
    """A run of movies that started so long ago; its ids were stored so many hours ago, or are still being collected."""
    started = NOW - hours_ago * HOUR
    name = run_id("movie", Mode(mode), started, 255)
    run = Run(run=name, dataset="movie", mode=mode, scheduled=scheduled, started_at=started, harvested=harvested)
    await state.start_run(run)
    if listed:
        await state.listing(replace(run, listed_at=started))
    if collected is not None:
        item = WorkItem(run=name, dataset="movie", mode=Mode(mode), ids=tuple(range(1, harvested + 1)))
        await state.record(
            item, Receipt(stored={id: Stored(int(started), "") for id in item.ids}), NOW - collected * HOUR
        )


async def test_harvests_in_time_are_not_late(state: State) -> None:
    """The newest run of each feed counts."""
    await ran(state, "export", 47)
    await ran(state, "export", 23)
    await ran(state, "sync", 5.9)
    assert await overdue(FEEDS, state, NOW) == {"movie-export": 0, "movie-sync": 0}


async def test_a_feed_is_late_from_when_its_next_harvest_was_due(state: State) -> None:
    """One feed that stands still is seen beside another that runs; other runs of the dataset make up for nothing."""
    await ran(state, "export", 2)
    await ran(state, "sync", 9)
    await ran(state, "ids", 1)
    assert await overdue(FEEDS, state, NOW) == {"movie-export": 0, "movie-sync": pytest.approx(3)}


async def test_what_is_harvested_by_hand_tells_nothing_of_the_schedule(state: State) -> None:
    """A rule that starts nothing any more is late however often a person harvests, before it was due or after."""
    await ran(state, "sync", 10)
    await ran(state, "export", 30)
    for hours_ago in (5, 3, 1):
        await ran(state, "sync", hours_ago, scheduled=False)
        await ran(state, "export", hours_ago, scheduled=False, harvested=2, collected=hours_ago)
    assert await overdue(FEEDS, state, NOW) == {"movie-export": pytest.approx(6), "movie-sync": pytest.approx(4)}


async def test_a_harvest_that_was_not_listed_to_its_end_is_none(state: State) -> None:
    """A harvester that dies in the middle of its list again and again is late."""
    await ran(state, "sync", 10)
    await ran(state, "sync", 1, listed=False)
    assert (await overdue(FEEDS, state, NOW))["movie-sync"] == pytest.approx(4)


async def test_an_export_may_be_collected_for_three_days(state: State) -> None:
    """Meanwhile its successors are refused, which is no fault; a sync waits for nobody."""
    await ran(state, "export", 70, harvested=1000)
    await ran(state, "sync", 70, harvested=1000)
    assert await overdue(FEEDS, state, NOW) == {"movie-export": 0, "movie-sync": pytest.approx(64)}
    assert (await overdue(FEEDS, state, NOW + 3 * HOUR))["movie-export"] == pytest.approx(49)


@pytest.mark.parametrize("scheduled", [True, False])
async def test_an_export_that_was_refused_is_due_again_with_the_next(state: State, scheduled: bool) -> None:
    """One that took 34 hours has kept the next from being harvested, whoever asked for it; not the one after that."""
    await ran(state, "export", 40, harvested=2, collected=39)
    await ran(state, "export", 39, scheduled=scheduled, harvested=3, collected=5)
    exports = {"movie-export": 24.0}
    assert await overdue(exports, state, NOW) == {"movie-export": 0}
    late = 48 - (39 if scheduled else 40)
    assert await overdue(exports, state, NOW + 10 * HOUR) == {"movie-export": pytest.approx(10 - late)}


async def test_runs_from_before_schedules_were_told_apart_count_as_theirs(state: State) -> None:
    """A stage that is deployed anew has such runs alone, and was looked at first long ago: nothing is late for that."""
    await overdue(FEEDS, state, NOW - 2000 * HOUR)
    await ran(state, "export", 23)
    await ran(state, "sync", 9)
    table = boto3.resource("dynamodb", region_name=REGION).Table("state")
    for run in await state.runs():
        table.update_item(Key={"pk": "RUN", "sk": run.run}, UpdateExpression="REMOVE scheduled")
    assert await overdue(FEEDS, state, NOW) == {"movie-export": 0, "movie-sync": pytest.approx(3)}


async def test_a_feed_that_never_ran_is_late_too(state: State) -> None:
    """Counted from when it was looked for first: rules that were never enabled are found out."""
    assert await overdue(FEEDS, state, NOW) == {"movie-export": 0, "movie-sync": 0}
    assert await overdue(FEEDS, state, NOW + 30 * HOUR) == {"movie-export": pytest.approx(6), "movie-sync": 24}


async def test_a_feed_for_harvests_by_hand_is_never_late(state: State) -> None:
    """Its yearly runs are forgotten before the next: that it was looked for long ago says nothing any more."""
    seldom = {"movie-export": 24 * 365.0}
    await overdue(seldom, state, NOW - 24 * 600 * HOUR)
    assert await overdue(seldom, state, NOW) == {"movie-export": 0}


async def test_no_table_is_no_answer() -> None:
    """Without the state table nothing is said: silence is what the alarm takes for a harvest that did not happen."""
    with mock_aws():
        boto3.client("dynamodb", region_name="us-east-1")
        with pytest.raises(Retry):
            await overdue(FEEDS, State("elsewhere", aws()), NOW)


class Mapping:
    """Lambda's API, which tells of one event source mapping."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def request(self, method: str, url: str, **_: object) -> Response:
        self.asked.append(f"{method} {url}")
        return self.answer


@pytest.mark.parametrize(
    ("said", "stands"),
    [("Enabled", False), ("Enabling", False), ("Creating", False), ("Disabled", True), ("Disabling", True)],
)
async def test_a_line_that_is_disabled_stands(said: str, stands: bool) -> None:
    """Lambda is asked for the mapping, and says in which state it is."""
    api = Mapping(Response(200, {}, b'{"State":"%b"}' % said.encode()))
    assert await paused("the-mapping", aws(api)) is stands
    assert api.asked == ["GET https://lambda.us-east-1.amazonaws.com/2015-03-31/event-source-mappings/the-mapping"]


async def test_a_mapping_that_is_not_told_of_is_no_answer() -> None:
    """Neither moving nor standing is made up."""
    with pytest.raises(Retry, match="event source mapping"):
        await paused("the-mapping", aws(Mapping(Response(403, {}, b'{"message":"no"}'))))


def test_feeds_are_read_from_a_text() -> None:
    """What synth writes into the environment is hours by feed."""
    settings = WatcherSettings(state_table="state", mapping="m", feeds="movie-export=24 movie-sync=0.5")
    assert WatcherSettings.from_env(settings.to_env()).hours == {"movie-export": 24.0, "movie-sync": 0.5}
