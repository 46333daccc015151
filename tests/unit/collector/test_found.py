"""Titles asked for by an IMDb id: found, stored as what they are with all their reviews, and pointed to."""

from typing import Any

import orjson
import pytest
from msgspec import UNSET

from lambdas.collector.collect import Collected
from lambdas.collector.edge import TooOld
from lambdas.collector.found import TRUSTED_SECONDS
from lambdas.common import codec
from lambdas.common.bronze import parse_bronze_key
from lambdas.common.datasets import Mode
from lambdas.common.receipts import Found
from lambdas.common.work import WorkItem
from tests.unit.collector.world import GONE, NOW, World, ok, reviews

RUN = "imdb-ids-20260921T130000Z-00ff"
MATRIX = 133093
POINTER = "imdb/tt0133093.pb.lz4"
MOVIE = {"id": 603, "title": "The Matrix"}
WINTERFELL = {"id": 1551825, "show_id": 1399, "season_number": 8, "episode_number": 1, "name": "Winterfell"}


def item(*ids: int, attempt: int = 0, known: Any = UNSET) -> WorkItem:
    """A work item of IMDb ids."""
    return WorkItem(run=RUN, dataset="imdb", mode=Mode.IDS, ids=ids, known=known, attempt=attempt)


async def collect(world: World, *ids: int, attempt: int = 0) -> Collected:
    """Collect them."""
    return await world.collect(item(*ids, attempt=attempt))


async def test_a_movie_is_stored_as_what_it_is(world: World) -> None:
    """The title lies under its own key, its reviews below it, and the pointer that leads there comes last."""
    world.transport.finds(MATRIX, movie_results=[{"id": 603, "title": "The Matrix"}])
    world.transport.put("movie/603", MOVIE | {"reviews": reviews("a", "b", total=2)})
    collected = await collect(world, MATRIX)
    assert world.edge.writes == ["movie/603/reviews.pb.lz4", "movie/603.pb.lz4", POINTER]
    assert world.title(POINTER, "imdb") == {"imdb_id": "tt0133093", "dataset": "movie", "id": 603}
    assert world.title("movie/603.pb.lz4")["title"] == "The Matrix"
    assert [row["id"] for row in world.title("movie/603/reviews.pb.lz4", "reviews")["results"]] == ["a", "b"]
    assert world.transport.asked == ["find/tt0133093", "movie/603"], "the first page came with the title"
    assert world.transport.queries[0] == "external_source=imdb_id"
    assert collected.receipt.stored.keys() == {MATRIX}
    assert collected.receipt.found == {MATRIX: (Found("movie", 603, "movie/603"),)}


@pytest.mark.parametrize(
    ("rows", "path", "body", "key", "pointer"),
    [
        (
            {"tv_results": [{"id": 1399}]},
            "tv/1399",
            {"id": 1399, "name": "Thrones"},
            "tv/1399.pb.lz4",
            {"dataset": "tv", "id": 1399},
        ),
        (
            {"person_results": [{"id": 287}]},
            "person/287",
            {"id": 287, "name": "Brad Pitt"},
            "person/287.pb.lz4",
            {"dataset": "person", "id": 287},
        ),
        (
            {"tv_episode_results": [WINTERFELL]},
            "tv/1399/season/8/episode/1",
            {"id": 1551825, "season_number": 8, "episode_number": 1, "name": "Winterfell"},
            "tv/1399/season/8/episode/1.pb.lz4",
            {"dataset": "episode", "id": 1551825, "show_id": 1399, "season_number": 8, "episode_number": 1},
        ),
    ],
    ids=["tv", "person", "episode"],
)
async def test_whatever_it_is(
    world: World, rows: Any, path: str, body: dict[str, Any], key: str, pointer: dict[str, Any]
) -> None:
    """Shows, people and episodes are found and stored under their own keys as well."""
    world.transport.finds(MATRIX, **rows)
    world.transport.put(path, body)
    world.transport.put("tv/1399/reviews", reviews(pages=0))
    await collect(world, MATRIX)
    assert world.title(key, str(pointer["dataset"])) == body
    assert world.title(POINTER, "imdb") == {"imdb_id": "tt0133093"} | pointer


