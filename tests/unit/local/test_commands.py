"""The fakes as commands: `python -m local.tmdb` and `python -m local.bunny`."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

ROOT = Path(__file__).parents[3]


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running command and the URL it says it listens on."""
    command = [sys.executable, "-m", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            words = process.stdout.readline().split()
            assert words[:2] == ["listening", "on"]
            yield process, words[2]
        finally:
            process.kill()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_tmdb(stop: signal.Signals, tmp_path: Path) -> None:
    """It tells its address on standard output and in the file, serves what was asked for, and stops when told to."""
    port_file = tmp_path / "tmdb.json"
    with started("local.tmdb", "--port-file", str(port_file), "--movie", "50", "--token", "secret") as (process, url):
        process.stdout.readline()  # type: ignore[union-attr]  # a pipe
        request = Request(f"{url}/3/configuration", headers={"Authorization": "Bearer secret"})
        with urlopen(request) as response:
            assert response.status == 200
        process.send_signal(stop)
        assert process.wait(timeout=5) == 0
    assert json.loads(port_file.read_text()) == {"root": url, "api": f"{url}/3", "exports": f"{url}/p/exports"}


def test_tmdb_names_skipped_samples(tmp_path: Path) -> None:
    """A sample that is not served is named on standard error before the fake listens."""
    for name, body in {"keyword/1.json": {"id": 1, "name": "a"}, "season_details/lost.json": {"id": 5}}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(json.dumps(body))
    with started("local.tmdb", "--samples", str(tmp_path)) as (process, _):
        assert "season_details/lost.json" in process.stderr.readline()  # type: ignore[union-attr]  # a pipe


def test_bunny(tmp_path: Path) -> None:
    """It serves storage and pull zone over the folder it was given, and stops when told to."""
    port_file = tmp_path / "bunny.json"
    edge = tmp_path / "edge"
    with started("local.bunny", "--root", str(edge), "--port-file", str(port_file), "--key", "k") as (process, url):
        request = Request(f"{url}/zone/a.pb.lz4", b"abc", {"AccessKey": "k"}, method="PUT")
        with urlopen(request) as response:
            assert response.status == 201
        assert (edge / "a.pb.lz4").read_bytes() == b"abc"
        process.stdout.readline()  # type: ignore[union-attr]  # a pipe
        urls = json.loads(port_file.read_text())
        with urlopen(f"{urls['pull zone']}/a.pb.lz4") as response:
            assert response.read() == b"abc"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
    assert urls["storage"] == url


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["local.tmdb", "--fault", "fire=0.1"], "'fire=0.1'"),
        (["local.bunny", "--root", ".", "--fault", "500=2"], "'500=2'"),
        (["local.tmdb", "--samples", "/no/such/folder"], "/no/such/folder"),
    ],
)
def test_bad_arguments(arguments: list[str], named: str) -> None:
    """An argument that cannot be is refused with a sentence that quotes it, and exit code 2."""
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 2
    assert named in done.stderr
    assert "Traceback" not in done.stderr
