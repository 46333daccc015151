"""What is nobody's attempt: outages, lack of time, a stopped line. The ids come back as they were."""

from typing import Any

from lambdas.collector.edge import TooOld
from lambdas.common.errors import StopTheLine
from lambdas.common.http import Response
from tests.unit.collector.world import HTML, OUTAGE, World, item, keys, ok

REVOKED = Response(401, {}, b'{"status_code":7,"status_message":"Invalid API key.","success":false}')
THROTTLED = Response(429, {}, b"slow down")


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
