"""One work item through the collector: every id accounted for, whatever happens on the way."""

import pytest

from lambdas.common.errors import Retry
from lambdas.common.http import Response
from lambdas.common.receipts import Receipt
from lambdas.common.work import MAX_ATTEMPTS
from tests.unit.collector.world import HTML, INVALID, NOW, RUN, World, item, keys, ok


async def test_stores_and_counts(world: World) -> None:
    """Every title of a work item lies at the edge under its key, and the run counts it."""
    world.movies(1, 2, 3)
    await world.collect(item(1, 2, 3))
    assert keys(1, 2, 3) == world.edge.objects.keys()
    assert world.title("movie/2.pb.lz4") == {"id": 2, "title": "Movie 2"}
    assert ((await world.run()).stored, (await world.run()).calls) == (3, 3)
    assert not world.queue.sent and not world.dead_letters.sent


async def test_good_neighbours_of_a_bad_id(world: World) -> None:
    """One failing id goes out again alone, as the next attempt and delayed; its neighbours are stored at once."""
    world.movies(1, 2, 3, 4)
    world.transport.put("movie/2", HTML)
    await world.collect(item(1, 2, 3, 4))
    assert keys(1, 3, 4) == world.edge.objects.keys()
    ((again, delay),) = world.queue.sent
    assert (again.ids, again.attempt, again.run) == ((2,), 1, RUN)
    assert 24 <= delay <= 36
    assert (await world.run()).settled == 3


async def test_last_attempt_ends_in_a_dead_letter(world: World) -> None:
    """An id that failed at its last attempt is dead, with the reason of its last failure."""
    world.movies(1)
    world.transport.put("movie/2", HTML)
    await world.collect(item(1, 2, attempt=MAX_ATTEMPTS - 1))
    (letter,) = world.dead_letters.items
    assert letter.ids == (2,)
    assert "5 attempts: TMDB answered 502" in str(letter.reason)
    assert not world.queue.sent
    assert (await world.run()).dead == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (INVALID, "code 44: The ID is invalid."),
        (Response(200, {}, b'{"success":false,"status_code":21,"status_message":"Entry not found."}'), "code 21"),
        (Response(422, {}, b'{"errors":["query must be provided"]}'), "422"),
        (ok({"id": 2, "title": ["no"]}), "title"),
    ],
)
async def test_what_cannot_succeed_is_dead_at_once(world: World, answer: Response, reason: str) -> None:
    """An id whose request or body can never succeed becomes a dead letter of its own, with a reason to read."""
    world.movies(1, 3)
    world.transport.put("movie/2", answer)
    await world.collect(item(1, 2, 3))
    (letter,) = world.dead_letters.items
    assert letter.ids == (2,) and reason in str(letter.reason)
    assert keys(1, 3) == world.edge.objects.keys()


async def test_another_titles_body_is_not_stored(world: World) -> None:
    """A body with another id than the one asked for is never stored under the asked key."""
    world.movies(1)
    world.transport.put("movie/2", {"id": 3, "title": "Another"})
    await world.collect(item(1, 2))
    assert keys(1) == world.edge.objects.keys()
    assert world.queue.items[0].ids == (2,)


async def test_gone_title_is_removed(world: World) -> None:
    """A title that TMDB no longer has disappears from the edge with all that lies under it, and counts as gone."""
    world.edge.objects = {"movie/2.pb.lz4": b"", "movie/2/reviews.pb.lz4": b"", "movie/22.pb.lz4": b""}
    world.movies(1)
    await world.collect(item(1, 2))
    assert keys(1, 22) == world.edge.objects.keys()
    run = await world.run()
    assert (run.stored, run.gone, run.dead) == (1, 1, 0)


async def test_404_that_is_not_json_is_not_gone(world: World) -> None:
    """A 404 page of a proxy removes nothing."""
    world.edge.objects = {"movie/2.pb.lz4": b"kept"}
    world.movies(1)
    world.transport.put("movie/2", Response(404, {}, b"<html>not found</html>"))
    await world.collect(item(1, 2))
    assert world.edge.objects["movie/2.pb.lz4"] == b"kept"
    assert world.queue.items[0].attempt == 1


