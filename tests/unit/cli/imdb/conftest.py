"""What tests of downloads share."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from local.catalogue.made_up import MadeUpCatalogue, Sizes
from local.tmdb import Behaviour, FakeTmdb, running

NOW = datetime(2026, 8, 31, 12, tzinfo=UTC)


@pytest.fixture
async def fake() -> AsyncIterator[FakeTmdb]:
    """A TMDB with some made-up titles."""
    catalogue = MadeUpCatalogue(Sizes(movie=40, tv=15, person=5, collection=1, company=1, keyword=1, network=1))
    behaviour = Behaviour(limit=1000, slow=0.0)
    async with running(FakeTmdb(catalogue, behaviour=behaviour, now=lambda: NOW)) as fake:
        yield fake


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person has in the environment."""
    monkeypatch.setenv("TMDB_TOKEN", "fake-token")
