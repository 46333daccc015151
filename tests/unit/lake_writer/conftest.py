"""A lake with a writer beside it."""

from pathlib import Path

import pytest

from tests.unit.lake_writer.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty lake."""
    return World(tmp_path)
