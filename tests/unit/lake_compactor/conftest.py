"""A lake with a compactor beside it."""

from pathlib import Path

import pytest

from tests.unit.lake_compactor.world import Compacting


@pytest.fixture
def world(tmp_path: Path) -> Compacting:
    """An empty lake."""
    return Compacting(tmp_path)
