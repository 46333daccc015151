"""What becomes too old: TMDB's goes, somebody's own stays."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from lambdas.catalog_loader import purge as module
from lambdas.catalog_loader.purge import DAYS_KEPT, purge
from lambdas.catalog_loader.settings import CatalogLoaderSettings
from lambdas.catalog_loader.visit import Visit
from lambdas.common.catalog.database import Connect
from lambdas.common.catalog.record import Reject
from lambdas.common.catalog.store import reject, remove, store
from lambdas.common.errors import BadInput
from local.postgres import Postgres
from proto.tmdb.v1.catalog_pb2 import CatalogMovie
from tests.unit.catalog_loader.world import visiting

DAY = 86_400
NOW = 1_795_595_400
OLD, YOUNG = NOW - (DAYS_KEPT + 1) * DAY, NOW - (DAYS_KEPT - 1) * DAY


@pytest.fixture
def visit(connecting: Connect) -> Iterator[Visit]:
    """An invocation's connection."""
    with visiting(connecting) as visit:
        yield visit


@pytest.fixture(autouse=True)
def filled(catalog: psycopg.Connection) -> psycopg.Connection:
    """Old and young rows of each table; titles say what they are."""
    movies = [
        CatalogMovie(tmdb_id=1, title="old", genres=["Drama"], popularity=1, fetched_at=OLD),
        CatalogMovie(tmdb_id=2, title="young", popularity=1, fetched_at=YOUNG),
        CatalogMovie(title="own", year=2000, popularity=0, fetched_at=OLD),
    ]
    store(catalog, movies)
    remove(catalog, {3: OLD, 4: YOUNG})
    for at in (OLD, YOUNG):
        reject(catalog, f"lake/{at}", at, [Reject(1, "reason", "row")])
    return catalog


def left(catalog: psycopg.Connection) -> list[Any]:
    """What is there: titles, ids of gone titles, times of rejects, genres."""
    columns = {"movie": "title", "gone": "tmdb_id", "reject": "fetched_at", "genre": "name"}
    return [
        [value for (value,) in catalog.execute(f"SELECT {column} FROM {table} ORDER BY 1")]
        for table, column in columns.items()
    ]


def test_what_is_old_goes(visit: Visit, filled: psycopg.Connection) -> None:
    """Movies of TMDB's, rejected rows and ids that are gone; a movie without an id is somebody's own, and stays."""
    assert purge({}, visit, now=NOW) == {"movie": 1, "gone": 1, "reject": 1}
    assert left(filled) == [["own", "young"], [4], [YOUNG], ["Drama"]]
    assert purge({}, visit, now=NOW) == {"movie": 0, "gone": 0, "reject": 0}


def test_a_moment_can_be_named(visit: Visit, filled: psycopg.Connection) -> None:
    """What was said before it goes; a dry run only counts."""
    expected = {"movie": 2, "gone": 2, "reject": 2}
    assert purge({"before": YOUNG + 1, "dry_run": True}, visit, now=NOW) == expected
    assert len(left(filled)[0]) == 3
    assert purge({"before": YOUNG + 1}, visit, now=NOW) == expected
    assert left(filled) == [["own"], [], [], ["Drama"]]


def test_everything_goes(visit: Visit, filled: psycopg.Connection) -> None:
    """For who stops using TMDB."""
    assert purge({"everything": True}, visit, now=NOW) == {"movie": 3, "gone": 2, "reject": 2, "genre": 1}
    assert left(filled) == [[], [], [], []]


def test_many_rows(visit: Visit, filled: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """They go by so many a transaction, until none is left."""
    monkeypatch.setattr(module, "_CHUNK", 2)
    reject(filled, "lake/many", OLD, [Reject(position, "reason", "row") for position in range(1, 6)])
    assert purge({}, visit, now=NOW)["reject"] == 6


def test_the_loaders_user_may_purge(visit: Visit, known: CatalogLoaderSettings, server: Postgres) -> None:
    """It needs no more than what the migrations grant it."""
    with visiting(lambda: server.connect(known.database_name, "catalog_loader")) as own:
        assert purge({"everything": True}, own, now=NOW)["movie"] == 3


@pytest.mark.parametrize("asked", [None, [], {"before": "1"}, {"before": 1.5}, {"all": True}])
def test_what_cannot_be_meant(visit: Visit, filled: psycopg.Connection, asked: Any) -> None:
    """Is refused, and nothing is deleted."""
    with pytest.raises(BadInput, match="not what to purge"):
        purge(asked, visit, now=NOW)
    assert len(left(filled)[0]) == 3
