"""The real clients of TMDB and Bunny meet every fault of the fakes over real sockets, and say what to do next."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from lambdas.collector.edge import EdgeDown
from lambdas.collector.edge.bunny import BunnyEdge
from lambdas.collector.fetch import fetch_title
from lambdas.common import codec
from lambdas.common.datasets import DATASETS
from lambdas.common.errors import GiveUp, Retry, StopTheLine, Throttled
from lambdas.common.http import AiohttpTransport, Response
from lambdas.common.pacer import Pacer
from lambdas.common.tmdb import Tmdb
from local.bunny import FakeBunny
from local.bunny import Fault as BunnyFault
from local.bunny import running as bunny_running
from local.tmdb import Access, FakeTmdb, Fault, RetryAfter
from tests.unit.collector.world import NOW as TODAY
from tests.unit.collector.world import FakeClock
from tests.unit.local.conftest import NOW

PATIENCE = 0.05
"""Real seconds until a client gives up on what hangs."""
KEY = "movie/550.pb.lz4"


class Impatient(AiohttpTransport):
    """The real transport, which waits for nothing."""

    async def request(self, method: str, url: str, **options: Any) -> Response:
        return await super().request(method, url, **{**options, "timeout": PATIENCE})


@pytest.fixture
async def transport() -> AsyncIterator[AiohttpTransport]:
    """Real connections."""
    transport = AiohttpTransport(connections=2)
    yield transport
    await transport.close()


@pytest.fixture
async def impatient() -> AsyncIterator[AiohttpTransport]:
    """Real connections of who does not wait."""
    transport = Impatient(connections=2)
    yield transport
    await transport.close()


@pytest.fixture
def movie(fake: FakeTmdb) -> int:
    """A movie that is there."""
    day = fake.moment.day
    return next(row.id for row in fake.catalogue.listed("movie", day) if _body(fake, row.id))


def _body(fake: FakeTmdb, id: int) -> Any:
    try:
        return fake.catalogue.body("movie", id, fake.moment)
    except ValueError:
        return None


def client(fake: FakeTmdb, transport: AiohttpTransport) -> tuple[Tmdb, FakeClock]:
    """TMDB's client, in a time of its own."""
    clock = FakeClock()

    async def token(afresh: bool) -> str:
        return fake.behaviour.token

    return Tmdb(fake.url, token, transport, Pacer(1_000_000, clock), clock), clock


TMDB = {
    Fault.INTERNAL: (Retry, "answered 500 code 11"),
    Fault.UNAVAILABLE: (Retry, "answered 503: the body is not JSON"),
    Fault.HTML: (Retry, "answered 502: the body is not JSON"),
    Fault.PAGE: (Retry, "answered 200: the body is not JSON"),
    Fault.NO_CODE: (Retry, "answered 404: the body is not JSON"),
    Fault.REDIRECT: (Retry, "answered 302"),
    Fault.REFUSED: (GiveUp, "answered 200 code 21"),
    Fault.OTHER: (Retry, "TMDB answered with id 2147483647"),
    Fault.HANG: (Retry, "GET failed: TimeoutError"),
    Fault.RESET: (Retry, "GET failed: (ClientOSError|ServerDisconnectedError)"),
    Fault.TRUNCATED: (Retry, "GET failed: ClientPayloadError|cut short"),
    Fault.CUT: (Retry, "the body is not JSON|cut short"),
    Fault.INVALID: (GiveUp, "code 44"),
}
PASSING = {Fault.TOO_MANY, Fault.SLOW, Fault.UNLABELLED}
"""What the client sees through: it gets the title."""


@pytest.mark.parametrize("fault", Fault)
async def test_client_of_tmdb(fault: Fault, fake: FakeTmdb, movie: int, transport: AiohttpTransport) -> None:
    """Each fault is what the line must do next, in words that hold no token; afterwards the title is there."""
    tmdb, clock = client(fake, transport)
    fake.faults.once[f"movie/{movie}"] = [fault] * (2 if fault is Fault.RESET else 1)  # aiohttp asks again itself
    if fault in PASSING:
        assert (await fetch_title(DATASETS["movie"], movie, tmdb, float("inf"))).title.data["id"] == movie
        assert fake.recorder.statuses["movie/{id}"][429] == (fault is Fault.TOO_MANY)
    else:
        error, said = TMDB[fault]
        deadline = clock.monotonic() + PATIENCE if fault is Fault.HANG else float("inf")
        with pytest.raises(error, match=said) as caught:
            await fetch_title(DATASETS["movie"], movie, tmdb, deadline)
        assert fake.behaviour.token not in repr(caught.value)
    assert (await fetch_title(DATASETS["movie"], movie, tmdb, float("inf"))).title.data["id"] == movie


