"""One work item through the collector: every id accounted for, whatever happens on the way."""

from typing import Any

import pytest

from lambdas.collector.collect import SUSPICIOUS_GONE
from lambdas.collector.edge import TooOld
from lambdas.common.errors import Retry, StopTheLine
from lambdas.common.http import Response
from lambdas.common.receipts import Receipt
from lambdas.common.state import Run
from lambdas.common.work import MAX_ATTEMPTS
from tests.unit.collector.world import GONE, NOW, OUTAGE, RUN, World, item, ok

HTML = Response(502, {}, b"<html>Bad Gateway</html>")
INVALID = Response(500, {}, b'{"success":false,"status_code":44,"status_message":"The ID is invalid."}')
REVOKED = Response(401, {}, b'{"status_code":7,"status_message":"Invalid API key.","success":false}')
THROTTLED = Response(429, {}, b"slow down")


def keys(*ids: int) -> set[str]:
    """Edge keys of movies."""
    return {f"movie/{id}.pb.lz4" for id in ids}


async def harvested(world: World, number: int, leavers: int = 0) -> None:
    """Make the run one of `number` ids, of which some left TMDB's list."""
    run = Run(run=RUN, dataset="movie", mode="export", started_at=NOW, harvested=number, leavers=leavers)
    await world.state.start_run(run)
    await world.state.listing(run)


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
    assert [sent.attempt for sent in world.queue.items] == [0]


async def test_body_that_is_always_too_old_is_nobodys_attempt(world: World) -> None:
    """Where everything takes so long that bodies are too old for their PUT, ids go out again at the same attempt."""
    world.movies(1, 2)
    put = world.edge.put

    async def too_old(key: str, blob: bytes, **about: Any) -> None:
        if key == "movie/2.pb.lz4":
            raise TooOld(key)
        await put(key, blob, **about)

    world.edge.put = too_old  # type: ignore[method-assign]  # a slow day
    await world.collect(item(1, 2))
    assert world.queue.sent == [(item(2), 900)] and keys(1) == world.edge.objects.keys()


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


async def test_out_of_time_hands_back(world: World) -> None:
    """What does not fit into the invocation goes out again at the same attempt, at once, and is nobody's failure."""
    world.movies(*range(1, 21))
    world.transport.on_request = lambda path: world.clock.advance(10)
    await world.collect(item(*range(1, 21), attempt=3), seconds=95)
    ((rest, delay),) = world.queue.sent
    assert (rest.attempt, delay) == (3, 0)
    assert len(world.edge.objects) + len(rest.ids) == 20 and world.edge.objects
    assert not world.dead_letters.sent


async def test_handed_back_whole_leaves_no_receipt(world: World) -> None:
    """A message of which nothing was done is copied; a receipt would take the copy for done."""
    world.movies(1, 2)
    await world.collect(item(1, 2), seconds=0)
    assert world.queue.items == [item(1, 2)]
    await world.collect(world.queue.items[0])
    assert keys(1, 2) == world.edge.objects.keys()


async def test_outage_costs_no_attempt(world: World) -> None:
    """With TMDB away, the batch ends after ten failures and comes back whole in 15 minutes, at the same attempt."""
    world.transport.default = OUTAGE
    world.transport.put("configuration", OUTAGE)
    collected = await world.collect(item(*range(1, 51), attempt=4))
    assert collected.outage
    assert world.queue.sent == [(item(*range(1, 51), attempt=4), 900)]
    assert len(world.transport.asked) < 20
    assert not world.dead_letters.sent


async def test_outage_of_a_single_id(world: World) -> None:
    """Also a message of one id knows an outage from its own failure: something that always works is asked."""
    world.transport.put("movie/1", OUTAGE)
    world.transport.put("configuration", OUTAGE)
    await world.collect(item(1, attempt=4))
    assert world.queue.sent == [(item(1, attempt=4), 900)]


async def test_many_bad_ids_are_no_outage(world: World) -> None:
    """Twelve ids that fail while TMDB answers others are failures of theirs, and the rest of the batch goes on."""
    world.movies(*range(1, 51))
    for id in range(1, 13):
        world.transport.put(f"movie/{id}", HTML)
    await world.collect(item(*range(1, 51)))
    assert keys(*range(13, 51)) == world.edge.objects.keys()
    ((again, _),) = world.queue.sent
    assert (again.ids, again.attempt) == (tuple(range(1, 13)), 1)


async def test_edge_down_costs_no_attempt(world: World) -> None:
    """When the store takes nothing, the batch ends early and comes back at the same attempt."""
    world.movies(*range(1, 51))
    world.edge.broken = lambda key: True
    await world.collect(item(*range(1, 51)))
    assert world.queue.sent == [(item(*range(1, 51)), 900)]
    assert len(world.transport.asked) < 12


