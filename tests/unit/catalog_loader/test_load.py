"""What becomes of an object: good rows stored, bad ones kept with a reason, and nothing lost when something breaks."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import psycopg
import pytest

from lambdas.catalog_loader.load import Loaded, load
from lambdas.catalog_loader.settings import CatalogLoaderSettings
from lambdas.catalog_loader.visit import PAUSE
from lambdas.common.catalog.database import Connect, DatabaseAway, connect
from lambdas.common.errors import BadInput, Retry, StopTheLine
from local.postgres import Postgres
from tests import silent
from tests.unit.catalog_loader.world import Bucket, bronze, loading, visiting

MOVIE = {"title": "National Treasure", "year": 2004, "cast": ["Nicolas Cage"], "genres": ["Adventure"]}


def titles(catalog: psycopg.Connection) -> list[str]:
    """What is there."""
    return [title for (title,) in catalog.execute("SELECT title FROM movie ORDER BY title")]


@pytest.mark.parametrize("key", ["drop/movies.json", "drop/mes films/été 2004 + ÆØ&=%20.json", "drop/映画.json"])
@pytest.mark.parametrize("form", [[MOVIE], MOVIE, '{"title": "National Treasure", "year": 2004}\n'])
def test_a_drop_is_loaded(bucket: Bucket, connecting: Connect, catalog: Any, key: str, form: Any) -> None:
    """An array, an object or newline JSON, under a key of any letters."""
    assert loading(bucket, connecting, bucket.put(key, form)) == [Loaded(stored=1)]
    assert titles(catalog) == ["National Treasure"]


def test_good_rows_are_kept_and_bad_ones_too(bucket: Bucket, connecting: Connect, catalog: Any) -> None:
    """Each bad row is in the reject table, with where it was, what it was and why; genres are reported."""
    rows = [MOVIE, {"title": None, "year": 2004}, 7, MOVIE | {"title": "B", "genres": ["aomedy", "aomedy", "sci-fi"]}]
    (loaded,) = loading(bucket, connecting, bucket.put("drop/a.json", rows))
    assert loaded == Loaded(
        stored=2,
        rejected=2,
        respelled={"aomedy -> Comedy": 1, "sci-fi -> Science Fiction": 1},  # type: ignore[arg-type]
    )
    assert catalog.execute("SELECT source, position, reason, content FROM reject ORDER BY position").fetchall() == [
        ("lake/drop/a.json", 2, "title is missing", '{"title":null,"year":2004}'),
        ("lake/drop/a.json", 3, "a movie must be an object, not a number", "7"),
    ]


def test_the_same_event_twice(bucket: Bucket, connecting: Connect, catalog: Any) -> None:
    """The same rows, the same rejects."""
    name = bucket.put("drop/a.json", [MOVIE, MOVIE | {"year": 2005}, {"title": "x", "year": 0}])
    first, second = loading(bucket, connecting, name, name)
    assert first and second and (first.stored, second.stored, second.unchanged) == (2, 0, 2)
    assert catalog.execute("SELECT count(*) FROM reject").fetchone() == (1,)


def test_an_older_file_changes_nothing(bucket: Bucket, connecting: Connect, catalog: Any) -> None:
    """Whichever comes first, the file that was written later says what is true."""
    newer = bucket.put("drop/new.json", [MOVIE | {"cast": ["New"]}], written_at=2)
    older = bucket.put("drop/old.json", [MOVIE | {"cast": ["Old"]}], written_at=1)
    loading(bucket, connecting, newer, older)
    assert catalog.execute('SELECT "cast" FROM movie').fetchall() == [(["New"],)]


def test_bronze_is_loaded(bucket: Bucket, connecting: Connect, catalog: Any) -> None:
    """TMDB's own bodies: movies stored, those that are gone removed, what is no movie rejected."""
    body = {
        "id": 550,
        "title": "Fight Club",
        "release_date": "1999-10-15",
        "credits": {"cast": [{"name": "Brad Pitt"}]},
    }
    gone = {"success": False, "status_code": 34}
    first = bucket.put(*bronze((550, 200, body), (551, 200, body | {"id": 551}), (552, 200, {"id": 552})))
    then = bucket.put(*bronze((550, 404, gone), (553, 404, gone), fetched_at=3_000))
    loaded = loading(bucket, connecting, first, then, first)
    assert loaded == [Loaded(stored=2, rejected=1), Loaded(removed=1), Loaded(unchanged=2, rejected=1)]
    assert catalog.execute('SELECT tmdb_id, year, "cast", fetched_at FROM movie').fetchall() == [
        (551, 1999, ["Brad Pitt"], 2_000)
    ]
    assert catalog.execute("SELECT reason FROM reject").fetchall() == [("title is missing",)]


