"""The sample lake, and what opens it."""

import shutil
from pathlib import Path

import pytest
from obstore.store import LocalStore

from lambdas.common.lakehouse import Lakehouse


@pytest.fixture
def store(sample: Path, tmp_path: Path) -> LocalStore:
    """A store that holds the sample lake, to be written to."""
    return LocalStore(shutil.copytree(sample, tmp_path / "lake"))


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A folder for what is under way."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def tables(store: LocalStore, scratch: Path) -> Lakehouse:
    """The tables of the sample lake."""
    return Lakehouse(store, scratch=str(scratch))
