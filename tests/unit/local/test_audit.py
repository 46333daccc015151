"""`make audit`: what could not be looked up is not reported as clean."""

import subprocess

import pytest

from local import audit


def test_nothing_looked_up_is_not_nothing_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where OSV cannot be asked, the status is neither that of clean pins nor that of vulnerable ones, and says so."""
    monkeypatch.setattr(audit, "OSV", "http://127.0.0.1:9/")
    assert audit.main() == 2
    assert "nothing was looked up" in capsys.readouterr().err


@pytest.mark.parametrize(("found", "status"), [(0, 0), (1, 1)])
def test_every_pin_is_asked_about(found: int, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All three resolutions go to pip-audit with their hashes; its verdict is ours."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        commands.append(command)
        return subprocess.CompletedProcess(command, found)

    monkeypatch.setattr(audit, "OSV", (audit.ROOT / "LICENSE").as_uri())
    monkeypatch.setattr(subprocess, "run", run)
    assert audit.main() == status
    ((command),) = commands
    assert {str(audit.ROOT / file) for file in audit.PINS} <= set(command) and "--require-hashes" in command
