"""The fake TMDB and the fake Bunny, each a process of its own for the time of a run."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local.processes import started
from local.run.settings import FAKE_TOKEN, RunSettings

BUNNY_KEY = "access-key-of-the-fake-bunny"
BUNNY_ZONE = "local"
_FAULTS = {"429": 0.001, "500": 0.004, "html": 0.003, "truncated": 0.003, "reset": 0.002, "unlabelled": 0.002}
"""Shares of bad answers on the way: enough to see every kind in a run of some thousand titles."""
_START_SECONDS = 20.0


@contextmanager
def fake_tmdb(settings: RunSettings) -> Iterator[Mapping[str, str]]:
    """URLs `root`, `api` and `exports`. It tolerates 400 requests a second, ten times what TMDB does."""
    catalogue = ["--samples", str(settings.samples)] if settings.samples else []
    faults = [] if settings.samples else [f"--fault={kind}={share}" for kind, share in _FAULTS.items()]
    arguments = ["--token", FAKE_TOKEN, "--limit", "400", "--sockets", "100", *catalogue, *faults]
    with server("local.tmdb", arguments, settings.local) as urls:
        yield urls


@contextmanager
def fake_bunny(settings: RunSettings) -> Iterator[Mapping[str, str]]:
    """URLs `storage` and `pull zone`; the objects are files below `edge/`, if Bunny is the edge."""
    root = str(settings.local / ("edge" if settings.edge == "bunny" else "bunny"))
    with server("local.bunny", ["--root", root, "--zone", BUNNY_ZONE, "--key", BUNNY_KEY], settings.local) as urls:
        yield urls


@contextmanager
def pull_zone(settings: RunSettings) -> Iterator[str]:
    """The URL at which the files below `edge/` are read, as through a CDN that stands before S3."""
    folder = settings.local / "cdn"
    folder.mkdir()
    arguments = ["--root", str(settings.local / "edge"), "--zone", BUNNY_ZONE, "--key", BUNNY_KEY]
    with server("local.bunny", arguments, folder) as urls:
        yield urls["pull zone"]


@contextmanager
def server(module: str, arguments: list[str], folder: Path) -> Iterator[Mapping[str, str]]:
    """Run a fake until the context ends, its log and its port file in `folder`; gives its URLs."""
    port_file, log = folder / f"{module}.json", folder / f"{module}.log"
    command = [sys.executable, "-m", module, "--port-file", str(port_file), *arguments]
    with started(command, log) as process:
        process.wait_until(port_file.exists, _START_SECONDS)
        yield json.loads(port_file.read_text())
