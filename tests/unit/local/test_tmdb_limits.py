"""Limits, faults and the record of the fake TMDB."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest

from local.catalogue.made_up import MadeUpCatalogue
from local.faults import Faults, parse_probabilities
from local.tmdb import Behaviour, FakeTmdb, Fault, RetryAfter, running
from local.tmdb.limits import SlidingSecond
from tests.unit.local.conftest import Clock

TOKEN = {"Authorization": "Bearer fake-token"}


@asynccontextmanager
async def asking(fake: FakeTmdb, path: str = "configuration") -> AsyncIterator[aiohttp.ClientResponse]:
    """One request over a connection of its own."""
    async with aiohttp.ClientSession(headers=TOKEN) as session, session.get(f"{fake.url}/{path}") as response:
        yield response


async def status(fake: FakeTmdb, session: aiohttp.ClientSession, path: str = "configuration") -> int:
    """Status of a call."""
    async with session.get(f"{fake.url}/{path}") as response:
        await response.read()
        return response.status


def test_sliding_second() -> None:
    """A second is any second, not one of the clock's."""
    second = SlidingSecond()
    assert [second.add(time) for time in (0.0, 0.9, 1.0, 1.5, 1.95)] == [1, 2, 2, 3, 3]
    assert second.count(9.0) == 0


async def test_rate_limit(fake: FakeTmdb, session: aiohttp.ClientSession, clock: Clock) -> None:
    """Over the limit of any one second the answer is a 429, until the second is over."""
    fake.behaviour.limit = 3
    assert [await status(fake, session) for _ in range(4)] == [200, 200, 200, 429]
    clock.now = 0.99
    assert await status(fake, session) == 429
    clock.now = 1.0
    assert await status(fake, session) == 200


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        (RetryAfter.NEVER, [None, None, None]),
        (RetryAfter.ALWAYS, ["1", "1", "1"]),
        (RetryAfter.ALTERNATE, ["1", None, "1"]),
    ],
)
async def test_retry_after(
    policy: RetryAfter, told: list[str | None], fake: FakeTmdb, session: aiohttp.ClientSession
) -> None:
    """A 429 has code 25 in JSON, and a Retry-After never, always or every other time."""
    fake.behaviour.limit, fake.behaviour.retry_after = 0, policy
    seen = []
    for _ in range(3):
        async with session.get(f"{fake.url}/configuration") as response:
            assert (response.status, (await response.json())["status_code"]) == (429, 25)
            seen.append(response.headers.get("Retry-After"))
    assert seen == told


async def test_socket_limit(fake: FakeTmdb) -> None:
    """A connection too many gets 429, and is welcome once another one has closed."""
    fake.behaviour.sockets = 2
    async with aiohttp.ClientSession(headers=TOKEN) as late:
        async with asking(fake) as first, asking(fake) as second:
            assert (first.status, second.status) == (200, 200)
            assert await status(fake, late) == 429
        while await status(fake, late) == 429:
            assert fake.recorder.requests < 100  # the fake notices within a few turns of the loop that they closed
    assert fake.sockets.peak == 3


async def test_record(fake: FakeTmdb, session: aiohttp.ClientSession, clock: Clock) -> None:
    """The record has every request by kind, path and status, and the most requests in any second."""
    for clock.now in (0.0, 0.5, 0.99, 1.2, 5.0):
        await status(fake, session)
    await status(fake, session, "movie/0")
    await status(fake, session, "tv/0/season/1")
    async with session.get(f"{fake.root}/_fake/state") as response:
        state = await response.json()
    assert state["by_kind"] == {
        "configuration": {"200": 5},
        "movie/{id}": {"404": 1},
        "tv/{id}/season/{id}": {"404": 1},
    }
    assert (state["requests"], state["statuses"]) == (7, {"200": 5, "404": 2})
    assert (state["peak_per_second"], state["peak_sockets"], state["seconds"]) == (3, 1, 5.0)
    assert fake.recorder.asked["configuration"] == 5


