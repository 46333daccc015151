"""`tmdb verify`: its canary proves what it says, and nothing of it stays, whoever was killed or is at it as well."""

import asyncio

import pytest

from cli import canary
from cli.errors import Failure
from tests.unit.cli.fakes import Internet, Killed
from tests.unit.cli.world import FakeStage, keys


def test_what_a_killed_command_left_is_removed(dev: FakeStage) -> None:
    """Wherever it died, the next one leaves nothing at the edge, and one key is all that can have been there."""
    dev.fuse.arm(None)
    asyncio.run(canary.canary(dev))
    for at in range(1, dev.fuse.calls + 1):
        dev.fuse.arm(at)
        with pytest.raises(Killed):
            asyncio.run(canary.canary(dev))
        dev.fuse.arm(None)
        assert keys(dev) in ([], ["canary/verify.pb.lz4"])
        asyncio.run(canary.canary(dev))
        assert keys(dev) == []


async def test_several_at_once(bunny: FakeStage, internet: Internet) -> None:
    """Operators who verify at the same time disturb each other in nothing."""
    said = await asyncio.gather(*(canary.canary(bunny) for _ in range(5)))
    assert set(said) == {"an object was written, read back and removed"} and internet.bunny == {}


async def test_an_edge_that_forgets(bunny: FakeStage, internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """An object that does not come back is a failure, and so is one that cannot be removed."""
    internet.bunny = Forgetful()
    with pytest.raises(Failure, match="did not come back as it was"):
        await canary.canary(bunny)
    internet.bunny = Stubborn()
    with pytest.raises(Failure, match=r"canary/verify\.pb\.lz4 could not be removed"):
        await canary.canary(bunny)


class Forgetful(dict[str, bytes]):
    """Keeps nothing."""

    def __setitem__(self, key: str, value: bytes) -> None:
        """It is gone."""


class Stubborn(dict[str, bytes]):
    """Keeps everything."""

    def __delitem__(self, key: str) -> None:
        """It stays."""