async def test_revoked_token_stops_the_line(world: World) -> None:
    """A rejected token pauses the event source, burns no id, and its reason says what to do."""
    world.movies(1)
    world.transport.default = REVOKED
    world.transport.put("movie/2", REVOKED)
    collected = await world.collect(item(*range(1, 21)))
    assert world.line.stops == 1
    assert "Put a valid API Read Access Token" in collected.stopped
    assert not world.dead_letters.sent
    left = {id for sent in world.queue.items for id in sent.ids}
    assert {sent.attempt for sent in world.queue.items} == {0}
    assert left | {int(key[6:-7]) for key in world.edge.objects} == set(range(1, 21))


async def test_rotated_token_is_read_again(world: World) -> None:
    """A rejected token is read once more before the line stops, for a secret that was just rotated."""
    world.transport.put("movie/1", REVOKED, ok({"id": 1, "title": "x"}))
    await world.collect(item(1))
    assert keys(1) == world.edge.objects.keys() and not world.line.stops


async def test_v3_key_is_refused_with_a_sentence(world: World) -> None:
    """A v3 key in the token's place stops the line and the reason says which key is needed, without showing it."""
    world.token = "0123456789abcdef0123456789abcdef"
    collected = await world.collect(item(1))
    assert "API Read Access Token" in collected.stopped and world.token not in collected.stopped
    assert not world.transport.asked


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
    world.edge.objects = {f"movie/{id}.pb.lz4": b"kept" for id in range(1, 201)}
    world.transport.default = GONE
    for start in (1, 51):
        await world.collect(item(*range(start, start + 50)))
    assert not world.line.stops and len(world.edge.objects) == 100
    collected = await world.collect(item(*range(101, 151)))
    assert world.line.stops > 0 and "would be gone" in collected.stopped
    assert len(world.edge.objects) == 100 and (await world.run()).gone == SUSPICIOUS_GONE


async def test_leavers_are_expected_to_be_gone(world: World) -> None:
    """Ids that left TMDB's list may all be gone without a word; one that did not stops the line past a hundred."""
    await harvested(world, 5_000, leavers=100)
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


async def test_outage_while_others_still_fail(world: World) -> None:
    """With all connections at work when TMDB goes away, also the failures during the question cost no attempt."""
    world.movies(*range(1, 11))
    world.transport.default = OUTAGE
    world.transport.put("configuration", OUTAGE)
    collected = await world.collect(item(*range(1, 51), attempt=4))
    assert collected.outage and not world.dead_letters.sent
    ((rest, delay),) = world.queue.sent
    assert (rest.ids, rest.attempt, delay) == (tuple(range(11, 51)), 4, 900)


async def test_edge_that_refuses_one_key_is_not_asked_in_a_loop(world: World) -> None:
    """A message of one id whose object the store does not take comes back after the long delay."""
    world.movies(1)
    world.edge.broken = lambda key: True
    await world.collect(item(1, attempt=4))
    assert world.queue.sent == [(item(1, attempt=4), 900)]


async def test_edge_that_refuses_credentials_while_removing_stops_the_line(world: World) -> None:
    """Refused credentials stop the line also when they are refused at a removal; what is stored stays counted."""
    world.movies(1)

    async def refuse(folder: str) -> list[str]:
        raise StopTheLine(f"may not list {folder}")

    world.edge.list = refuse  # type: ignore[method-assign]  # as a role without that right would have it
    await world.collect(item(1, 2))
    assert world.line.stops == 1 and (await world.run()).stored == 1
    assert world.queue.items == [item(2)]


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


async def test_429_waits_and_asks_again(world: World) -> None:
    """A 429 is waited out inside the invocation: no attempt, no message."""
    world.transport.put("movie/1", THROTTLED, Response(429, {"retry-after": "7"}, b""), ok({"id": 1, "title": "x"}))
    before = world.clock.now
    await world.collect(item(1))
    assert keys(1) == world.edge.objects.keys() and not world.queue.sent
    assert world.clock.now - before >= 8


async def test_429_for_ever_hands_back(world: World) -> None:
    """When TMDB answers 429 until the deadline, everything comes back at the same attempt."""
    world.transport.default = THROTTLED
    await world.collect(item(1, 2, 3))
    assert world.queue.items == [item(1, 2, 3)]


async def test_a_bug_takes_one_id_only(world: World) -> None:
    """An unexpected exception at one id is that id's failure and no one else's."""
    world.movies(1, 2, 3)
    world.transport.put("movie/2", RuntimeError("a bug"))
    await world.collect(item(1, 2, 3))
    assert keys(1, 3) == world.edge.objects.keys()
    assert world.queue.items == [item(2, attempt=1)]
