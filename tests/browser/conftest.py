"""What the page's tests run against: the API on a real Postgres, an edge that is a fake Bunny's pull zone, Chromium."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from lambdas.catalog_api.api import resolver
from lambdas.catalog_api.session import STATEMENT_SECONDS, Session
from lambdas.common import codec
from lambdas.common.catalog.database import connect
from lambdas.common.catalog.record import dropped, from_tmdb
from lambdas.common.catalog.store import store
from lambdas.common.clock import SystemClock
from local import postgres
from local.catalog import gateway
from local.catalog.__main__ import DATABASE, prepare, settings
from local.run.fakes import server
from tests.browser.movies import DAMAGED, MISSING, bodies

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
FETCHED = int(time.time()) - 3 * 3600 - 60


@dataclass(frozen=True)
class Site:
    """Where the page is, and the edge that it reads."""

    url: str
    edge: str


@pytest.fixture(scope="session")
def node() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs Node in this folder, with the packages that package.json pins, installed if they are not there."""
    env = os.environ | {"PATH": os.pathsep.join([str(BIN), os.environ["PATH"]])}
    installed, pins = HERE / "node_modules" / ".package-lock.json", HERE / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < pins.stat().st_mtime:
        subprocess.run(
            [BIN / "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=HERE, env=env, check=True
        )
        installed.touch()

    def run(*arguments: str | Path, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        command = [BIN / "node", *arguments]
        return subprocess.run(
            command, cwd=HERE, env=env | environ, input=stdin, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A catalog with the movies of movies.py, each fetched three hours ago, and one that no TMDB knows."""
    folder = tmp_path_factory.mktemp("site")
    edge = folder / "edge" / "movie"
    edge.mkdir(parents=True)
    movies = [dropped({"title": "Dropped", "year": 1920, "genres": ["Silent"]}, fetched_at=FETCHED).movie]
    for body in bodies():
        movies.append(from_tmdb(body, fetched_at=FETCHED).movie)
        blob = bytearray(codec.encode("movie", json.dumps(body).encode(), fetched_at=FETCHED))
        if body["id"] == DAMAGED:
            blob[len(blob) // 2] ^= 1
        if body["id"] != MISSING:
            (edge / f"{body['id']}.pb.lz4").write_bytes(blob)
    bunny = ["--root", str(edge.parent), "--zone", "test", "--key", "a-key-of-the-fake-bunny"]
    with server("local.bunny", bunny, folder) as urls, postgres.serving() as database:
        prepare(database)
        with database.connect(DATABASE) as connection:
            store(connection, movies)
        told = settings(database, edge_url=urls["pull zone"])
        with closing(connect(told, statement_seconds=STATEMENT_SECONDS)) as connection:
            api = resolver(Session(lambda: connection), told, SystemClock())
            with gateway.serving(api.resolve) as url:
                yield Site(url, told.edge_url)
