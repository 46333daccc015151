"""The edge on Bunny, against a Bunny that behaves like the real one, faults included."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lambdas.collector.edge import EdgeDown, TooOld
from lambdas.collector.edge.bunny import BunnyEdge
from lambdas.common.errors import StopTheLine
from lambdas.common.http import AiohttpTransport
from local.bunny import FakeBunny, running
from tests.unit.collector.world import NOW, FakeClock

KEY = "movie/550.pb.lz4"


class Bunny:
    """A BunnyEdge, its fake and what its secret holds."""

    def __init__(self, fake: FakeBunny, transport: AiohttpTransport) -> None:
        self.fake = fake
        self.passwords = [fake.behaviour.key]
        self.clock = FakeClock()
        self.edge = BunnyEdge(f"{fake.url}/{fake.behaviour.zone}", self._key, transport, self.clock)

    async def _key(self, afresh: bool) -> str:
        if afresh and len(self.passwords) > 1:
            self.passwords.pop(0)
        return self.passwords[0]


@pytest.fixture
async def bunny(tmp_path: Path) -> AsyncIterator[Bunny]:
    """A Bunny over a temporary folder."""
    transport = AiohttpTransport(connections=4)
    async with running(FakeBunny(tmp_path)) as fake:
        yield Bunny(fake, transport)
        await transport.close()


async def test_put_get_list_delete(bunny: Bunny, tmp_path: Path) -> None:
    """An object is a file under its key; what was put is read back, listed at any depth, and removed."""
    await bunny.edge.put("tv/7.pb.lz4", b"title", fetched_at=int(NOW))
    await bunny.edge.put("tv/7/season/1.pb.lz4", b"one", fetched_at=int(NOW))
    await bunny.edge.put("tv/7/reviews.pb.lz4", b"reviews", fetched_at=int(NOW))
    assert (tmp_path / "tv/7/season/1.pb.lz4").read_bytes() == b"one"
    assert sorted(await bunny.edge.list("tv/7")) == ["tv/7/reviews.pb.lz4", "tv/7/season/1.pb.lz4"]
    assert await bunny.edge.get("tv/7.pb.lz4") == b"title"
    for key in ("tv/7/season/1.pb.lz4", "tv/7/season/1.pb.lz4"):
        await bunny.edge.delete(key)
    assert await bunny.edge.get("tv/7/season/1.pb.lz4") is None
    assert await bunny.edge.list("tv/8") == []


@pytest.mark.parametrize("fault", ["429", "500", "reset", "folder"])
async def test_passing_faults_are_tried_again(bunny: Bunny, fault: str) -> None:
    """A refusal or a reset that passes does not cost the object."""
    bunny.fake.faults.update({"once": {KEY: [fault]}})
    await bunny.edge.put(KEY, b"blob", fetched_at=int(NOW))
    assert await bunny.edge.get(KEY) == b"blob"


async def test_store_that_never_answers_is_down(bunny: Bunny) -> None:
    """A store that refuses every time is down: an outage, with the last answer named."""
    bunny.fake.faults.update({"always": {KEY: "500"}})
    with pytest.raises(EdgeDown, match=r"PUT movie/550.pb.lz4 answered 500"):
        await bunny.edge.put(KEY, b"blob", fetched_at=int(NOW))


async def test_list_that_is_no_json_is_no_list(bunny: Bunny) -> None:
    """A list that was damaged on its way is an outage, not a folder with nothing in it."""
    await bunny.edge.put("tv/7/season/1.pb.lz4", b"one", fetched_at=int(NOW))
    bunny.fake.faults.update({"once": {"tv/7/": ["cut"]}})
    with pytest.raises(EdgeDown, match="no JSON"):
        await bunny.edge.list("tv/7")
    assert await bunny.edge.list("tv/7") == ["tv/7/season/1.pb.lz4"]


async def test_unreachable_store_is_down(tmp_path: Path) -> None:
    """A store that cannot be reached is down, not a failure of the id."""
    transport = AiohttpTransport(connections=1)
    fake = FakeBunny(tmp_path)
    fake.url = "http://127.0.0.1:9"
    with pytest.raises(EdgeDown, match="ClientConnectorError"):
        await Bunny(fake, transport).edge.put(KEY, b"blob", fetched_at=int(NOW))
    await transport.close()


async def test_wrong_key_stops_the_line(bunny: Bunny) -> None:
    """A refused key stops the line with a sentence that does not show it."""
    bunny.passwords = ["wrong-password"]
    with pytest.raises(StopTheLine, match="password goes into its secret") as raised:
        await bunny.edge.put(KEY, b"blob", fetched_at=int(NOW))
    assert "wrong-password" not in str(raised.value)


async def test_rotated_key_is_read_again(bunny: Bunny) -> None:
    """A refused key is read once more, for a secret that was just rotated."""
    bunny.passwords = ["old-password", bunny.fake.behaviour.key]
    await bunny.edge.put(KEY, b"blob", fetched_at=int(NOW))
    assert await bunny.edge.get(KEY) == b"blob"


async def test_no_body_is_put_that_was_fetched_a_while_ago(bunny: Bunny) -> None:
    """A body is refused as too old at its first PUT, and at a later one if the pauses made it so."""
    with pytest.raises(TooOld):
        await bunny.edge.put(KEY, b"blob", fetched_at=int(NOW) - 31)
    bunny.fake.faults.update({"once": {KEY: ["500", "500"]}})
    with pytest.raises(TooOld):
        await bunny.edge.put(KEY, b"blob", fetched_at=int(NOW) - 29)
    assert await bunny.edge.get(KEY) is None
