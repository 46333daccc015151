"""Rows: whatever comes twice, late or out of order, the newest is what is left."""

from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lambdas.common.catalog.record import Reject
from lambdas.common.catalog.store import reject, remove, store
from local.postgres import Postgres
from proto.tmdb.v1.catalog_pb2 import CatalogMovie


def movie(title: str, year: int | None, fetched_at: int, tmdb_id: int | None = None, **more: Any) -> CatalogMovie:
    """A movie."""
    return CatalogMovie(
        title=title, year=year, fetched_at=fetched_at, tmdb_id=tmdb_id, popularity=more.pop("popularity", 0), **more
    )


def rows(catalog: psycopg.Connection) -> list[tuple[Any, ...]]:
    """What is there."""
    return catalog.execute("SELECT tmdb_id, title, year, fetched_at FROM movie ORDER BY 1, 2, 3").fetchall()


def test_remakes_stay_apart(catalog: psycopg.Connection) -> None:
    """A title of another year is another movie, and TMDB's are told by id alone."""
    store(catalog, [movie("Dune", 1984, 1), movie("Dune", 2021, 1), movie("Dune", 2021, 1, 438631)])
    assert rows(catalog) == [(438631, "Dune", 2021, 1), (None, "Dune", 1984, 1), (None, "Dune", 2021, 1)]


def test_the_same_again_changes_nothing(catalog: psycopg.Connection) -> None:
    """A message that comes twice writes no row."""
    movies = [movie("A", 2000, 5, cast=["x"]), movie("B", None, 5, 7)]
    assert store(catalog, movies) == 2
    assert store(catalog, movies) == 0


def test_a_tmdb_title_may_change(catalog: psycopg.Connection) -> None:
    """A newer answer for an id replaces all that the row said, and keeps its place."""
    store(catalog, [movie("Working Title", None, 5, 7, genres=["Drama"])])
    store(catalog, [movie("Final Title", 2025, 6, 7)])
    assert catalog.execute("SELECT id, title, year, genres FROM movie").fetchall() == [(1, "Final Title", 2025, [])]


def test_what_is_gone_stays_gone_for_older_news(catalog: psycopg.Connection) -> None:
    """A title that was removed comes back only with an answer from after its removal."""
    store(catalog, [movie("A", 2000, 5, 7), movie("B", 2000, 5, 8)])
    assert remove(catalog, {7: 6, 9: 6}) == 1
    assert store(catalog, [movie("A", 2000, 4, 7), movie("A", 2000, 6, 7)]) == 0
    assert store(catalog, [movie("A", 2000, 7, 7)]) == 1
    assert remove(catalog, {7: 6}) == 0
    assert [row[0] for row in rows(catalog)] == [7, 8]


def test_what_is_gone_waits_for_older_news_under_way(
    server: Postgres, database: str, catalog: psycopg.Connection
) -> None:
    """Of two loaders at work at the same time neither brings back what the other was told is gone."""
    with server.connect(database) as other:
        catalog.execute("SET lock_timeout = 10")
        other.execute("SET lock_timeout = 10")
        with other.transaction():
            store(other, [movie("A", 2000, 5, 7)])
            with pytest.raises(psycopg.errors.LockNotAvailable):
                remove(catalog, {7: 6})
        with catalog.transaction():
            assert remove(catalog, {7: 6}) == 1
            assert other.execute("SELECT count(*) FROM movie").fetchone() == (1,), "readers go on"
            with pytest.raises(psycopg.errors.LockNotAvailable):
                store(other, [movie("A", 2000, 5, 7)])
        assert store(other, [movie("A", 2000, 5, 7)]) == 0
    assert rows(catalog) == []


def test_rejects_are_kept_once(catalog: psycopg.Connection) -> None:
    """A file that is read twice is complained about once; a newer file under its name anew."""
    for written_at in (1, 1, 2):
        reject(catalog, "bucket/drop/a.json", written_at, [Reject(3, "year is missing", '{"title":"x"}')])
    assert catalog.execute("SELECT fetched_at, position, reason FROM reject ORDER BY 1").fetchall() == [
        (1, 3, "year is missing"),
        (2, 3, "year is missing"),
    ]


def test_the_longest_row_fits(catalog: psycopg.Connection) -> None:
    """The longest title in the widest letters and ten thousand names are within every index."""
    names = [f"名前{i:05}" for i in range(10_000)]
    assert store(catalog, [movie("𝄞" * 500, 2000, 1, cast=names, original_title="🎬" * 500)]) == 1


VERSIONS = st.lists(
    st.tuples(
        st.sampled_from([("A", 2000, None), ("A", 2001, None), ("B", None, 7), ("C", None, 8)]),
        st.integers(1, 9),
        st.booleans(),
    ),
    max_size=12,
)


@given(st.lists(VERSIONS, max_size=5), st.randoms())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_order_and_repetition_do_not_matter(catalog: psycopg.Connection, batches: list[Any], random: Any) -> None:
    """In any order, some of it twice, the rows come to what the newest of each movie says."""
    catalog.execute("TRUNCATE movie, gone")
    batches = batches + [batch for batch in batches if random.random() < 0.5]
    random.shuffle(batches)
    newest: dict[Any, tuple[int, bool]] = {}
    for batch in batches:
        removed: dict[int, int] = {}
        for identity, version, present in batch:
            gone = not present and identity[2] is not None
            newest[identity] = max(newest.get(identity, (0, False)), (version, gone))
            if gone:
                removed[identity[2]] = max(version, removed.get(identity[2], 0))
        store(
            catalog,
            [movie(title, year, version, id) for (title, year, id), version, present in batch if present or not id],
        )
        remove(catalog, removed)
    expected = {(key[2], key[0], key[1], version) for key, (version, gone) in newest.items() if not gone}
    assert set(rows(catalog)) == expected
