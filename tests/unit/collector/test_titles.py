"""A title with its seasons, as objects at the edge."""

import pytest

from lambdas.collector.bronze import Recording
from lambdas.collector.content import content_digest
from lambdas.collector.edge import TooOld
from lambdas.collector.titles import collect_title
from lambdas.common import codec
from lambdas.common.datasets import DATASETS
from lambdas.common.errors import Retry
from lambdas.common.receipts import Stored
from tests.unit.collector.world import NOW, World, item

TV_RUN = "tv-export-20260921T130000Z-00ff"


def show(*numbers: int, listed: tuple[int, ...] | None = None) -> dict[str, object]:
    """A tv body with these seasons appended, listing the same or `listed`."""
    rows = [{"id": 100 + n, "season_number": n} for n in (numbers if listed is None else listed)]
    parts = {f"season/{n}": {"id": 100 + n, "season_number": n, "episodes": []} for n in numbers}
    return {"id": 7, "name": "Show", "seasons": rows, **parts}


def season(number: int) -> str:
    """Edge key of a season."""
    return f"tv/7/season/{number}.pb.lz4"


async def test_seasons_become_objects_of_their_own(world: World) -> None:
    """Seasons leave the title's body, are stored before it, and keep their fetch time."""
    world.transport.put("tv/7", show(0, 1, 2))
    collected = await world.collect(item(7, dataset="tv", run=TV_RUN))
    assert world.edge.writes == [season(0), season(1), season(2), "tv/7.pb.lz4"]
    assert "season/1" not in world.title("tv/7.pb.lz4", "tv")
    assert world.title(season(2), "season") == {"id": 102, "season_number": 2, "episodes": []}
    assert codec.metadata(world.edge.objects[season(2)]).fetched_at == int(NOW)
    assert collected.titles[7].seasons == 3
    assert isinstance(collected.receipt.stored[7], Stored)


async def test_unchanged_title_is_not_stored_again(world: World) -> None:
    """Where the edge can compare, a title with the same bodies costs no write, seasons included, and is counted so."""
    world.edge.compares = True
    world.transport.put("tv/7", show(*range(12)))
    await world.collect(item(7, dataset="tv", run=TV_RUN))
    writes = len(world.edge.writes)
    collected = await world.collect(item(7, dataset="tv", run=TV_RUN, attempt=1))
    assert collected.receipt.unchanged.keys() == {7} and not collected.receipt.stored
    assert len(world.edge.writes) == writes == 13
    world.transport.put("tv/7", {**show(*range(12)), "season/11": {"id": 111, "season_number": 11, "name": "New"}})
    await world.collect(item(7, dataset="tv", run=TV_RUN, attempt=2))
    assert len(world.edge.writes) == 26, "a change in a season of a further call is a change of the title"
    run = await world.state.run(TV_RUN)
    assert run and (run.stored, run.unchanged, run.settled) == (2, 1, 3)


async def test_seasons_past_the_first_call(world: World) -> None:
    """Seasons that do not fit into the detail call come with further calls of up to 20, and count as one title."""
    numbers = (*range(35), 1999)
    world.transport.put("tv/7", show(*numbers))
    await world.collect(item(7, dataset="tv", run=TV_RUN))
    assert {season(n) for n in numbers} | {"tv/7.pb.lz4"} == world.edge.objects.keys()
    assert len(world.transport.asked) == 3


async def test_season_without_a_title_any_more_is_removed(world: World) -> None:
    """Seasons that the title no longer lists are removed; a listed one that is not returned stays and is counted."""
    world.transport.put("tv/7", show(0, 1, 2, 3), show(0, 3, listed=(0, 1, 3)))
    await world.collect(item(7, dataset="tv", run=TV_RUN))
    collected = await world.collect(item(7, dataset="tv", run=TV_RUN, attempt=1))
    assert {season(0), season(1), season(3), "tv/7.pb.lz4"} == world.edge.objects.keys()
    assert collected.titles[7].seasons_missing == 1


async def test_episodes_go_with_their_season(world: World) -> None:
    """An episode that was stored alone is removed with the season that the title no longer has."""
    world.edge.objects = dict.fromkeys(["tv/7/season/1/episode/1.pb.lz4", "tv/7/season/2/episode/1.pb.lz4"], b"")
    world.transport.put("tv/7", show(1, 2), show(2))
    for attempt in (0, 1):
        await world.collect(item(7, dataset="tv", run=TV_RUN, attempt=attempt))
    assert {season(2), "tv/7/season/2/episode/1.pb.lz4", "tv/7.pb.lz4"} == world.edge.objects.keys()


async def test_damaged_title_at_rest_is_replaced(world: World) -> None:
    """A title whose old object is damaged is stored anew like any other."""
    world.edge.objects["tv/7.pb.lz4"] = b"damaged"
    world.transport.put("tv/7", show(1))
    await world.collect(item(7, dataset="tv", run=TV_RUN))
    assert world.title("tv/7.pb.lz4", "tv")["name"] == "Show"


