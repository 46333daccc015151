"""Movies into Postgres, as many at a time as fit a transaction: whatever comes twice, late or out of order, the row
that is left is the newest.

A movie is its TMDB id, or its title and year where it has none. The version of a row is `fetched_at`.
"""

from collections.abc import Iterable, Mapping, Sequence

import psycopg
from psycopg import sql

from lambdas.common.catalog.record import Reject
from lambdas.common.catalog.text import normalise
from proto.tmdb.v1.catalog_pb2 import CatalogMovie

CHUNK = 1_000
"""Movies of a transaction."""
COMPUTED = ("id", "cast_count", "edge_key")
"""Fields of CatalogMovie that no row holds: the database numbers its rows, the others follow from what it holds."""
FIELDS = tuple(field.name for field in CatalogMovie.DESCRIPTOR.fields if field.name not in COMPUTED)
SEARCHED = ("title_norm", "cast_norm", "sort_title")
_LISTS = {field.name for field in CatalogMovie.DESCRIPTOR.fields if field.is_repeated}
_SORTED_BY = 100
"""Characters of a title that its place in the alphabet depends on."""


def _columns(names: Iterable[str], before: str = "") -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(before) + sql.Identifier(name) for name in names)


_COLUMNS = (*FIELDS, *SEARCHED)
_ALL = _columns(_COLUMNS)
_INCOMING = sql.SQL(
    "CREATE TEMPORARY TABLE IF NOT EXISTS incoming ON COMMIT DELETE ROWS"
    " AS SELECT {}, 0 AS position FROM movie WITH NO DATA"
).format(_ALL)
_COPY = sql.SQL("COPY incoming ({}, position) FROM STDIN").format(_ALL)
_BACK_AGAIN = (
    "DELETE FROM gone USING incoming WHERE gone.tmdb_id = incoming.tmdb_id AND gone.fetched_at < incoming.fetched_at"
)
_UPSERT = """
INSERT INTO movie ({all})
SELECT DISTINCT ON ({key}) {all} FROM incoming
WHERE {which} AND NOT EXISTS (SELECT FROM gone WHERE gone.tmdb_id = incoming.tmdb_id)
ORDER BY {key}, fetched_at DESC, position DESC
ON CONFLICT ({key}) {partial} DO UPDATE SET ({all}) = ROW ({new})
WHERE movie.fetched_at <= excluded.fetched_at AND ({old}) IS DISTINCT FROM ({new})
"""


def _upsert(key: str, which: str, partial: str) -> sql.Composed:
    return sql.SQL(_UPSERT).format(
        all=_ALL,
        key=sql.SQL(key),
        which=sql.SQL(which),
        partial=sql.SQL(partial),
        old=_columns(_COLUMNS, "movie."),
        new=_columns(_COLUMNS, "excluded."),
    )


_UPSERTS = (
    _upsert("tmdb_id", "tmdb_id IS NOT NULL", ""),
    _upsert("title, year", "tmdb_id IS NULL", "WHERE tmdb_id IS NULL"),
)


def store(connection: psycopg.Connection, movies: Sequence[CatalogMovie]) -> int:
    """Store movies in one transaction; gives how many rows are new or other than they were."""
    genres = {genre: normalise(genre) for movie in movies for genre in movie.genres}
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_INCOMING)
        with cursor.copy(_COPY) as copy:
            for position, movie in enumerate(movies):
                copy.write_row((*row(movie), position))
        cursor.execute(_BACK_AGAIN)
        written = 0
        for upsert in _UPSERTS:
            written += cursor.execute(upsert).rowcount
        cursor.execute(
            "INSERT INTO genre SELECT * FROM unnest(%s::text[], %s::text[]) ORDER BY 1 ON CONFLICT DO NOTHING",
            [list(genres), list(genres.values())],
        )
    return written


def row(movie: CatalogMovie) -> tuple[object, ...]:
    """A movie's FIELDS and SEARCHED columns, in that order."""
    values = (
        list(getattr(movie, name)) if name in _LISTS else getattr(movie, name) if movie.HasField(name) else None
        for name in FIELDS
    )
    return (*values, *searched(movie))


def searched(movie: CatalogMovie) -> tuple[str, str, str]:
    """What a movie is found by, as its SEARCHED columns hold it. No term has a line break, so none finds two lines."""
    title = normalise(movie.title)
    titles = f"{title}\n{normalise(movie.original_title)}" if movie.original_title else title
    return titles, "\n".join(map(normalise, movie.cast)), title[:_SORTED_BY]


def remove(connection: psycopg.Connection, gone: Mapping[int, int]) -> int:
    """Remove titles that TMDB no longer has: {TMDB id: when it said so}. Gives how many rows went.

    First in its transaction: whoever is storing an older answer has ended by then, or sees that it is gone.
    """
    ids, times = sorted(gone), [gone[id] for id in sorted(gone)]
    with connection.transaction():
        connection.execute("LOCK TABLE movie IN SHARE ROW EXCLUSIVE MODE")  # readers go on
        connection.execute(
            "INSERT INTO gone SELECT * FROM unnest(%s::int[], %s::bigint[]) ON CONFLICT (tmdb_id)"
            " DO UPDATE SET fetched_at = excluded.fetched_at WHERE gone.fetched_at < excluded.fetched_at",
            [ids, times],
        )
        return connection.execute(
            "DELETE FROM movie USING unnest(%s::int[], %s::bigint[]) AS gone (tmdb_id, fetched_at)"
            " WHERE movie.tmdb_id = gone.tmdb_id AND movie.fetched_at <= gone.fetched_at",
            [ids, times],
        ).rowcount


def reject(connection: psycopg.Connection, source: str, fetched_at: int, rejects: Sequence[Reject]) -> None:
    """Keep rows that could not be taken, each once however often its file is read."""
    connection.execute(
        "INSERT INTO reject (source, fetched_at, position, reason, content)"
        " SELECT %s, %s, * FROM unnest(%s::bigint[], %s::text[], %s::text[]) ON CONFLICT DO NOTHING",
        [source, fetched_at, *(list(column) for column in zip(*rejects, strict=True))],
    )
