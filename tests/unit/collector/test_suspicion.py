"""What the collector does not believe, for which it stops the line; and what it does believe."""

from typing import Any

import pytest

from lambdas.collector.suspicion import SUSPICIOUS_GONE, SUSPICIOUS_UNSEEN
from lambdas.common.datasets import Mode
from lambdas.common.http import Response
from lambdas.common.state import Run
from lambdas.common.work import MAX_ATTEMPTS, WorkItem
from tests.unit.collector.world import GONE, INVALID, NOTHING, NOW, OUTAGE, RUN, World, item, keys, ok

IMDB_RUN = "imdb-ids-20260921T130000Z-00ff"
POINTER = "imdb/tt0133093.pb.lz4"
BAD_REQUEST = Response(400, {}, b'{"success":false,"status_code":22,"status_message":"no"}')


async def harvested(world: World, number: int, leavers: int = 0) -> None:
    """Make the run one of `number` ids, of which some left TMDB's list."""
    run = Run(run=RUN, dataset="movie", mode="export", started_at=NOW, harvested=number, leavers=leavers)
    await world.state.start_run(run)
    await world.state.listing(run)


async def witnessed(world: World) -> None:
    """Let the collector see a title that stays."""
    world.movies(5_000)
    await world.collect(item(5_000))


async def test_what_is_gone_beside_a_witness_is_gone(world: World) -> None:
    """Before it removes anything the collector asks for a title that it just had: that one is there."""
    world.movies(1)
    world.edge.objects = {"movie/2.pb.lz4": b""}
    await world.collect(item(1, 2))
    assert world.transport.asked == ["movie/1", "movie/2", "movie/1"]
    assert world.edge.objects.keys() == {"movie/1.pb.lz4"} and not world.line.stops


async def test_tmdb_that_denies_what_it_just_had_removes_nothing(world: World) -> None:
    """When the witness is gone, too, the line stops before anything is removed; afterwards another one is asked."""
    world.movies(1, 3)
    await world.collect(item(1))
    world.transport.put("movie/1", GONE)
    world.edge.objects["movie/2.pb.lz4"] = b""
    collected = await world.collect(item(2))
    assert "movie 1, which it had a moment ago" in collected.stopped and world.line.stops == 1
    assert world.edge.objects.keys() == {"movie/1.pb.lz4", "movie/2.pb.lz4"}
    assert world.queue.sent == [(item(2), 900)]
    await world.collect(item(2, 3))
    assert world.edge.objects.keys() == {"movie/1.pb.lz4", "movie/3.pb.lz4"} and world.line.stops == 1


async def test_witness_that_cannot_be_asked_postpones_what_is_gone(world: World) -> None:
    """With no answer about the witness what is gone goes out again at the same attempt, and nothing is removed."""
    world.movies(1)
    await world.collect(item(1))
    world.transport.put("movie/1", OUTAGE)
    world.edge.objects["movie/2.pb.lz4"] = b""
    collected = await world.collect(item(2))
    assert not collected.stopped and "movie/2.pb.lz4" in world.edge.objects
    assert world.queue.sent == [(item(2), 900)], "as after an outage: asked at once, it might not answer for days"


async def test_no_time_for_the_witness_is_no_outage(world: World) -> None:
    """What is gone when time is over goes out again at once, as does whatever an invocation has no time for."""
    world.movies(1)
    await world.collect(item(1))
    world.transport.put("movie/1", Response(429, {}, b""))
    world.transport.on_request = lambda path: world.clock.advance(1000 if path == "movie/1" else 0)
    collected = await world.collect(item(2))
    assert not collected.outage and world.queue.sent == [(item(2), 0)]


