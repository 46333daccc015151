"""A fake TMDB on a small made-up catalogue, at noon of a fixed day."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from local.catalogue.made_up import MadeUpCatalogue, Sizes
from local.tmdb import Behaviour, FakeTmdb, running

NOW = datetime(2026, 8, 31, 12, tzinfo=UTC)


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def catalogue() -> MadeUpCatalogue:
    """Some hundred titles."""
    return MadeUpCatalogue(Sizes(movie=300, tv=60, person=300, collection=40, company=40, keyword=40, network=40))


@pytest.fixture
def clock() -> Clock:
    """What the rate limit goes by; it stands still."""
    return Clock()


@pytest.fixture
async def fake(catalogue: MadeUpCatalogue, clock: Clock) -> AsyncIterator[FakeTmdb]:
    """A running fake that is generous."""
    behaviour = Behaviour(limit=1000, slow=0.0)
    async with running(FakeTmdb(catalogue, behaviour=behaviour, now=lambda: NOW, clock=clock)) as fake:
        yield fake


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A client as the fake expects it: with the token, sending everything over one connection at a time."""
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer fake-token"}) as session:
        yield session