@pytest.mark.parametrize("access", [Access.REVOKED, Access.SUSPENDED])
async def test_token_that_is_no_good(access: Access, fake: FakeTmdb, movie: int, transport: AiohttpTransport) -> None:
    """A token that stays refused when it was read afresh stops the line."""
    tmdb, _ = client(fake, transport)
    fake.behaviour.access = access
    with pytest.raises(StopTheLine, match="401 code"):
        await tmdb.ask(f"movie/{movie}")
    assert fake.recorder.requests == 2


@pytest.mark.parametrize(
    ("policy", "pause"),
    [
        (RetryAfter.NEVER, 1.0),
        (RetryAfter.ZERO, 1.0),
        (RetryAfter.ALWAYS, 1.0),
        (RetryAfter.THIRTY, 30.0),
        (RetryAfter.DATE, 20.0),
        (RetryAfter.GARBAGE, 1.0),
    ],
)
async def test_every_form_of_retry_after(
    policy: RetryAfter, pause: float, fake: FakeTmdb, movie: int, transport: AiohttpTransport
) -> None:
    """The client waits as long as it was asked to, and a second where it was not told or cannot read it."""
    tmdb, clock = client(fake, transport)
    clock.now = NOW.timestamp() - 18  # a date is two seconds ahead of the fake, 20 of us
    begun = clock.now
    fake.behaviour.retry_after = policy
    fake.faults.once[f"movie/{movie}"] = [Fault.TOO_MANY]
    assert (await tmdb.ask(f"movie/{movie}")).data["id"] == movie
    assert clock.now - begun == pytest.approx(pause, abs=0.01)


async def test_storm_without_end(fake: FakeTmdb, movie: int, transport: AiohttpTransport) -> None:
    """When everything is 429 until the deadline, that is nobody's failure: no slot was free."""
    tmdb, clock = client(fake, transport)
    fake.behaviour.limit = 0
    with pytest.raises(Throttled):
        await tmdb.ask(f"movie/{movie}", deadline=clock.monotonic() + 60)
    assert fake.recorder.requests <= 60


@pytest.fixture
async def bunny(tmp_path: Path) -> AsyncIterator[FakeBunny]:
    """A running fake Bunny."""
    async with bunny_running(FakeBunny(tmp_path)) as fake:
        yield fake


Edge = Callable[[AiohttpTransport], BunnyEdge]


@pytest.fixture
def edge(bunny: FakeBunny) -> Edge:
    """Bunny's client, in a time of its own."""

    async def key(afresh: bool) -> str:
        return bunny.behaviour.key

    return lambda transport: BunnyEdge(f"{bunny.url}/zone", key, transport, FakeClock())


@pytest.mark.parametrize("fault", BunnyFault)
async def test_client_of_bunny(fault: BunnyFault, bunny: FakeBunny, edge: Edge, impatient: AiohttpTransport) -> None:
    """Each fault that passes costs a try and not the object; one that does not is an outage that names the object."""
    bunny.faults.once[KEY] = [fault]
    await edge(impatient).put(KEY, b"an object", fetched_at=int(TODAY))
    assert bunny.files.read(KEY) == b"an object"
    if fault is BunnyFault.CUT:
        return  # of an upload's answer only the status counts
    bunny.faults.always[KEY] = fault
    expected = StopTheLine if fault is BunnyFault.REFUSED else EdgeDown
    with pytest.raises(expected):
        await edge(impatient).put(KEY, b"another one", fetched_at=int(TODAY))
    committed = fault in {BunnyFault.LOST, BunnyFault.STUCK}
    assert bunny.files.read(KEY) == (b"another one" if committed else b"an object")


async def test_bytes_that_are_wrong(bunny: FakeBunny, edge: Edge, transport: AiohttpTransport) -> None:
    """An object damaged on its way back is known as damaged; read again, it is whole."""
    blob = codec.encode("movie", b'{"id":550,"title":"A title"}', fetched_at=int(TODAY))
    await edge(transport).put(KEY, blob, fetched_at=int(TODAY))
    bunny.faults.once[KEY] = [BunnyFault.WRONG_BYTES]
    with pytest.raises(codec.BadBlob):
        codec.decode("movie", await edge(transport).get(KEY) or b"")
    assert codec.decode("movie", await edge(transport).get(KEY) or b"")["title"] == "A title"
