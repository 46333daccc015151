"""What the page's tests run against: the API on a real Postgres, an edge that is a fake Bunny's pull zone, Chromium."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from lambdas.catalog_api.api import resolver
from lambdas.catalog_api.session import STATEMENT_SECONDS, Session
from lambdas.common import codec
from lambdas.common.catalog.database import connect
from lambdas.common.catalog.record import dropped, from_tmdb
from lambdas.common.catalog.settings import DATABASE
from lambdas.common.catalog.store import store
from lambdas.common.clock import SystemClock
from local import postgres
from local.catalog import gateway
from local.catalog.__main__ import prepare, settings
from local.run.fakes import server
from tests.browser.movies import DAMAGED, MISSING, bodies

FETCHED = int(time.time()) - 3 * 3600 - 60


@dataclass(frozen=True)
class Site:
    """Where the page is, and the edge that it reads."""

    url: str
    edge: str


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
