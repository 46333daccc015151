"""Mode pages: the pages that a list has, and those that it has no more."""

import pytest

from lambdas.common.errors import Retry
from lambdas.common.http import Response
from tests.unit.harvester.world import World


async def test_every_page_is_queued(world: World) -> None:
    """A list of 51 pages is 51 ids in two messages, asked for with one request."""
    world.feed.lists["tv/popular"] = 51
    result = await world.pages()
    assert world.queued == list(range(1, 52))
    assert (result.ids, result.messages, result.leavers) == (51, 2, 0)
    run = await world.run(result.run)
    assert (run.dataset, run.mode, run.harvested) == ("tv_popular", "pages", 51)
    assert run.listed_at is not None
    assert world.feed.asked_lists == [("tv/popular", 1)]


@pytest.mark.parametrize(("said", "limit", "pages"), [(46_000, None, 500), (46_000, 25, 25), (3, 25, 3), (0, None, 1)])
async def test_pages_are_bounded(world: World, said: int, limit: int | None, pages: int) -> None:
    """TMDB counts more pages than it tells, the limit is a limit, and an empty list has one empty page."""
    world.feed.lists["tv/popular"] = said
    await world.pages(**({"limit": limit} if limit else {}))
    assert world.queued == list(range(1, pages + 1))


async def test_pages_that_a_list_has_no_more_are_checked_once(world: World) -> None:
    """What lay beyond the new end is sent once, as leavers of the run, and no more after that."""
    world.feed.lists["tv/popular"] = 5
    await world.pages()
    world.queue.sent.clear()
    world.feed.lists["tv/popular"] = 3
    result = await world.pages()
    assert world.queued == [1, 2, 3, 4, 5]
    assert result.leavers == (await world.run(result.run)).leavers == 2
    world.queue.sent.clear()
    assert (await world.pages()).leavers == 0
    assert world.queued == [1, 2, 3]


async def test_a_lower_limit_forgets_no_page(world: World) -> None:
    """Pages beyond a limit are left alone while TMDB has them, and checked when it has them no more."""
    world.feed.lists["tv/popular"] = 5
    await world.pages()
    world.queue.sent.clear()
    await world.pages(limit=2)
    assert world.queued == [1, 2]
    world.queue.sent.clear()
    world.feed.lists["tv/popular"] = 3
    await world.pages(limit=2)
    assert world.queued == [1, 2, 4, 5]


async def test_lists_have_their_own_ends(world: World) -> None:
    """One list's pages are not another's."""
    world.feed.lists |= {"tv/popular": 5, "trending/tv/day": 2}
    await world.pages()
    world.queue.sent.clear()
    assert (await world.pages(dataset="tv_trending_day")).leavers == 0
    assert world.queued == [1, 2]


async def test_a_queue_that_fails_leaves_the_end_where_it_was(world: World) -> None:
    """Until the queue took them, pages beyond the end are still to be checked."""
    world.feed.lists["tv/popular"] = 5
    await world.pages()
    world.feed.lists["tv/popular"] = 3
    world.queue.failure = Retry("SQS refused")
    with pytest.raises(Retry):
        await world.pages()
    world.queue.failure = None
    assert (await world.pages()).leavers == 2


@pytest.mark.parametrize("body", [b"{}", b'{"total_pages":null}', b'{"total_pages":"3"}', b'{"total_pages":true}'])
async def test_a_list_that_does_not_say_its_length_is_asked_again(world: World, body: bytes) -> None:
    """A first page that makes no sense is fetched again; when it stays so, nothing is queued."""
    world.feed.lists["tv/popular"] = 2
    world.feed.faults = [Response(200, {}, body)]
    assert (await world.pages()).ids == 2
    world.queue.sent.clear()
    world.feed.faults = [Response(200, {}, body)] * 4
    with pytest.raises(Retry, match="tv/popular does not say how many pages it has"):
        await world.pages()
    assert not world.queue.sent
