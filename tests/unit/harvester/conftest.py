"""A world with a state table of its own, on moto."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.unit.harvester.world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Everything a harvester works with."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield World()
