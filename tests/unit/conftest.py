"""What tests of several folders stand on."""

from pathlib import Path

import pytest

from tests.unit.common.sample_lake import sample_lake


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample lake, only to be read."""
    folder = tmp_path_factory.mktemp("sample_lake")
    sample_lake(folder)
    return folder