def test_bronze_with_another_id_is_rejected(bucket: Bucket, connecting: Connect, catalog: Any) -> None:
    """A body that is not of the id it was asked for is not taken for it."""
    (loaded,) = loading(bucket, connecting, bucket.put(*bronze((550, 200, {"id": 551, "title": "x"}))))
    assert loaded == Loaded(rejected=1) and titles(catalog) == []


def test_bronze_that_is_damaged_is_refused(bucket: Bucket, connecting: Connect) -> None:
    """The pipeline writes no such thing: the message ends among the dead letters."""
    key, blob = bronze((550, 200, {"id": 550, "title": "x"}))
    with pytest.raises(BadInput):
        loading(bucket, connecting, bucket.put(key, blob[:-9]))


def test_an_object_that_is_no_more(bucket: Bucket, connecting: Connect) -> None:
    """What was deleted since is nothing to load, and no failure."""
    name = bucket.put("drop/a.json", [])
    bucket.objects.clear()
    assert loading(bucket, connecting, name) == [None]


def test_many_chunks(bucket: Bucket, connecting: Connect, catalog: Any) -> None:
    """A file of more rows than a transaction takes."""
    rows = "\n".join(f'{{"title": "Movie {i}", "year": 2000, "genres": ["drama"]}}' for i in range(2_500))
    (loaded,) = loading(bucket, connecting, bucket.put("drop/a.jsonl", rows))
    assert loaded and (loaded.stored, loaded.respelled) == (2_500, {"drama -> Drama": 2_500})
    assert catalog.execute("SELECT count(*) FROM movie").fetchone() == (2_500,)


def test_a_read_that_breaks_off(bucket: Bucket, connecting: Connect, catalog: Any) -> None:
    """What was stored before the break stays, the rest comes with the message's return."""
    name = bucket.put("drop/a.jsonl", "\n".join(f'{{"title": "Movie {i}", "year": 2000}}' for i in range(3_000)))
    bucket.breaks = 80
    with pytest.raises(Retry):
        loading(bucket, connecting, name)
    assert 0 < len(titles(catalog)) < 3_000
    bucket.breaks = None
    loading(bucket, connecting, name)
    assert len(titles(catalog)) == 3_000


@pytest.mark.parametrize("rows", [[MOVIE], [{"title": "x", "year": 0}]])
def test_a_commit_that_dies(bucket: Bucket, connecting: Connect, catalog: Any, rows: Any) -> None:
    """Whether the server still committed is unknown; the message returns, and then all is there once."""
    catalog.execute(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;"
        " CREATE CONSTRAINT TRIGGER dying AFTER INSERT ON movie DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION die();"
        " CREATE CONSTRAINT TRIGGER dying AFTER INSERT ON reject DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION die()"
    )
    name = bucket.put("drop/a.json", rows)
    try:
        with pytest.raises(DatabaseAway):
            loading(bucket, connecting, name)
    finally:
        catalog.execute("DROP FUNCTION die() CASCADE")
    assert catalog.execute("SELECT (SELECT count(*) FROM movie) + (SELECT count(*) FROM reject)").fetchone() == (0,)
    loading(bucket, connecting, name)
    assert catalog.execute("SELECT (SELECT count(*) FROM movie) + (SELECT count(*) FROM reject)").fetchone() == (1,)


def test_a_database_that_refuses_or_hangs(bucket: Bucket, known: CatalogLoaderSettings) -> None:
    """Nobody listens, or nobody answers: Retry, within the patience of the settings."""
    name = bucket.put("drop/a.json", [MOVIE])
    with silent.listening() as port:
        for port_ in (9, port):
            away = replace(known, database_host="127.0.0.1", database_port=port_, database_connect_seconds=2)
            with pytest.raises(DatabaseAway):
                loading(bucket, partial(connect, away, statement_seconds=60), name, seconds=PAUSE)