async def test_the_same_message_again_counts_nothing(world: World) -> None:
    """A message that was settled before is answered from its receipt: sent on again, not fetched, not counted."""
    world.movies(1)
    world.transport.put("movie/2", HTML)
    await world.collect(item(1, 2))
    asked = list(world.transport.asked)
    again = await world.collect(item(1, 2), receives=2)
    assert again.again and world.transport.asked == asked
    assert [sent.ids for sent in world.queue.items] == [(2,), (2,)]
    assert (await world.run()).stored == 1


async def test_crash_before_sending_on_loses_nothing(world: World) -> None:
    """When the queue refuses after the receipt was put, the message comes back and sends on what the receipt says."""
    world.movies(1)
    world.transport.put("movie/2", HTML)
    world.queue.failure = Retry("SQS is away")
    with pytest.raises(Retry):
        await world.collect(item(1, 2))
    world.queue.failure = None
    await world.collect(item(1, 2), receives=2)
    assert [sent.ids for sent in world.queue.items] == [(2,)]
    assert (await world.run()).stored == 1


async def test_two_copies_at_once_count_once(world: World) -> None:
    """Of two copies of one message at work at once, the slower finds the other's receipt and counts nothing."""
    world.movies(1, 2)
    other = Receipt(gone=(1,), retry=(2,))
    put = world.edge.put

    async def overtaken(key: str, blob: bytes, *, fetched_at: int, digest: str = "") -> None:
        if key == "movie/1.pb.lz4":
            await world.state.record(item(1, 2), other, NOW)
        await put(key, blob, fetched_at=fetched_at)

    world.edge.put = overtaken  # type: ignore[method-assign]  # the other copy settles while we store
    collected = await world.collect(item(1, 2))
    assert collected.again and collected.receipt == other
    run = await world.run()
    assert (run.stored, run.gone) == (0, 1)


async def test_third_receive_splits(world: World) -> None:
    """A message that killed its collector twice is split into single ids at the same attempt, unfetched."""
    await world.collect(item(1, 2, 3, attempt=2), receives=3)
    assert [(sent.ids, sent.attempt) for sent in world.queue.items] == [((1,), 2), ((2,), 2), ((3,), 2)]
    assert not world.transport.asked
    copy = await world.collect(item(1, 2, 3, attempt=2), receives=1)
    assert copy.again, "a late copy of the split message is not collected as a whole"


async def test_single_id_that_kills_is_dead(world: World) -> None:
    """A single id received a fourth time is dead before it is fetched again."""
    await world.collect(item(7), receives=4)
    assert "died 3 times" in str(world.dead_letters.items[0].reason)
    assert not world.transport.asked and (await world.run()).dead == 1


async def test_expired(world: World) -> None:
    """A work item older than 14 days is dead as expired, unfetched."""
    await world.collect(item(1, 2, run="movie-export-20260901T000000Z-0000"))
    assert {letter.reason for letter in world.dead_letters.items} == {"expired: older than 14 days"}
    assert not world.transport.asked


async def test_reason_of_any_length_fits_a_receipt(world: World) -> None:
    """Whatever TMDB puts into an error, its reason fits into receipt and dead letter."""
    world.transport.put("movie/1", Response(400, {}, b'{"status_code":"' + b"9" * 600_000 + b'"}'))
    await world.collect(item(1))
    assert len(str(world.dead_letters.items[0].reason)) <= 500 and (await world.run()).dead == 1


async def test_gone_that_cannot_be_removed_is_not_counted(world: World) -> None:
    """A gone title whose object could not be removed goes out again and is not counted as gone yet."""
    world.movies(1)
    world.edge.objects = {"movie/2.pb.lz4": b"there"}
    world.edge.broken = lambda key: key == "movie/2.pb.lz4"
    await world.collect(item(1, 2))
    assert world.queue.sent == [(item(2), 900)]
    assert (await world.run()).gone == 0


async def test_a_bug_takes_one_id_only(world: World) -> None:
    """An unexpected exception at one id is that id's failure and no one else's."""
    world.movies(1, 2, 3)
    world.transport.put("movie/2", RuntimeError("a bug"))
    await world.collect(item(1, 2, 3))
    assert keys(1, 3) == world.edge.objects.keys()
    assert world.queue.items == [item(2, attempt=1)]
