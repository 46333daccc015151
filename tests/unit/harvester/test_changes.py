"""A day of the changes feed: followed to its end whatever it says of its length, and trusted in nothing."""

from typing import Any

import pytest

from lambdas.common.datasets import DATASETS
from lambdas.common.errors import Retry, Throttled
from lambdas.common.http import Response
from lambdas.harvester.changes import Changes, changes
from tests.unit.harvester.world import DAY, TODAY, World

YESTERDAY = TODAY - DAY
UNAVAILABLE = Response(503, {}, b"<html>Back-end server is at capacity</html>")


async def listed(world: World, *, include_adult: bool = False, deadline: float = float("inf")) -> Changes:
    """Yesterday, as listed."""
    return await changes(
        DATASETS["movie"],
        YESTERDAY,
        include_adult=include_adult,
        tmdb=world.using.tmdb,
        clock=world.clock,
        deadline=deadline,
    )


@pytest.mark.parametrize("number", [0, 1, 99, 100, 101, 1320])
@pytest.mark.parametrize(
    ("totals", "rows_a_page"),
    [({}, 100), ({"total_pages": 1, "total_results": 1}, 100), ({"total_pages": 1, "total_results": 1}, 2000)],
    ids=["honest", "understated", "single page"],
)
async def test_every_row(world: World, number: int, totals: dict[str, int], rows_a_page: int) -> None:
    """All ids are found whatever the totals say: right, too small, or all rows in one page said to be one row."""
    world.feed.put(YESTERDAY, *range(1, number + 1))
    world.feed.totals, world.feed.rows_a_page = totals, rows_a_page
    found = await listed(world)
    assert (found.ids, found.rejected, found.cut) == (set(range(1, number + 1)), 0, False)
    assert len(world.feed.asked) <= number // 100 + 1


@pytest.mark.parametrize("totals", [{"total_pages": 40}, {"total_pages": None}, {"total_pages": "1"}])
async def test_totals_that_are_none(world: World, totals: dict[str, Any]) -> None:
    """A feed that promises more pages than it has ends at the first empty one; nonsense for a total is no total."""
    world.feed.put(YESTERDAY, *range(1, 151))
    world.feed.totals = totals
    assert len((await listed(world)).ids) == 150
    assert len(world.feed.asked) <= 3


async def test_window_of_a_day(world: World) -> None:
    """A day's window ends on the next day, so that the day is in it whether or not the end is."""
    world.feed.put(YESTERDAY, 1)
    world.feed.put(TODAY, 2)
    world.feed.put(YESTERDAY - DAY, 3)
    assert (await listed(world)).ids == {1, 2}


async def test_hostile_rows(world: World) -> None:
    """Rows without a usable id are counted and nothing else; adult ones are left out, unknown ones are not adult."""
    ids = [None, 0, -5, 2**31, 2**40, 1.5, "550", True, [1], {"id": 1}]
    rows: list[Any] = [{"id": id, "adult": False} for id in ids] + [None, 7, "x", [], {}]
    good = [{"id": 1, "adult": True}, {"id": 2, "adult": None}, {"id": 3}, {"id": 4, "adult": False}, {"id": 4}]
    world.feed.days[YESTERDAY] = rows + good
    found = await listed(world)
    assert (found.ids, found.rejected) == ({2, 3, 4}, len(rows))
    assert (await listed(world, include_adult=True)).ids == {1, 2, 3, 4}


async def test_feed_that_does_not_page(world: World) -> None:
    """A feed that answers every page with the same rows is asked for two pages."""
    world.feed.put(YESTERDAY, *range(1, 131))
    world.feed.deaf, world.feed.rows_a_page = True, 1000
    assert len((await listed(world)).ids) == 130
    assert len(world.feed.asked) == 2


async def test_more_than_can_be_asked_for(world: World) -> None:
    """At page 500 it ends, and says that something is missing."""
    world.feed.put(YESTERDAY, *range(1, 50_102))
    found = await listed(world)
    assert (len(found.ids), found.cut) == (50_000, True)
    assert world.feed.asked[-1] == (YESTERDAY, 500)


@pytest.mark.parametrize("fault", [UNAVAILABLE, Retry("GET failed"), Response(200, {}, b'{"results":{}}')])
async def test_fault_on_a_page(world: World, fault: Any) -> None:
    """A page that fails is asked for again after a while; the pages before it are not."""
    world.feed.put(YESTERDAY, *range(1, 151))
    world.feed.faults = [fault] * 3
    assert len((await listed(world)).ids) == 150
    assert [page for _, page in world.feed.asked] == [1, 1, 1, 1, 2]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(UNAVAILABLE, "TMDB answered 503"), (Response(404, {}, b'{"status_code":34}'), "movie/changes has no results")],
)
async def test_feed_that_stays_away(world: World, fault: Response, reason: str) -> None:
    """A page that fails four times is an error to try again later."""
    world.feed.faults = [fault] * 4
    with pytest.raises(Retry, match=reason):
        await listed(world)


async def test_deadline(world: World) -> None:
    """Pages are not asked for past the deadline."""
    world.feed.put(YESTERDAY, *range(1, 1001))
    world.feed.seconds = 10
    with pytest.raises(Throttled, match="deadline"):
        await listed(world, deadline=world.clock.now + 35)
    assert len(world.feed.asked) == 4
