"""A world for each test."""

from collections.abc import Iterator

import pytest

from tests.unit.harvester.world import World, fresh_world


@pytest.fixture
def world() -> Iterator[World]:
    """Everything a harvester works with."""
    with fresh_world() as world:
        yield world