async def test_all_pages_of_reviews(world: World) -> None:
    """Further pages follow the first, in order, and a review that moved to the next page meanwhile is there once."""
    world.transport.finds(MATRIX, movie_results=[{"id": 603}])
    first = reviews("a", "b", pages=3, total=5)
    world.transport.put("movie/603", MOVIE | {"reviews": first})
    world.transport.put_pages(
        "movie/603/reviews", first, reviews("b", "c", pages=3, total=5), reviews("d", "e", pages=3, total=5)
    )
    await collect(world, MATRIX)
    stored = world.title("movie/603/reviews.pb.lz4", "reviews")
    assert [row["id"] for row in stored["results"]] == ["a", "b", "c", "d", "e"]
    assert world.transport.asked.count("movie/603/reviews") == 2


async def test_reviews_of_another_title_are_not_stored(world: World) -> None:
    """A page that says it is another title's is asked for again with the id, and nothing of it is kept."""
    world.transport.finds(MATRIX, movie_results=[{"id": 603}])
    world.transport.put("movie/603", MOVIE)
    world.transport.put("movie/603/reviews", reviews("a") | {"id": 604})
    await collect(world, MATRIX)
    assert not world.edge.objects and [sent.attempt for sent in world.queue.items] == [1]


async def test_pointer_that_got_too_old_is_asked_for_again(world: World) -> None:
    """A title that takes its time costs its pointer one more question, and the id no attempt."""
    world.transport.finds(MATRIX, movie_results=[{"id": 603}])
    world.transport.put("movie/603", MOVIE | {"reviews": reviews("a")})
    put = world.edge.put

    async def too_old_once(key: str, blob: bytes, **about: Any) -> None:
        if key == POINTER and world.transport.asked.count("find/tt0133093") == 1:
            raise TooOld(key)
        await put(key, blob, **about)

    world.edge.put = too_old_once  # type: ignore[method-assign]  # a slow day
    await collect(world, MATRIX)
    assert POINTER in world.edge.objects and world.transport.asked.count("find/tt0133093") == 2
    assert not world.queue.sent


async def test_reviews_that_change_are_read_again(world: World) -> None:
    """A review removed while pages are read would hide another one: the pages are read once more."""
    world.transport.finds(MATRIX, movie_results=[{"id": 603}])
    world.transport.put("movie/603", MOVIE | {"reviews": reviews("a", "b", pages=2, total=4)})
    world.transport.put_pages("movie/603/reviews", reviews("a", "c", pages=2, total=3), reviews("d", pages=2, total=3))
    await collect(world, MATRIX)
    stored = world.title("movie/603/reviews.pb.lz4", "reviews")
    assert [row["id"] for row in stored["results"]] == ["a", "c", "d"]


async def test_reviews_whose_totals_lie(world: World) -> None:
    """A page without rows is the last one, whatever it says, and pages end at TMDB's five hundredth."""
    world.transport.finds(MATRIX, movie_results=[{"id": 603}])
    world.transport.put("movie/603", MOVIE | {"reviews": reviews("a", pages=9_999, total=9)})
    world.transport.put_pages("movie/603/reviews", reviews("a", pages=9_999, total=9), reviews(pages=9_999, total=9))
    await collect(world, MATRIX)
    assert len(world.title("movie/603/reviews.pb.lz4", "reviews")["results"]) == 1


async def test_unknown_fields_of_reviews_are_told(world: World) -> None:
    """What the schema of reviews does not know is reported as for any other body; what it cannot hold is dead."""
    world.transport.finds(MATRIX, movie_results=[{"id": 603}])
    world.transport.put("movie/603", MOVIE | {"reviews": {"results": [{"id": "a", "mood": 1}], "total_pages": 1}})
    world.transport.put("movie/604", {"id": 604, "reviews": {"results": [{"id": "a", "content": 1}]}})
    collected = await collect(world, MATRIX)
    assert ("reviews", "results[].mood") in collected.titles[MATRIX].unknown
    world.transport.finds(2, movie_results=[{"id": 604}])
    await collect(world, 2)
    assert "reviews body cannot be kept whole: results[0].content" in str(world.dead_letters.items[0].reason)
    assert world.edge.objects.keys() == {"movie/603.pb.lz4", "movie/603/reviews.pb.lz4", POINTER}


