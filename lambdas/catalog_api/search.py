"""Searches in Postgres. Every value is bound, never spelled into SQL; pages follow on a place, never on a count."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, LiteralString, NamedTuple

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from lambdas.catalog_api.query import Query, Sort, cursor
from lambdas.common.catalog.store import FIELDS
from lambdas.common.datasets import DATASETS
from lambdas.common.edge_keys import title_key

CAST_SHOWN = 20
"""Of each movie in a list: the longest casts are thousands."""
_GENRES_MEANT = 100
"""A part of a name stands for at most this many genres."""
_MOST_COUNTED = 1_000
"""More movies than these are not counted: that would take longer than finding the first ones."""

_PLACES: Mapping[Sort, tuple[LiteralString, LiteralString]] = {
    Sort.POPULARITY: ("(popularity, id) <", "popularity DESC, id DESC"),
    Sort.YEAR: ("(coalesce(year, 0), popularity, id) <", "coalesce(year, 0) DESC, popularity DESC, id DESC"),
    Sort.TITLE: ("(sort_title, id) >", "sort_title, id"),
}
"""How rows after a place compare with it, and the order of places; an index has each."""


def _select(cast: LiteralString) -> sql.Composed:
    shown = [sql.SQL(cast) if name == "cast" else sql.Identifier(name) for name in FIELDS]
    return sql.SQL('SELECT id, {}, cardinality("cast") AS cast_count, sort_title FROM movie WHERE ').format(
        sql.SQL(", ").join(shown)
    )


_ONE = _select('"cast"') + sql.SQL("id = %s")
_LISTED = _select(f'"cast"[1:{CAST_SHOWN}] AS "cast"')
_SPECIAL = re.compile(r"[%_\\]")
_Condition = tuple[LiteralString, list[Any]]


class Page(NamedTuple):
    """CatalogPage, with movies as CatalogMovie has them; what is not known is left out of a movie."""

    movies: list[dict[str, Any]]
    total: int
    total_is_estimate: bool
    next: str | None


def movie(connection: psycopg.Connection, id: int) -> dict[str, Any] | None:
    """One movie with all its cast; None when there is none of this id."""
    with connection.cursor(row_factory=dict_row) as rows:
        row = rows.execute(_ONE, [id]).fetchone()
    return _movie(row) if row else None


def search(connection: psycopg.Connection, query: Query) -> Page:
    """One page of a search."""
    conditions = list(_conditions(connection, query))
    with connection.cursor(row_factory=dict_row) as cursor_:
        rows = cursor_.execute(*_page(query, conditions)).fetchall()
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    whole = not more and query.after is None
    total, exact = (len(rows), True) if whole else _total(connection, conditions)
    return Page(
        movies=[_movie(row) for row in rows],
        total=total,
        total_is_estimate=not exact,
        next=cursor(query.sort, _place(query.sort, rows[-1])) if more else None,
    )


def _conditions(connection: psycopg.Connection, query: Query) -> Iterator[_Condition]:
    if query.title:
        yield "title_norm LIKE %s", [_part(query.title)]
    if query.actor:
        yield "cast_norm LIKE %s", [_part(query.actor)]
    if query.year is not None:
        yield "coalesce(year, 0) = %s", [query.year]
    if query.genre:
        named = "SELECT name FROM genre WHERE name_norm LIKE %s ORDER BY length(name), name LIMIT %s"
        rows = connection.execute(named, [_part(query.genre), _GENRES_MEANT])
        yield "genres && %s::text[]", [[name for (name,) in rows]]


def _part(term: str) -> str:
    """A pattern for texts that have `term` in them; what LIKE takes for more than itself is marked as itself."""
    return "%" + _SPECIAL.sub(r"\\\g<0>", term) + "%"


def _page(query: Query, conditions: list[_Condition]) -> tuple[sql.Composed, list[Any]]:
    after, order = _PLACES[query.sort]
    if query.after is not None:
        places = ", ".join(["%s"] * len(query.after))
        conditions = [*conditions, (f"{after} ({places})", list(query.after))]
    where, values = _where(conditions)
    return _LISTED + where + sql.SQL(f" ORDER BY {order} LIMIT %s"), [*values, query.limit + 1]


def _where(conditions: list[_Condition]) -> tuple[sql.SQL, list[Any]]:
    where = " AND ".join(condition for condition, _ in conditions) or "true"
    return sql.SQL(where), [value for _, values in conditions for value in values]


def _total(connection: psycopg.Connection, conditions: list[_Condition]) -> tuple[int, bool]:
    """How many movies there are in all, and whether that is exact: few are counted, many are the planner's guess."""
    where, values = _where(conditions)
    (plans,) = _row(connection, sql.SQL("EXPLAIN (FORMAT JSON) SELECT FROM movie WHERE ") + where, values)
    expected = int(plans[0]["Plan"]["Plan Rows"])
    if expected > _MOST_COUNTED:
        return expected, False
    few = sql.SQL("SELECT count(*) FROM (SELECT FROM movie WHERE {} LIMIT {}) AS few").format(where, _MOST_COUNTED + 1)
    (counted,) = _row(connection, few, values)
    return counted, counted <= _MOST_COUNTED


def _row(connection: psycopg.Connection, query: sql.Composed, values: list[Any]) -> tuple[Any, ...]:
    return connection.execute(query, values).fetchall()[0]


def _place(sort: Sort, row: Mapping[str, Any]) -> tuple[Any, ...]:
    match sort:
        case Sort.POPULARITY:
            return row["popularity"], row["id"]
        case Sort.YEAR:
            return row["year"] or 0, row["popularity"], row["id"]
        case Sort.TITLE:
            return row["sort_title"], row["id"]


def _movie(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in row.items() if value is not None and name != "sort_title"}
    if "tmdb_id" in shown:
        shown["edge_key"] = title_key(DATASETS["movie"], shown["tmdb_id"])
    return shown