@pytest.mark.parametrize("first", [[{"id": 1}], []], ids=["whole", "empty"])
async def test_pages_are_gone_beside_a_first_page(world: World, first: list[Any]) -> None:
    """Pages that a list has no more are removed; those of a list that has nothing at all any more stop the line."""
    world.edge.objects = {f"tv/popular/{page}.pb.lz4": b"there" for page in (1, 2, 3)}
    world.transport.put_pages(
        "tv/popular",
        *({"page": n, "results": first, "total_pages": 1} for n in (1,)),
        *({"page": n, "results": [], "total_pages": 1} for n in (2, 3)),
    )
    collected = await world.collect(item(2, 3, dataset="tv_popular"))
    assert collected.stopped == ("" if first else "TMDB says that there is nothing on tv/popular any more")
    assert len(world.edge.objects) == (1 if first else 3)


async def test_a_list_that_tmdb_has_no_more_stops_the_line(world: World) -> None:
    """None of its pages is removed, nor asked for again and again, before a person has looked."""
    world.edge.objects = {f"tv/popular/{page}.pb.lz4": b"there" for page in (1, 2)}
    world.transport.put("tv/popular", GONE)
    collected = await world.collect(item(1, 2, dataset="tv_popular"))
    assert collected.stopped == "TMDB says that there is nothing on tv/popular any more"
    assert len(world.edge.objects) == 2 and world.line.stops == 1


async def test_mass_death_stops_the_line(world: World) -> None:
    """When over half a batch would be dead for one reason, the line stops and nobody is dead."""
    world.movies(*range(1, 51))
    for id in range(1, 31):
        world.transport.put(f"movie/{id}", INVALID)
    await world.collect(item(*range(1, 51)))
    assert world.line.stops == 1 and not world.dead_letters.sent
    assert world.queue.items[0].ids == tuple(range(1, 31)) and world.queue.items[0].attempt == 0
    assert keys(*range(31, 51)) == world.edge.objects.keys()


async def test_a_bug_that_every_id_trips_stops_the_line(world: World) -> None:
    """A bug of ours kills nobody either: at the last attempt it is one reason for all, and the line stops."""
    world.transport.default = RuntimeError("a bug that words it differently for every id")
    world.movies(1, 2)
    collected = await world.collect(item(*range(1, 31), attempt=MAX_ATTEMPTS - 1))
    assert "unexpected RuntimeError at world.py" in collected.stopped
    assert world.line.stops == 1 and not world.dead_letters.sent


async def test_mass_disappearance_stops_the_line(world: World) -> None:
    """When more than 100 ids and 1% of a run are gone, the line stops and not one more object is removed."""
    await harvested(world, 5_000)
    await witnessed(world)
    world.edge.objects |= {f"movie/{id}.pb.lz4": b"kept" for id in range(1, 201)}
    world.transport.default = GONE
    for start in (1, 51):
        await world.collect(item(*range(start, start + 50)))
    assert not world.line.stops and len(world.edge.objects) == 101
    collected = await world.collect(item(*range(101, 151)))
    assert world.line.stops > 0 and "would be gone" in collected.stopped
    assert len(world.edge.objects) == 101 and (await world.run()).gone == SUSPICIOUS_GONE


@pytest.mark.parametrize(
    ("gone", "leavers", "stops"),
    [
        (SUSPICIOUS_UNSEEN - 1, 0, 0),
        (SUSPICIOUS_UNSEEN, 0, 1),
        (SUSPICIOUS_UNSEEN + 4, 5, 0),
        (SUSPICIOUS_UNSEEN + 5, 5, 1),
    ],
)
async def test_who_has_seen_nothing_yet_does_not_believe_in_a_mass_of_gone(
    world: World, gone: int, leavers: int, stops: int
) -> None:
    """A new collector has no title to ask for again: ten gone ids beyond the expected ones are too many for it."""
    await harvested(world, 5_000, leavers=leavers)
    ids = range(1, gone + 1)
    world.edge.objects = {f"movie/{id}.pb.lz4": b"kept" for id in ids}
    world.transport.default = GONE
    await world.collect(item(*ids))
    assert (world.line.stops, len(world.edge.objects)) == (stops, stops * gone)


async def test_leavers_are_expected_to_be_gone(world: World) -> None:
    """Ids that left TMDB's list may all be gone without a word; one that did not stops the line past a hundred."""
    await harvested(world, 5_000, leavers=100)
    await witnessed(world)
    world.transport.default = GONE
    for start in range(1, 201, 50):
        await world.collect(item(*range(start, start + 50)))
    assert (world.line.stops, (await world.run()).gone) == (0, 200)
    await world.collect(item(201))
    assert (world.line.stops, world.queue.items[-1]) == (1, item(201))


