"""Every test that asks for `stacks` runs over each combination of settings."""

import os
from collections.abc import Iterator

import pytest

from tests.infra.stacks import COMBINATIONS, Stacks, synthesise

VARIABLES = ("MEDIA_TYPES", "COLLECTION_INTERVAL", "COLLECTOR_CONCURRENCY", "RATE_LIMIT_REQUESTS")


@pytest.fixture(scope="session", autouse=True)
def no_variables() -> Iterator[None]:
    """The machine's own environment does not change what is tested."""
    kept = {name: os.environ.pop(name) for name in VARIABLES if name in os.environ}
    yield
    os.environ.update(kept)


@pytest.fixture(params=COMBINATIONS)
def stacks(request: pytest.FixtureRequest) -> Stacks:
    """The stacks of one combination of settings."""
    return synthesise(request.param)