async def test_not_found_is_gone(world: World) -> None:
    """An id under which TMDB has nothing counts as gone, its pointer is removed, and the title it led to stays."""
    world.edge.objects = {POINTER: b"damaged", "movie/603.pb.lz4": b"there"}
    world.transport.finds(MATRIX)
    world.transport.has_popular_movie()
    collected = await collect(world, MATRIX)
    assert collected.receipt.gone == (MATRIX,)
    assert world.edge.objects == {"movie/603.pb.lz4": b"there"}
    assert not world.dead_letters.sent and not world.bronze.objects


async def test_ambiguous_is_dead_with_all_there_is(world: World) -> None:
    """An id of several titles is a dead letter that names each of them, and nothing is stored for it."""
    world.transport.finds(MATRIX, movie_results=[{"id": 603}, {"id": 603}], tv_episode_results=[WINTERFELL])
    collected = await collect(world, MATRIX)
    (letter,) = world.dead_letters.items
    episode = Found("episode", 1551825, "tv/1399/season/8/episode/1")
    assert collected.receipt.found == {MATRIX: (Found("movie", 603, "movie/603"), episode)}
    assert letter.reason == "tt0133093 is ambiguous, TMDB has it as movie/603, tv/1399/season/8/episode/1"
    assert not world.edge.objects


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ({"tv_season_results": [{"id": 5}]}, "TMDB has it as season 5, which is not collected by such an id"),
        ({"movie_results": [{"id": "603/../1"}]}, "has movie with id 603/../1"),
        ({"movie_results": [None]}, "has movie with id None"),
        ({"tv_episode_results": [WINTERFELL | {"show_id": None}]}, "has episode with show_id None"),
    ],
    ids=["season", "hostile id", "null", "nowhere"],
)
async def test_what_cannot_be_collected_is_dead(world: World, rows: Any, reason: str) -> None:
    """What /find shows is as hostile as any body: no part of it reaches a URL or a key unless it is an id."""
    world.transport.finds(MATRIX, **rows)
    await collect(world, MATRIX)
    assert reason in str(world.dead_letters.items[0].reason)
    assert not world.edge.objects and world.transport.asked == ["find/tt0133093"]


async def test_an_answer_without_lists_is_asked_for_again(world: World) -> None:
    """That nothing is found is said by empty lists, and by nothing else."""
    world.transport.put("find/tt0133093", {"results": []})
    await collect(world, MATRIX)
    assert world.queue.items == [item(MATRIX, attempt=1)]


async def test_a_title_found_and_gone_is_tried_again(world: World) -> None:
    """What /find shows and the title's own path denies is a contradiction that may pass; then it is a dead letter."""
    world.transport.finds(MATRIX, movie_results=[{"id": 603}])
    world.transport.put("movie/603", GONE)
    assert not (await collect(world, MATRIX)).receipt.found
    assert world.queue.items == [item(MATRIX, attempt=1)]
    await collect(world, MATRIX, attempt=4)
    assert "tt0133093 is movie/603, of which TMDB says that it is gone" in str(world.dead_letters.items[0].reason)


async def test_a_known_id_costs_no_find(world: World) -> None:
    """A young pointer is followed; an old one, a damaged one, and one to a title that is gone are asked for anew."""
    world.transport.finds(MATRIX, movie_results=[{"id": 603}])
    world.transport.put("movie/603", MOVIE | {"reviews": reviews()})
    for attempt, (age, asked) in enumerate([(0, 1), (TRUSTED_SECONDS - 1, 1), (TRUSTED_SECONDS + 1, 2)]):
        pointer = {"imdb_id": "tt0133093", "dataset": "movie", "id": 603}
        blob = codec.convert("imdb", pointer, fetched_at=int(NOW) - age).blob
        world.edge.objects = {POINTER: blob} if attempt else {}
        await collect(world, MATRIX, attempt=attempt)
        assert world.transport.asked.count("find/tt0133093") == asked
    world.edge.objects = {POINTER: codec.convert("imdb", {"dataset": "movie", "id": 604}, fetched_at=int(NOW)).blob}
    await collect(world, MATRIX, attempt=3)
    assert world.title(POINTER, "imdb")["id"] == 603