def test_a_database_that_stops_answering(bucket: Bucket, connecting: Connect, catalog: Any) -> None:
    """One that hangs in the middle is left before the invocation's time is up."""
    with catalog.transaction():
        catalog.execute("LOCK TABLE movie")
        with pytest.raises(DatabaseAway):
            loading(bucket, connecting, bucket.put("drop/a.json", [MOVIE]), seconds=0.2)


def test_a_database_that_wakes_up(bucket: Bucket, connecting: Connect, catalog: Any) -> None:
    """One that refuses at first is waited for, and the message does not have to come back."""
    answers, slept = [False, False, True], list[float]()

    def waking() -> psycopg.Connection:
        if answers.pop(0):
            return connecting()
        raise DatabaseAway("starting up")

    with visiting(waking, slept=slept) as visit:
        assert load(bucket.put("drop/a.json", [MOVIE]), bucket, visit.run) == Loaded(stored=1)
    assert slept == [PAUSE, PAUSE]


def test_a_database_that_is_taken_over(bucket: Bucket, connecting: Connect, catalog: Any) -> None:
    """A connection that is lost in the middle costs the transaction at hand, which is done again on a new one."""
    made: list[psycopg.Connection] = []

    def lost_once() -> psycopg.Connection:
        made.append(connecting())
        if len(made) == 1:
            catalog.execute("SELECT pg_terminate_backend(%s, 5000)", [made[0].info.backend_pid])
        return made[-1]

    with visiting(lost_once) as visit:
        assert load(bucket.put("drop/a.json", [MOVIE]), bucket, visit.run) == Loaded(stored=1)
    assert len(made) == 2 and titles(catalog) == ["National Treasure"]


def test_a_database_that_stays_away(bucket: Bucket) -> None:
    """After a minute the message is handed back."""
    slept: list[float] = []

    def away() -> psycopg.Connection:
        raise DatabaseAway("gone")

    with visiting(away, slept=slept) as visit, pytest.raises(DatabaseAway):
        load(bucket.put("drop/a.json", [MOVIE]), bucket, visit.run)
    assert sum(slept) == 55


def test_no_time_left(connecting: Connect) -> None:
    """Nothing is begun that cannot be brought to an end."""
    with visiting(connecting, seconds=0) as visit, pytest.raises(Retry, match="no time left"):
        visit.run(lambda _: pytest.fail("it was begun"))


def test_a_database_without_the_schema(bucket: Bucket, known: CatalogLoaderSettings, server: Postgres) -> None:
    """Before the migration nothing can be stored: a person is told, and the message returns."""
    with server.database() as name:
        unmigrated = partial(connect, replace(known, database_name=name), statement_seconds=60)
        with pytest.raises(StopTheLine, match="is it migrated"):
            loading(bucket, unmigrated, bucket.put("drop/a.json", [MOVIE]))


def test_a_visit_leaves_no_connection(bucket: Bucket, connecting: Connect) -> None:
    """One connection serves all objects of an invocation; once that is over the database may pause."""
    made = []

    def counted() -> psycopg.Connection:
        made.append(connecting())
        return made[-1]

    loading(bucket, counted, bucket.put("drop/a.json", [MOVIE]), bucket.put("drop/b.json", [MOVIE]))
    assert [connection.closed for connection in made] == [True]


def test_the_longest_casts_share_no_transaction(bucket: Bucket, connecting: Connect, catalog: Any) -> None:
    """Rows that are all as long as they may be go in by fewer at a time: memory is bounded by names, not by rows."""
    rows = "\n".join(
        json.dumps({"title": f"Movie {i}", "year": 2000, "cast": [f"{i} {j}" for j in range(9_000)]}) for i in range(25)
    )
    ids = set()

    with visiting(connecting) as visit:

        def counted(work: Callable[[psycopg.Connection], None]) -> None:
            def and_look(connection: psycopg.Connection) -> None:
                work(connection)
                ids.add(connection.execute("SELECT txid_current()").fetchone())

            visit.run(and_look)

        loaded = load(bucket.put("drop/a.jsonl", rows), bucket, counted)
    assert loaded == Loaded(stored=25)
    assert len(ids) == 3
