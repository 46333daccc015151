"""The catalog of a run: a bucket's folder goes into Postgres, each object once."""

import json
from pathlib import Path

import pytest

from local.catalog.__main__ import prepare
from local.postgres import Postgres
from local.run.catalog import Catalog
from tests.unit.common.bodies import BODIES

BRONZE = "bronze/movie/dt=2026-11-24/movie-export-20261124T083000Z-0a1b/550-1-0123abcd.jsonl.gz"


@pytest.fixture
def catalog(server: Postgres, tmp_path: Path) -> Catalog:
    """A catalog without a movie, over a bucket without an object."""
    prepare(server)
    with server.connect("catalog") as connection:
        connection.execute("TRUNCATE movie, genre, gone, reject")
    return Catalog(server, tmp_path, "http://edge.example")


def drop(catalog: Catalog, key: str, content: bytes) -> None:
    """Put an object into the bucket, as the emulator keeps it."""
    path = catalog.bucket / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.with_name(f"{path.name}.meta.json").write_text("{}")


def test_each_object_is_loaded_once(catalog: Catalog) -> None:
    """New objects are found by the next look, and none is read again."""
    movie = {"title": "Night", "year": 1999}
    drop(catalog, "drop/a.json", json.dumps([movie, {"title": None}]).encode())
    assert catalog.fill() == {"stored": 1, "removed": 0, "rejected": 1}
    assert not catalog.fill()
    drop(catalog, "drop/deep/b c ł.json", json.dumps(movie | {"year": 2000}).encode())
    drop(catalog, "silver/movie/c.json", json.dumps(movie | {"year": 2001}).encode())
    assert catalog.fill()["stored"] == 1
    assert catalog.movies() == 2


def test_an_object_that_grows_is_read_again(catalog: Catalog) -> None:
    """A file that was still being copied at one look is whole at the next."""
    rows = b'{"title": "Night", "year": 1999}\n{"title": "Day", "year": 1999}\n'
    drop(catalog, "drop/a.json", rows[:-1][:40])
    catalog.fill()
    drop(catalog, "drop/a.json", rows)
    catalog.fill()
    assert catalog.movies() == 2


def test_what_cannot_be_read_stops_nothing(catalog: Catalog) -> None:
    """An object of bronze that is none is counted, and its neighbours are loaded."""
    drop(catalog, BRONZE, b"no gzip" + BODIES["movie"])
    drop(catalog, "drop/a.json", b'{"title": "Night", "year": 1999}')
    counts = catalog.fill()
    assert (counts["unreadable"], counts["stored"]) == (1, 1)
