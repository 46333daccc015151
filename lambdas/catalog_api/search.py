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
_COUNTED_BYTES = 16 * 1024 * 1024
"""Of a table with some ten thousand movies: in a larger one counting takes longer than finding the first ones."""
_MANY = 3_000
"""Movies that are found fastest by looking at all in their order; fewer are looked up by their words, then ordered."""


class _Order(NamedTuple):
    """`after` compares a row with a place; an index has the rows in the order `indexed`, and none in `computed`."""

    after: LiteralString
    indexed: LiteralString
    computed: LiteralString


_ORDERS: Mapping[Sort, _Order] = {
    Sort.POPULARITY: _Order(
        "(popularity, id) <",
        "popularity DESC, id DESC",
        "popularity + 0 DESC, id DESC",
    ),
    Sort.YEAR: _Order(
        "(coalesce(year, 0), popularity, id) <",
        "coalesce(year, 0) DESC, popularity DESC, id DESC",
        "coalesce(year, 0) + 0 DESC, popularity DESC, id DESC",
    ),
    Sort.TITLE: _Order(
        "(sort_title, id) >",
        "sort_title, id",
        "sort_title || '', id",
    ),
}


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
    expected = _expected(connection, conditions)
    few = expected < _MANY and query.indexed
    with connection.cursor(row_factory=dict_row) as cursor_:
        rows = cursor_.execute(*_page(query, conditions, few=few)).fetchall()
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    if not more and query.after is None:
        total, exact = len(rows), True
    else:
        total, exact = _total(connection, conditions, expected)
    return Page(
        movies=[_movie(row) for row in rows],
        total=max(total, len(rows) + more),
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


def _page(query: Query, conditions: list[_Condition], *, few: bool) -> tuple[sql.Composed, list[Any]]:
    """The rows after a place, one more than asked for. Of `few` none is looked for along the order of an index.

    Left to itself the planner does that when it takes a rare word for a frequent one, and then reads all movies.
    """
    order = _ORDERS[query.sort]
    if query.after is not None:
        places: LiteralString = ", ".join(["%s"] * len(query.after))
        conditions = [*conditions, (f"{order.after} ({places})", list(query.after))]
    where, values = _where(conditions)
    by = sql.SQL(order.computed if few else order.indexed)
    return _LISTED + where + sql.SQL(" ORDER BY {} LIMIT %s").format(by), [*values, query.limit + 1]


def _where(conditions: list[_Condition]) -> tuple[sql.SQL, list[Any]]:
    where = " AND ".join(condition for condition, _ in conditions) or "true"
    return sql.SQL(where), [value for _, values in conditions for value in values]


def _expected(connection: psycopg.Connection, conditions: list[_Condition]) -> int:
    """How many movies the planner expects, by the words in a thousandth of them."""
    where, values = _where(conditions)
    (plans,) = _row(connection, sql.SQL("EXPLAIN (FORMAT JSON) SELECT FROM movie WHERE ") + where, values)
    return int(plans[0]["Plan"]["Plan Rows"])


def _total(connection: psycopg.Connection, conditions: list[_Condition], expected: int) -> tuple[int, bool]:
    """How many movies there are in all, and whether that is exact."""
    (size,) = _row(connection, sql.SQL("SELECT pg_relation_size('movie')"), [])
    if size > _COUNTED_BYTES:
        return expected, False
    where, values = _where(conditions)
    return _row(connection, sql.SQL("SELECT count(*) FROM movie WHERE ") + where, values)[0], True


def _row(connection: psycopg.Connection, query: sql.SQL | sql.Composed, values: list[Any]) -> tuple[Any, ...]:
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