async def test_seasons_of_a_damaged_title_are_removed(world: World) -> None:
    """Where the old title cannot be read, what lies below it tells which seasons there were."""
    world.edge.objects = dict.fromkeys(["tv/7.pb.lz4", season(1), season(2)], b"damaged")
    world.transport.put("tv/7", show(1))
    await world.collect(item(7, dataset="tv", run=TV_RUN))
    assert world.edge.objects.keys() == {"tv/7.pb.lz4", season(1)}


async def test_hostile_season_rows(world: World) -> None:
    """Rows of seasons without a usable number are no reason to fail, and never reach a key or a URL."""
    rows = [{"season_number": None}, {"id": 1}, {"season_number": -1}, {"season_number": 2**31 - 1}]
    world.transport.put("tv/7", {"id": 7, "name": "x", "seasons": rows})
    for attempt in (0, 1):
        await world.collect(item(7, dataset="tv", run=TV_RUN, attempt=attempt))
        assert world.edge.objects.keys() == {"tv/7.pb.lz4"}
    assert not world.queue.sent


async def test_old_body_is_fetched_again(world: World) -> None:
    """A body that a store refuses as too old is fetched again, and retried later when that happens every time."""
    world.movies(1)
    put, refusals = world.edge.put, iter([True, False])

    async def slow_way(key: str, blob: bytes, *, fetched_at: int, digest: str = "") -> None:
        if next(refusals, True):
            world.clock.advance(40)
            raise TooOld(key)
        await put(key, blob, fetched_at=fetched_at)

    world.edge.put = slow_way  # type: ignore[method-assign]  # the way takes 40 s now and then
    title = await _collect_movie(world)
    assert title and title.stored.fetched_at == int(NOW) + 40
    with pytest.raises(TooOld):
        await _collect_movie(world)
    assert len(world.transport.asked) == 2 + 3


async def _collect_movie(world: World):  # type: ignore[no-untyped-def]  # what collect_title gives
    return await _collect(world, "movie", 1)


async def _collect(world: World, dataset: str, id: int):  # type: ignore[no-untyped-def]  # what collect_title gives
    return await collect_title(
        DATASETS[dataset],
        id,
        tmdb=world.using.tmdb,
        edge=world.edge,
        digest=content_digest(),
        recording=Recording(item(id, dataset=dataset), world.bronze),
        deadline=float("inf"),
    )


async def test_parts_asked_for(world: World) -> None:
    """A title is one call with all its parts appended, and at most 20 of them."""
    asked: list[str] = []
    request = world.transport.request

    async def remember(method: str, url: str, **options: object):  # type: ignore[no-untyped-def]
        asked.append(url)
        return await request(method, url, **options)

    world.transport.request = remember  # type: ignore[method-assign]
    for dataset in [dataset for dataset in DATASETS.values() if not dataset.paged and not dataset.found_by]:
        asked.clear()
        world.transport.put(f"{dataset.path}/7", {"id": 7})
        await _collect(world, dataset.name, 7)
        (url,) = asked
        parts = url.partition("append_to_response=")[2].split(",") if dataset.parts else []
        assert parts == [*dataset.parts, *(f"season/{n}" for n in range(dataset.seasons))]
        assert len(parts) <= 20


async def test_a_page_of_a_list(world: World) -> None:
    """A page is asked for by its number below the list's path, and lies there at the edge."""
    body = {"page": 2, "results": [{"id": 1}], "total_pages": 3, "total_results": 41}
    world.transport.put("tv/popular", body)
    assert await _collect(world, "tv_popular", 2)
    assert world.transport.queries == ["page=2"]
    assert world.title("tv/popular/2.pb.lz4", "tv_popular") == body


@pytest.mark.parametrize(
    ("id", "rows", "pages", "gone"),
    [
        (4, [], 3, True),
        (4, [], 4, False),
        (4, [{"id": 1}], 3, False),
        (1, [], 0, False),
        (4, [], None, False),
    ],
)
async def test_a_page_past_the_end_is_gone(
    world: World, id: int, rows: list[object], pages: int | None, gone: bool
) -> None:
    """A page is gone when it is empty and the list ends before it; nothing is when only the totals say so."""
    world.transport.put("tv/popular", {"page": id, "results": rows, "total_pages": pages})
    assert (await _collect(world, "tv_popular", id) is None) == gone


async def test_another_page_than_asked_for_is_not_stored(world: World) -> None:
    """A feed that does not page is noticed."""
    world.transport.put("tv/popular", {"page": 1, "results": [{"id": 1}], "total_pages": 3})
    with pytest.raises(Retry, match="asked for tv_popular 2, TMDB answered with page 1"):
        await _collect(world, "tv_popular", 2)
    assert not world.edge.objects
