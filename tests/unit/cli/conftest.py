"""What tests of verbs share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from cli import checkpoint, edge, inventory, project
from tests.unit.cli.fakes import Internet
from tests.unit.cli.world import FakeStage, deployed, find


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    """TMDB and Bunny, of which nothing is real."""
    found = Internet()
    monkeypatch.setattr(edge, "AiohttpTransport", found)
    monkeypatch.setattr(inventory, "AiohttpTransport", found)
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where checkpoints and an operator's own settings are kept."""
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path / "checkpoints")
    monkeypatch.setattr(project, "OWN_FILE", tmp_path / "stages.json")
    for variable in ("TMDB_TOKEN", "BUNNY_PASSWORD"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


@pytest.fixture
def dev(monkeypatch: pytest.MonkeyPatch, folder: Path, internet: Internet) -> Iterator[FakeStage]:
    """A deployed stage `dev` with an edge on S3."""
    with mock_aws():
        yield find(deployed(), monkeypatch)


@pytest.fixture
def bunny(monkeypatch: pytest.MonkeyPatch, folder: Path, internet: Internet) -> Iterator[FakeStage]:
    """A deployed stage `dev` with an edge at Bunny."""
    with mock_aws():
        yield find(deployed(edge="bunny"), monkeypatch)
