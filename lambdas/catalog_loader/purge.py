"""What is too old to be kept goes from the catalog: a schedule asks for it, and `tmdb purge`.

TMDB's terms: nothing older than 6 months is kept. Movies that a feed still refreshes never get that old; those of a
stopped one do, and so do rows that were rejected. Movies without a TMDB id are somebody's own and stay.
"""

from collections.abc import Mapping
from typing import Any, LiteralString

import msgspec
import psycopg
from psycopg import sql

from lambdas.catalog_loader.visit import Visit
from lambdas.common.errors import BadInput

DAYS_KEPT = 165
"""Asked for every 7 days, and in backups for 7 more: 179 days at most."""
_DAY = 86_400
_CHUNK = 5_000
"""Rows of a transaction."""
_OLD: Mapping[str, LiteralString] = {
    "movie": "tmdb_id IS NOT NULL AND fetched_at < %s",
    "gone": "fetched_at < %s",
    "reject": "fetched_at < %s",
}
"""Tables, and which of their rows are older than a moment."""
_ALL: Mapping[str, LiteralString] = {"movie": "true", "gone": "true", "reject": "true", "genre": "true"}


class _Purge(msgspec.Struct, forbid_unknown_fields=True):
    before: int | None = None
    everything: bool = False
    dry_run: bool = False


def purge(asked: object, visit: Visit, *, now: float) -> dict[str, int]:
    """Delete as asked; gives the numbers of rows by table.

    `asked` is {"before": Unix seconds} for what TMDB said before that; nothing means DAYS_KEPT before `now`.
    {"everything": true} means that; with {"dry_run": true} rows are counted and stay. Raises BadInput, and what
    `Visit.run` does.
    """
    try:
        said = msgspec.convert(asked, _Purge)
    except msgspec.ValidationError as error:
        raise BadInput(f"not what to purge: {error}") from error
    before = int(now) - DAYS_KEPT * _DAY if said.before is None else said.before
    tables, values = (_ALL, []) if said.everything else (_OLD, [before])
    one = _counted if said.dry_run else _deleted
    return {table: one(visit, table, which, values) for table, which in tables.items()}


def _counted(visit: Visit, table: str, which: LiteralString, values: list[Any]) -> int:
    query = sql.SQL("SELECT count(*) FROM {} WHERE ").format(sql.Identifier(table)) + sql.SQL(which)
    return visit.run(lambda connection: int(connection.execute(query, values).fetchall()[0][0]))


def _deleted(visit: Visit, table: str, which: LiteralString, values: list[Any]) -> int:
    """Delete by the thousand. A row that somebody writes meanwhile is another one, and stays."""
    delete = sql.SQL("DELETE FROM {0} WHERE ctid = ANY (ARRAY (SELECT ctid FROM {0} WHERE {1} LIMIT {2}))").format(
        sql.Identifier(table), sql.SQL(which), sql.Literal(_CHUNK)
    )

    def some(connection: psycopg.Connection) -> int:
        return connection.execute(delete, values).rowcount

    number = 0
    while deleted := visit.run(some):
        number += deleted
    return number
