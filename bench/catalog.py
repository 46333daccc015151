"""Area catalog: searches in a million movies, the loader's upserts into them, and what the API adds to a search.

Postgres is this machine's, on its own disk and cores, with 1 GB of buffers; it is warm, as the first round is not
counted. Times are those on the clock, of one client.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

import psycopg
from psycopg import sql

from bench.measure import cpu
from bench.movies import Names
from bench.report import Row, bound
from lambdas.catalog_api.query import Query
from lambdas.catalog_api.search import search
from lambdas.common.catalog.store import CHUNK, FIELDS, SEARCHED, row, store
from local import postgres
from local.catalog import gateway
from local.catalog.__main__ import handler, settings
from proto.tmdb.v1.catalog_pb2 import CatalogMovie

AREA = "catalog"
QUERIES = 100
_UPSERTS = 20_000
_SAMPLE = 20_000
_SERVER = {"shared_buffers": "1GB", "maintenance_work_mem": "512MB", "max_wal_size": "8GB"}

Asked = Sequence[dict[str, Any]]


def rows(movies: int, rounds: int) -> Iterator[Row]:
    """Load so many movies, then measure."""
    names = Names(people=3 * movies // 2)
    with postgres.own(settings=_SERVER) as server, server.database() as database:
        server.migrate(database)
        with server.connect(database) as connection:
            connection.prepare_threshold = None
            cast = _load(connection, names.movies(movies))
            what = f"in {movies / 1e6:g}M movies with {cast / 1e6:.1f}M names"
            yield from _searches(connection, names, movies, what)
            yield from _upserts(connection, names, min(movies, _UPSERTS))
        known = settings(server, database=database)
        yield _overhead(handler(known), partial(server.connect, database), names, rounds)


def _load(connection: psycopg.Connection, movies: Iterator[CatalogMovie]) -> int:
    """COPY without indexes, which are made after it; gives the number of names in all casts."""
    ask = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'movie' AND indexname NOT LIKE '%key'"
    indexes: dict[str, str] = dict(connection.execute(ask).fetchall())
    for name in indexes:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    columns = sql.SQL(", ").join(map(sql.Identifier, (*FIELDS, *SEARCHED)))
    cast = 0
    with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY movie ({}) FROM STDIN").format(columns)) as copy:
        for movie in movies:
            copy.write_row(row(movie))
            cast += len(movie.cast)
    for definition in indexes.values():
        connection.execute(definition.encode())
    connection.execute("INSERT INTO genre SELECT DISTINCT name, lower(name) FROM movie, unnest(genres) AS name")
    connection.execute("VACUUM ANALYZE movie")
    return cast


def _searches(connection: psycopg.Connection, names: Names, movies: int, what: str) -> Iterator[Row]:
    by = random.Random(movies)
    some = list(names.movies(min(movies, _SAMPLE)))
    titles, people = [movie.title for movie in some], [name for movie in some for name in movie.cast]
    words = [word for title in titles for word in title.split() if len(word) >= 5]
    kinds: dict[str, tuple[Asked, float]] = {
        "a word of a title": ([{"title": word} for word in by.sample(words, QUERIES)], 50),
        "a name": ([{"actor": name} for name in by.sample(people, QUERIES)], 50),
        "a surname": ([{"actor": name.split()[1]} for name in by.sample(people, QUERIES)], 50),
        "3 characters of a title": (_pieces(by, "title", titles, 3), 150),
        "4 characters of a title": (_pieces(by, "title", titles, 4), 150),
        "3 characters of a name": (_pieces(by, "actor", people, 3), 150),
        "4 characters of a name": (_pieces(by, "actor", people, 4), 150),
        "title, actor, year and genre": (_all_four(by, some), 50),
        "year and genre": ([{"year": by.randint(1950, 2026), "genre": "drama"} for _ in range(QUERIES)], 50),
    }
    slowest = 0.0
    for kind, (asked, limit) in kinds.items():
        taken = _taken(connection, asked)
        slowest = max(slowest, *taken)
        p95 = sorted(taken)[round(0.95 * len(taken)) - 1]
        yield bound(AREA, f"search {what}: {kind}, p95 of {len(taken)}", 1e3 * p95, "ms", "<=", limit)
    yield bound(AREA, "the slowest of all these", 1e3 * slowest, "ms", "<=", 500)


def _pieces(by: random.Random, parameter: str, texts: Sequence[str], length: int) -> Asked:
    """Random parts of texts; the API would refuse those with blanks at an end as too short, or as another term."""
    found: list[dict[str, Any]] = []
    while len(found) < QUERIES:
        text = by.choice(texts)
        start = by.randrange(max(1, len(text) - length + 1))
        piece = text[start : start + length]
        if len(piece.strip()) == length:
            found.append({parameter: piece})
    return found


def _all_four(by: random.Random, movies: Sequence[CatalogMovie]) -> Asked:
    whole = [movie for movie in movies if movie.cast and len(movie.title) > 4]
    return [
        {"title": movie.title[:5].strip(), "actor": movie.cast[0], "year": movie.year, "genre": movie.genres[0]}
        for movie in by.sample(whole, QUERIES)
    ]


def _taken(connection: psycopg.Connection, asked: Asked) -> list[float]:
    queries = [Query.parse(urlencode(parameters)) for parameters in asked]
    for query in queries:
        search(connection, query)
    taken = []
    for query in queries:
        began = time.perf_counter()
        search(connection, query)
        taken.append(time.perf_counter() - began)
    return taken


def _upserts(connection: psycopg.Connection, names: Names, count: int) -> Iterator[Row]:
    changed, new = list(names.movies(count)), list(names.movies(count))
    for movie in changed:
        movie.fetched_at += 1
        movie.popularity += 1
    for movie in new:
        movie.tmdb_id += 10_000_000
    for what, movies in {"changed": changed, "new": new}.items():
        began = time.perf_counter()
        for start in range(0, count, CHUNK):
            store(connection, movies[start : start + CHUNK])
        rate = count / (time.perf_counter() - began)
        yield bound(AREA, f"upsert of {what} movies, all indexes there", rate, "rows/s", ">=", 5_000)


def _overhead(handle: gateway.Handler, connect: Callable[[], psycopg.Connection], names: Names, rounds: int) -> Row:
    """CPU of this process for a request beyond that for its search alone."""
    words = [word for word in names.words if len(word) >= 5][:QUERIES]
    events = [gateway.event("GET", "/movies", urlencode({"title": word}), {}, b"") for word in words]
    queries = [Query(title=word) for word in words]
    with connect() as connection:
        connection.prepare_threshold = None
        taken = cpu(
            rounds + 1,
            api=lambda: [handle(event, gateway.CONTEXT) for event in events],
            search=lambda: [search(connection, query) for query in queries],
        )
    return bound(AREA, "the API over its search", 1e3 * (taken["api"] - taken["search"]) / QUERIES, "ms CPU", "<=", 5)
