"""Mode sync from event to queue: no change is missed, however long nobody asked."""

import datetime as dt
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.common.errors import BadInput, Retry, StopTheLine
from lambdas.common.http import Response
from tests.unit.harvester.world import DAY, TODAY, RefusingQueue, World, fresh_world, noon

YESTERDAY = TODAY - DAY
REVOKED = Response(401, {}, b'{"status_code":7,"status_message":"Invalid API key.","success":false}')


def daily(world: World, days: int) -> None:
    """Day n before today, three titles change, one of them on each day."""
    for ago in range(days):
        world.feed.put(TODAY - ago * DAY, 1000 + ago, 7, 2000 + ago)


async def test_first_sync(world: World) -> None:
    """Without a watermark yesterday and today are asked for; their ids go out ascending, each once."""
    daily(world, 3)
    result = await world.sync()
    assert [day for day, _ in world.feed.asked] == [YESTERDAY, TODAY]
    assert sorted(world.queued) == [7, 1000, 1001, 2000, 2001]
    assert all(list(item.ids) == sorted(item.ids) for item in world.queue.items)
    assert (result.ids, result.date, result.continued, result.warnings) == (5, TODAY, False, ())
    run = await world.run(result.run)
    assert (run.harvested, run.messages, run.listed_at) == (5, result.messages, world.clock.now)
    assert await world.state.watermark("movie") == YESTERDAY


async def test_batches(world: World) -> None:
    """A day's ids go out 50 a message, in ascending order."""
    world.feed.put(YESTERDAY, *range(130, 0, -1))
    result = await world.sync()
    assert [len(item.ids) for item in world.queue.items] == [50, 50, 30]
    assert world.queued == list(range(1, 131))
    assert {(item.run, item.mode) for item in world.queue.items} == {(result.run, "sync")}


async def test_twice_a_day(world: World) -> None:
    """Yesterday and today are asked for again each time, as bodies lag behind changes; the watermark stays."""
    daily(world, 3)
    await world.sync()
    world.clock.advance(6 * 3600)
    world.feed.asked.clear()
    await world.sync()
    assert [day for day, _ in world.feed.asked] == [YESTERDAY, TODAY]
    assert await world.state.watermark("movie") == YESTERDAY


async def test_after_weeks_of_silence(world: World) -> None:
    """Every day since the watermark is asked for, in order, and each id goes out once a run."""
    await world.state.move_watermark("movie", TODAY - 25 * DAY)
    daily(world, 30)
    result = await world.sync()
    assert [day for day, _ in world.feed.asked] == [TODAY - ago * DAY for ago in range(24, -1, -1)]
    assert sorted(world.queued) == [7, *range(1000, 1025), *range(2000, 2025)]
    assert (result.ids, await world.state.watermark("movie")) == (51, YESTERDAY)


async def test_nothing_changed(world: World) -> None:
    """A sync that finds nothing is a run all the same, and done."""
    result = await world.sync()
    assert (result.ids, (await world.run(result.run)).done) == (0, True)


async def test_since_and_until(world: World) -> None:
    """Given days are asked for whatever the watermark, which never moves back."""
    await world.state.move_watermark("movie", YESTERDAY)
    daily(world, 30)
    result = await world.sync(since="2026-09-01", until="2026-09-03")
    assert [day.day for day, _ in world.feed.asked] == [1, 2, 3]
    assert result.date == dt.date(2026, 9, 3)
    assert await world.state.watermark("movie") == YESTERDAY


async def test_since_leaves_no_hole(world: World) -> None:
    """Days asked for past the watermark do not move it: the days between would be forgotten."""
    await world.state.move_watermark("movie", TODAY - 10 * DAY)
    await world.sync(since=(TODAY - 5 * DAY).isoformat())
    assert await world.state.watermark("movie") == TODAY - 10 * DAY
    await world.sync(since=(TODAY - 9 * DAY).isoformat(), until=(TODAY - 7 * DAY).isoformat())
    assert await world.state.watermark("movie") == TODAY - 7 * DAY


async def test_future(world: World) -> None:
    """Days to come are refused as a start, and as an end they mean today."""
    with pytest.raises(BadInput, match="since 2026-09-22 is in the future"):
        await world.sync(since="2026-09-22")
    assert (await world.sync(since="2026-09-21", until="2030-01-01")).date == TODAY
    assert await world.state.watermark("movie") is None


async def test_rejected_and_adult(world: World) -> None:
    """Rows without an id are counted in result and run; adult titles come only when asked for."""
    world.feed.days[TODAY] = [{"id": None, "adult": None}, {"id": 1, "adult": True}, {"id": 2, "adult": None}]
    result = await world.sync(since="2026-09-21")
    assert (world.queued, result.rejected, (await world.run(result.run)).rejected) == ([2], 1, 1)
    world.queue.sent.clear()
    await world.sync(since="2026-09-21", include_adult=True)
    assert world.queued == [1, 2]


