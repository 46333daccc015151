"""`tmdb deploy --only`: one function gets the code that is here, once."""

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli import function_code
from cli.errors import Failure
from cli.main import main
from stacks.components.bundling import Target
from tests.unit.cli.world import FakeStage, raised, said, told


@pytest.fixture
def bundled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stages whose zip was made; each holds one file with the number of the edit."""
    made: list[str] = []

    def bundle(stage: str, target: Target, out: Path) -> None:
        assert target.platform == "aarch64-manylinux_2_28"
        made.append(stage)
        (out / "lambdas").mkdir()
        (out / "lambdas" / "handler.py").write_text(stage)

    monkeypatch.setattr(function_code, "bundle", bundle)
    monkeypatch.setattr(function_code, "stage_settings", lambda _: SimpleNamespace(target="aws"))
    return made


def test_only_one_function_gets_new_code(dev: FakeStage, bundled: list[str]) -> None:
    """Its zip is the same for the same files, so a second time nothing is uploaded."""
    assert said("deploy", "--only", "collector", "--stage", "dev") == "collector: runs the new code\n"
    assert list(dev.functions_client.code) == ["collector"]
    with zipfile.ZipFile(io.BytesIO(dev.functions_client.code["collector"])) as archive:
        assert archive.read("lambdas/handler.py") == b"collector"
    assert told("deploy", "--only", "collector", "--stage", "dev") == {"function": "collector", "updated": False}
    assert bundled == ["collector", "collector"]


def test_a_function_that_there_is_not(dev: FakeStage, bundled: list[str]) -> None:
    """It is named beside those that there are, and nothing is built."""
    error = raised("deploy", "--only", "painter", "--stage", "dev")
    assert isinstance(error, Failure) and "only collector, harvester" in str(error)
    assert bundled == []


def test_local_goes_with_only(capsys: pytest.CaptureFixture[str]) -> None:
    """The local world deploys itself."""
    assert main(["deploy", "--local"]) == 2
    assert "--local goes with --only" in capsys.readouterr().err