@pytest.mark.parametrize(
    ("fault", "expected", "text"),
    [
        (Fault.TOO_MANY, 429, '"status_code":25'),
        (Fault.INTERNAL, 500, '"status_code":11'),
        (Fault.INVALID, 500, '"status_code":44'),
        (Fault.HTML, 502, "<html>"),
        (Fault.REFUSED, 200, '"success":false'),
        (Fault.SLOW, 200, '"images"'),
    ],
)
async def test_faults_that_answer(
    fault: Fault, expected: int, text: str, fake: FakeTmdb, session: aiohttp.ClientSession
) -> None:
    """A fault said to happen once happens to the next request of that path alone, and is recorded."""
    fake.faults.once["configuration"] = [fault]
    async with session.get(f"{fake.url}/configuration") as response:
        assert response.status == expected
        assert text in await response.text()
    assert await status(fake, session) == 200
    assert fake.recorder.faults == {fault: 1}


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.TRUNCATED])
async def test_faults_that_break_the_connection(fault: Fault, fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """A reset or truncated answer is an error to the client; the next request is answered."""
    attempts = 2 if fault is Fault.RESET else 1  # aiohttp's client itself asks once more after a reset
    fake.faults.once["configuration"] = [fault] * attempts
    with pytest.raises(aiohttp.ClientError):
        await status(fake, session)
    assert fake.recorder.faults == {fault: attempts}
    assert await status(fake, session) == 200


async def test_cut_body(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """A cut body arrives without any error of HTTP and is not JSON."""
    fake.faults.once["configuration"] = [Fault.CUT]
    async with session.get(f"{fake.url}/configuration") as response:
        assert response.status == 200
        with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
            await response.json()


async def test_unlabelled_gzip(fake: FakeTmdb, session: aiohttp.ClientSession, catalogue: MadeUpCatalogue) -> None:
    """The body is gzip and no header says so."""
    id = next(
        row.id for row in catalogue.listed("keyword", fake.moment.day) if catalogue.body("keyword", row.id, fake.moment)
    )
    fake.faults.once[f"keyword/{id}"] = [Fault.UNLABELLED]
    async with session.get(f"{fake.url}/keyword/{id}") as response:
        assert "Content-Encoding" not in response.headers
        assert (await response.read()).startswith(b"\x1f\x8b")


async def test_permanent_fault(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """A path said to fail always never recovers."""
    fake.faults.always["configuration"] = Fault.INVALID
    assert [await status(fake, session) for _ in range(4)] == [500] * 4


def test_faults_by_probability_can_be_repeated() -> None:
    """What happens depends on seed, path and how often the path was asked for, and on nothing else."""
    probabilities = {Fault.HTML: 0.2, Fault.RESET: 0.1}
    paths = [f"movie/{id}" for id in range(1000)]
    one, two, other = (Faults(Fault, probabilities, seed=seed) for seed in ("a", "a", "b"))
    drawn = [one.draw(path) for path in paths]
    backwards = [two.draw(path) for path in reversed(paths)]
    assert drawn == backwards[::-1]
    assert drawn != [other.draw(path) for path in paths]
    assert 150 < drawn.count(Fault.HTML) < 250
    assert 60 < drawn.count(Fault.RESET) < 140


def test_faulty_paths_recover() -> None:
    """However likely faults are, a path fails at most twice in a row."""
    faults = Faults(Fault, {Fault.HTML: 1.0})
    drawn = [faults.draw("movie/550") for _ in range(6)]
    assert drawn == [Fault.HTML, Fault.HTML, None] * 2


@pytest.mark.parametrize("argument", ["html", "html=2", "html=-1", "htm=0.1", "=0.1", "html=x"])
def test_bad_share_is_named(argument: str) -> None:
    """A share that cannot be is an error that quotes it."""
    with pytest.raises(ValueError, match=re.escape(repr(argument))):
        parse_probabilities(Fault, [argument])


async def test_peak_of_sockets(fake: FakeTmdb) -> None:
    """The record has the most connections that were open at once."""
    async with AsyncExitStack() as stack:
        for _ in range(5):
            assert (await stack.enter_async_context(asking(fake))).status == 200
    assert fake.sockets.peak == 5


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("behaviour", {"limits": 3}, "limits"),
        ("behaviour", {"access": "maybe"}, "maybe"),
        ("behaviour", {"limit": "many"}, "many"),
        ("faults", {"probabilities": {"fire": 0.1}}, "fire"),
        ("faults", {"sometimes": {}}, "sometimes"),
    ],
)
async def test_control_names_what_it_does_not_know(
    path: str, body: dict[str, object], named: str, fake: FakeTmdb, session: aiohttp.ClientSession
) -> None:
    """An unknown field or value is a 400 that names it, and changes nothing."""
    before = vars(fake.behaviour).copy(), fake.faults.probabilities
    async with session.post(f"{fake.root}/_fake/{path}", json=body) as response:
        assert response.status == 400
        assert named in (await response.json())["error"]
    assert (vars(fake.behaviour), fake.faults.probabilities) == before


async def test_control_changes_behaviour_and_faults(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """Switches and faults can be set over HTTP, and the record can be cleared."""
    await session.post(f"{fake.root}/_fake/behaviour", json={"limit": 7, "totals": "single", "access": "suspended"})
    assert await status(fake, session) == 401
    await session.post(f"{fake.root}/_fake/behaviour", json={"access": "valid"})
    await session.post(f"{fake.root}/_fake/faults", json={"once": {"configuration": ["html"]}})
    assert await status(fake, session) == 502
    assert fake.behaviour == Behaviour(limit=7, totals=fake.behaviour.totals, slow=fake.behaviour.slow)
    await session.post(f"{fake.root}/_fake/reset")
    assert fake.recorder.requests == 0


async def test_listens_on_loopback_only(catalogue: MadeUpCatalogue) -> None:
    """The fake is on 127.0.0.1, on a port of its own, and gone when its context ends."""
    async with running(FakeTmdb(catalogue)) as one, running(FakeTmdb(catalogue)) as two:
        assert one.root != two.root
        assert one.root.startswith("http://127.0.0.1:")
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"{one.root}/_fake/state")