async def test_out_of_time(world: World) -> None:
    """What there is no time for goes to another invocation, and a run of its own; each can be done by itself."""
    await world.state.move_watermark("movie", TODAY - 11 * DAY)
    daily(world, 12)
    world.feed.seconds = 100
    first = await world.sync(seconds=480)
    (event,) = world.continued
    assert (first.continued, first.date) == (True, TODAY - 8 * DAY)
    assert (event.since, event.dataset, event.mode) == (TODAY - 7 * DAY, "movie", "sync")
    run = await world.run(first.run)
    assert (run.harvested, run.listed_at) == (first.ids, world.clock.now)
    assert await world.state.watermark("movie") == TODAY - 8 * DAY
    while world.continued:
        last = await world.harvest(seconds=480, **world.continued.pop().to_dict())
    assert (last.continued, last.date) == (False, TODAY)
    assert {7, *range(1000, 1011), *range(2000, 2011)} == set(world.queued)
    runs = await world.state.runs()
    assert sum(run.harvested for run in runs) == len(world.queued)
    assert sum(run.messages for run in runs) == len(world.queue.items)
    assert len(runs) > 1 and all(run.listed_at for run in runs)


async def test_two_days_with_the_same_ids(world: World) -> None:
    """A day that another invocation goes on with may have the ids of the day before: both runs are done."""
    world.feed.put(TODAY - DAY)
    world.feed.put(TODAY, 1, 2, 3)
    world.feed.seconds = 300
    await world.sync(seconds=480)
    while world.continued:
        await world.harvest(seconds=480, **world.continued.pop().to_dict())
    assert world.queued == [1, 2, 3, 1, 2, 3]
    await world.collect()
    assert [run.done for run in await world.state.runs()] == [True, True]


async def test_failure_after_some_days(world: World) -> None:
    """What failed after some days is left to another invocation; what was queued before it stays queued and counted."""
    await world.state.move_watermark("movie", TODAY - 5 * DAY)
    daily(world, 6)
    world.use(queue=RefusingQueue(takes=3))
    result = await world.sync()
    (event,) = world.continued
    assert event.since == TODAY - DAY
    assert result.warnings == ("2026-09-20 failed: SQS refused 1 of 10 messages 3 times",)
    assert await world.state.watermark("movie") == TODAY - 2 * DAY
    assert (await world.run(result.run)).messages == 3


async def test_failure_on_the_first_day(world: World) -> None:
    """What fails before anything was queued is an error, and moves no watermark."""
    await world.state.move_watermark("movie", TODAY - 5 * DAY)
    daily(world, 6)
    world.use(queue=RefusingQueue(takes=0))
    with pytest.raises(Retry, match="SQS refused"):
        await world.sync()
    assert not world.continued
    assert await world.state.watermark("movie") == TODAY - 5 * DAY


async def test_rejected_token(world: World) -> None:
    """A rejected token is an error that says so, and nothing is left to another invocation."""
    world.feed.faults = [REVOKED] * 2
    with pytest.raises(StopTheLine, match="Invalid API key"):
        await world.sync()
    assert not world.continued and not await world.state.runs()


async def test_more_than_can_be_asked_for(world: World) -> None:
    """A day with more changes than TMDB tells is a warning; the watermark goes on, as asking again would not help."""
    world.feed.put(YESTERDAY, *range(1, 50_102))
    result = await world.sync(since="2026-09-20", until="2026-09-20")
    assert result.ids == 50_000
    assert result.warnings == ("2026-09-20 has more changes than TMDB tells: the rest waits for an export",)
    assert await world.state.watermark("movie") == YESTERDAY


_changes = st.dictionaries(st.integers(0, 12), st.sets(st.integers(1, 300), max_size=120), max_size=8)


@given(_changes, st.lists(st.integers(1, 5), min_size=1, max_size=4), st.sampled_from([0.0, 40.0, 130.0]))
@settings(max_examples=20)
async def test_no_change_is_missed(days: Mapping[int, set[int]], gaps: Sequence[int], seconds: float) -> None:
    """Whenever sync runs and however slow the feed is, every change from the first sync's yesterday on is queued."""
    with fresh_world() as world:
        for day, ids in days.items():
            world.feed.put(YESTERDAY + day * DAY, *ids)
        world.feed.seconds = seconds
        await world.sync()
        for gap in gaps:
            world.clock.now = noon(world.today + gap * DAY)
            await world.sync(seconds=300)
            while world.continued:
                await world.harvest(seconds=300, **world.continued.pop().to_dict())
        assert set(world.queued) == {
            id for day, ids in days.items() if YESTERDAY + day * DAY <= world.today for id in ids
        }
        assert await world.state.watermark("movie") == world.today - DAY
        assert all(run.listed_at for run in await world.state.runs())