async def test_what_the_lake_knows_costs_no_find(world: World) -> None:
    """A known title that says itself that it has the id is collected without /find, and pointed to."""
    body = MOVIE | {"imdb_id": "tt0133093", "reviews": reviews()}
    world.transport.put("movie/603", body)
    collected = await world.collect(item(MATRIX, known={MATRIX: "movie/603"}))
    assert world.transport.asked == ["movie/603"]
    assert world.title(POINTER, "imdb") == {"imdb_id": "tt0133093", "dataset": "movie", "id": 603}
    assert collected.receipt.stored.keys() == {MATRIX}


@pytest.mark.parametrize(
    "stale", [GONE, ok({"id": 604, "imdb_id": "tt0000009"}), ok({"id": 604})], ids=["gone", "another", "none"]
)
@pytest.mark.parametrize("rows", [{"movie_results": [{"id": 603}]}, {}], ids=["elsewhere", "nowhere"])
async def test_what_the_lake_knew_and_is_so_no_more(world: World, stale: Any, rows: Any) -> None:
    """TMDB's word counts: nothing is pointed to that does not say that it has the id, and the other is not stored."""
    world.transport.put("movie/604", stale)
    world.transport.put("movie/603", MOVIE | {"imdb_id": "tt0133093", "reviews": reviews()})
    world.transport.finds(MATRIX, **rows)
    world.transport.has_popular_movie()
    collected = await world.collect(item(MATRIX, known={MATRIX: "movie/604"}))
    assert world.transport.asked[:2] == ["movie/604", "find/tt0133093"]
    assert "movie/604.pb.lz4" not in world.edge.objects
    assert (POINTER in world.edge.objects, collected.receipt.gone) == ((True, ()) if rows else (False, (MATRIX,)))


async def test_a_pointer_to_what_has_another_id_by_now(world: World) -> None:
    """A title whose id was corrected at TMDB is not followed by an old pointer."""
    pointer = {"imdb_id": "tt0133093", "dataset": "movie", "id": 604}
    world.edge.objects = {POINTER: codec.convert("imdb", pointer, fetched_at=int(NOW)).blob}
    world.transport.put("movie/604", {"id": 604, "imdb_id": "tt0000009"})
    world.transport.finds(MATRIX, movie_results=[{"id": 603}])
    world.transport.put("movie/603", MOVIE | {"reviews": reviews()})
    await collect(world, MATRIX)
    assert world.title(POINTER, "imdb")["id"] == 603


async def test_unchanged_is_not_stored_again(world: World) -> None:
    """Where the edge can compare, nothing of a title that is found again is written; its own dataset agrees."""
    world.edge.compares = True
    world.transport.finds(MATRIX, movie_results=[{"id": 603}])
    world.transport.put("movie/603", MOVIE | {"reviews": reviews("a")})
    await collect(world, MATRIX)
    writes = list(world.edge.writes)
    collected = await collect(world, MATRIX, attempt=1)
    run = "movie-ids-20260921T130000Z-00ff"
    again = await world.collect(WorkItem(run=run, dataset="movie", mode=Mode.IDS, ids=(603,)))
    assert world.edge.writes == writes
    assert collected.receipt.unchanged.keys() == {MATRIX} and again.receipt.unchanged.keys() == {603}


async def test_recorded_as_what_it_is(world: World) -> None:
    """Bronze has a movie among movies and a show among shows, with all pages of reviews; so the lake has them, too."""
    world.transport.finds(1, movie_results=[{"id": 603}])
    world.transport.finds(2, tv_results=[{"id": 1399}])
    world.transport.finds(3, tv_episode_results=[WINTERFELL])
    world.transport.put("movie/603", MOVIE | {"reviews": reviews("a")})
    world.transport.put("tv/1399", {"id": 1399, "name": "Thrones"})
    world.transport.put("tv/1399/reviews", reviews("b"))
    world.transport.put("tv/1399/season/8/episode/1", {"id": 1551825, "episode_number": 1})
    await collect(world, 1, 2, 3)
    assert [parse_bronze_key(key).dataset for key in sorted(world.bronze.objects)] == ["movie", "tv"]
    told = [(line.answer.id, line.answer.call, orjson.loads(line.body).get("name")) for line in world.bronze.lines]
    assert sorted(told) == [(603, 0, None), (1399, 0, "Thrones"), (1399, 1, None)]
    assert {line.answer.run for line in world.bronze.lines} == {RUN}