async def test_what_a_person_has_accepted_goes_on(world: World) -> None:
    """A run whose gone and dead ids a person has accepted is not stopped for them again."""
    await harvested(world, 5_000)
    await world.state.accept(RUN)
    world.transport.default = GONE
    for start in range(1, 151, 50):
        await world.collect(item(*range(start, start + 50)))
    world.transport.default = INVALID
    await world.collect(item(*range(151, 201)))
    run = await world.run()
    assert not world.line.stops and (run.gone, run.dead) == (150, 50)


def imdb(*ids: int) -> WorkItem:
    """A work item of IMDb ids."""
    return WorkItem(run=IMDB_RUN, dataset="imdb", mode=Mode.IDS, ids=ids)


async def test_that_much_is_not_found_is_no_suspicion(world: World) -> None:
    """Most of IMDb is not at TMDB: the line does not stop for it, while what TMDB must have is found."""
    run = Run(run=IMDB_RUN, dataset="imdb", mode="ids", started_at=NOW, harvested=200)
    await world.state.start_run(run)
    await world.state.listing(run)
    world.transport.default = ok(NOTHING)
    world.transport.has_popular_movie(555)
    for start in range(1, 201, 50):
        await world.collect(imdb(*range(start, start + 50)))
    found = await world.state.run(IMDB_RUN)
    assert found and (world.line.stops, found.gone) == (0, 200)
    assert world.transport.asked.count("movie/popular") == world.transport.asked.count("movie/555") == 1
    assert world.transport.asked.count("find/tt0000555") == 4, "once a message"


async def test_find_that_finds_nothing_at_all_stops_the_line(world: World) -> None:
    """An empty answer is not believed while a popular movie is not found either: no id is lost, no pointer removed."""
    world.edge.objects = {POINTER: b"damaged"}
    world.transport.has_popular_movie(11)
    world.transport.default = ok(NOTHING)
    world.transport.finds(11)
    collected = await world.collect(imdb(1, 2, 133093))
    assert "finds nothing under tt0000011, although one of its popular movies has that id" in collected.stopped
    assert world.queue.sent == [(imdb(1, 2, 133093), 900)]
    assert world.edge.objects == {POINTER: b"damaged"} and world.line.stops == 1
    world.transport.has_popular_movie(12)
    assert (await world.collect(imdb(1, 2))).receipt.gone == (1, 2), "mended, and another one is asked for"


@pytest.mark.parametrize(
    ("listed", "stopped"),
    [
        (BAD_REQUEST, "the first page of movie/popular cannot be had: TMDB answered 400 code 22: no"),
        (GONE, "TMDB has no movie in movie/popular that could be looked for to see whether it finds any"),
    ],
)
async def test_popular_movies_that_cannot_be_had_are_no_witness(world: World, listed: Response, stopped: str) -> None:
    """Whatever is wrong with their list, that nothing is found under an id is not believed for it."""
    world.transport.finds(133093)
    world.transport.put("movie/popular", listed)
    collected = await world.collect(imdb(133093))
    assert (collected.stopped, collected.receipt.gone) == (stopped, ())


async def test_without_a_popular_movie_nothing_is_believed(world: World) -> None:
    """A TMDB that shows no movie with an IMDb id is not whole: the line stops."""
    world.transport.put(
        "movie/popular", {"page": 1, "results": [None, {"id": "x"}, {"id": 10}, {"id": 11}, {"id": 12}]}
    )
    world.transport.put("movie/10", INVALID)
    world.transport.put("movie/11", {"id": 11, "imdb_id": "nm0000206"})
    world.transport.put("movie/12", {"id": 12, "imdb_id": None})
    world.transport.finds(133093)
    collected = await world.collect(imdb(133093))
    assert "TMDB has no movie in movie/popular that could be looked for" in collected.stopped
