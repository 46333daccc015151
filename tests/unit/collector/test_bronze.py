"""Bronze: what is recorded of a work item, when, and what happens if it cannot be."""

import asyncio

import boto3
import orjson
import pytest
from moto import mock_aws

from lambdas.collector.bronze import Recording, S3Bronze
from lambdas.common.bronze import parse_bronze_key
from lambdas.common.datasets import DATASETS
from lambdas.common.errors import Retry, StopTheLine
from lambdas.common.http import Response
from lambdas.common.tmdb import Fetched
from tests.unit.aws import REGION, aws
from tests.unit.collector.world import GONE, NOW, RUN, MemoryBronze, World, item

MOVIE = DATASETS["movie"]

ODD = Response(200, {}, b'{"id":1, "title":"a\\u0026b",\r\n "odd": [ ]}')
REVOKED = Response(401, {}, b'{"status_code":7,"status_message":"Invalid API key.","success":false}')


async def test_bodies_are_recorded_as_they_came(world: World) -> None:
    """A message is one object, whose lines hold TMDB's own bytes and say what they answer."""
    world.transport.put("movie/1", ODD)
    world.movies(2)
    await world.collect(item(1, 2))
    ((key, _),) = world.bronze.objects.items()
    assert parse_bronze_key(key)[:5] == ("movie", "2026-09-21", RUN, 1, 0)
    lines = {line.answer.id: line for line in world.bronze.lines}
    assert lines[1].body == ODD.body and orjson.loads(lines[2].body) == {"id": 2, "title": "Movie 2"}
    assert {(line.answer.status, line.answer.fetched_at, line.answer.run) for line in lines.values()} == {
        (200, int(NOW), RUN)
    }


async def test_gone_titles_are_recorded_in_tmdbs_words(world: World) -> None:
    """An id that is gone has its 404; nothing else is left of it."""
    world.transport.put("movie/1", GONE)
    await world.collect(item(1))
    ((answer, body),) = world.bronze.lines
    assert (answer.id, answer.status, body) == (1, 404, GONE.body)


async def test_every_call_of_a_show_is_a_line(world: World) -> None:
    """A show with further seasons has a line a call, counted from 0 and in order."""
    numbers = range(25)
    rows = [{"season_number": n} for n in numbers]
    parts = {f"season/{n}": {"id": 100 + n, "season_number": n, "episodes": []} for n in numbers}
    world.transport.put("tv/7", {"id": 7, "seasons": rows, **parts})
    await world.collect(item(7, dataset="tv", run=RUN.replace("movie", "tv")))
    assert [(line.answer.id, line.answer.call) for line in world.bronze.lines] == [(7, 0), (7, 1)]
    seasons = [{key for key in orjson.loads(line.body) if key.startswith("season/")} for line in world.bronze.lines]
    assert [len(found) for found in seasons] == [10, 15]


async def test_a_body_that_no_object_can_hold_is_recorded(world: World) -> None:
    """What is dead for its body's sake is kept as it came: the schema can be mended."""
    world.transport.put("movie/1", {"id": 1, "runtime": "long"})
    await world.collect(item(1))
    assert [letter.ids for letter in world.dead_letters.items] == [(1,)]
    assert [line.answer.id for line in world.bronze.lines] == [1]


async def test_errors_are_not_recorded(world: World) -> None:
    """An error says nothing of its title; a work item without answers has no object."""
    world.transport.put("movie/1", Response(502, {}, b"<html>"))
    world.transport.put("movie/2", Response(200, {}, b'{"id":3}'))
    await world.collect(item(1, 2))
    assert not world.bronze.objects


async def test_the_same_answers_have_the_same_key(world: World) -> None:
    """A replay with the same answers adds nothing, whenever and in whatever order they come; with others, an object."""
    world.movies(1, 2)
    await world.collect(item(1, 2))
    ((key, _),) = world.bronze.objects.items()
    recording = Recording(item(1, 2), world.bronze)
    bodies = {line.answer.id: line.body for line in world.bronze.lines}
    for id in (2, 1):
        recording.title(MOVIE, id, [Fetched(bodies[id], {}, NOW + 60)])
    await recording.put((), 1)
    assert world.bronze.objects.keys() == {key}
    other = Recording(item(1, 2), world.bronze)
    other.title(MOVIE, 1, [Fetched(bodies[1], {}, NOW)])
    await other.put((), 1)
    assert len(world.bronze.objects) == 2


async def test_it_is_recorded_before_the_receipt(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A collector that dies between the two records again, and loses nothing."""

    async def die(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(type(world.state), "record", die)
    world.movies(1)
    with pytest.raises(KeyboardInterrupt):
        await world.collect(item(1))
    assert [line.answer.id for line in world.bronze.lines] == [1]


async def test_an_outage_of_bronze_is_nobodys_fault(world: World) -> None:
    """While bronze does not answer nothing is settled: the message fails as a whole, at no id's cost."""
    world.movies(1)
    world.bronze.failure = Retry("S3 did not take it")
    with pytest.raises(Retry):
        await world.collect(item(1))
    assert await world.state.run(RUN) is None
    assert not world.queue.sent and not world.dead_letters.sent
    world.bronze.failure = None
    await world.collect(item(1))
    assert (await world.run()).stored == 1


async def test_a_bronze_that_refuses_us_stops_the_line(world: World) -> None:
    """Without the right to record no message can succeed: all of it is handed back, at the same attempt."""
    world.movies(1, 2)
    world.bronze.failure = StopTheLine("check the collector's role")
    collected = await world.collect(item(1, 2))
    assert collected.stopped == "check the collector's role"
    assert world.line.stops == 1
    assert world.queue.sent == [(item(1, 2), 900)]
    assert await world.state.run(RUN) is None


async def test_a_stopped_line_records_titles_and_no_disappearance(world: World) -> None:
    """What is at the edge is recorded; what is only said to be gone is not, until it is believed."""
    world.movies(1)
    world.transport.put("movie/2", GONE)
    world.transport.put("movie/3", REVOKED)
    collected = await world.collect(item(1, 2, 3))
    assert collected.stopped
    assert [(line.answer.id, line.answer.status) for line in world.bronze.lines] == [(1, 200)]


async def test_without_a_lake_nothing_is_recorded(world: World) -> None:
    """One parameter less, and there is no bronze."""
    recording = Recording(item(1), None)
    recording.title(MOVIE, 1, [Fetched(b"{}", {}, NOW)])
    recording.gone(MOVIE, 2, Fetched(GONE.body, {}, NOW, 404))
    await recording.put([2], 1)
    assert not world.bronze.objects


async def test_a_slow_bronze_is_an_outage() -> None:
    """An invocation waits no longer for bronze than it has time."""

    class Slow(MemoryBronze):
        async def put(self, key: str, blob: bytes) -> None:
            await asyncio.Event().wait()

    recording = Recording(item(1), Slow())
    recording.title(MOVIE, 1, [Fetched(b"{}", {}, NOW)])
    with pytest.raises(Retry, match="in time"):
        await recording.put((), 0)


async def test_bronze_is_put_once() -> None:
    """An object that is there is never rewritten, and putting it again is no error."""
    with mock_aws():
        client = boto3.client("s3", region_name=REGION)
        client.create_bucket(Bucket="lake")
        for blob in (b"first", b"second"):
            await S3Bronze("lake", aws()).put("bronze/x.jsonl.gz", blob)
        stored = client.get_object(Bucket="lake", Key="bronze/x.jsonl.gz")
        assert (stored["Body"].read(), stored["ContentType"]) == (b"first", "application/gzip")
        with pytest.raises(Retry, match="S3 answered 404"):
            await S3Bronze("no-such-bucket", aws()).put("bronze/x.jsonl.gz", b"blob")
