"""One SQL for both engines: Trino's, as Athena speaks it, turned into DuckDB's for a function or a laptop.

What sqlglot does not know of the two is said here: UNNEST of several arrays side by side, and of arrays of rows, whose
fields become columns.
"""

import datetime as dt

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from lambdas.common.errors import BadInput


def parse(sql: str, date: dt.date | None = None) -> exp.Query:
    """The one query that a text holds, with `date` in place of `:date`. Raises BadInput with what is wrong with it."""
    try:
        statements = sqlglot.parse(sql, read="trino")
    except SqlglotError as error:
        raise BadInput(f"this is not SQL: {_where(error)}") from error
    found = [statement for statement in statements if statement]
    query = found[0] if len(found) == 1 else None
    if not isinstance(query, exp.Query):
        raise BadInput("give one query: SELECT ... or WITH ... SELECT ...")
    for placeholder in list(query.find_all(exp.Placeholder)):
        if placeholder.name != "date" or date is None:
            raise BadInput(f"the query holds a placeholder, {placeholder.sql('trino')}, which has no value")
        placeholder.replace(exp.cast(exp.Literal.string(date.isoformat()), "date"))
    return query


def tables(query: exp.Query) -> tuple[set[str], set[str]]:
    """The names a query reads from, and those of them that it may mean to be its own, of its WITH."""
    own = {cte.alias_or_name.lower() for cte in query.find_all(exp.CTE)}
    read = {table.name.lower() for table in query.find_all(exp.Table) if table.name}
    return read, read & own


def to_trino(query: exp.Query) -> str:
    """The query as Athena takes it."""
    return query.sql("trino", comments=False)


def to_duckdb(query: exp.Query) -> str:
    """The same query for DuckDB."""
    adapted = query.copy()
    for table in adapted.find_all(exp.Table):  # Athena's catalog and database; DuckDB's views are in none
        table.set("db", None)
        table.set("catalog", None)
    for unnest in list(adapted.find_all(exp.Unnest)):
        unnest.replace(_lateral(unnest))
    return adapted.sql("duckdb", comments=False)


def _lateral(unnest: exp.Unnest) -> exp.Lateral:
    """Arrays side by side, shorter ones filled with nulls; what is a row in them becomes its fields.

    Arrays of arrays would come apart wholly, where Trino opens the outer ones only; no table has any.
    """
    depth = exp.PropertyEQ(this=exp.to_identifier("max_depth"), expression=exp.Literal.number(2))
    sides: list[exp.Expression] = [
        exp.Anonymous(this="unnest", expressions=[array, depth.copy()]) for array in unnest.expressions
    ]
    alias = unnest.args.get("alias")
    if unnest.args.get("offset"):
        sides.append(exp.Anonymous(this="generate_subscripts", expressions=[unnest.expressions[0].copy(), "1"]))
        offset = unnest.args["offset"]
        if alias and isinstance(offset, exp.Identifier):
            alias.append("columns", offset)
    return exp.Lateral(this=exp.Subquery(this=exp.select(*sides)), alias=alias)


def _where(error: SqlglotError) -> str:
    found = getattr(error, "errors", None)
    if not found:
        return str(error)
    first = found[0]
    what = first["description"].partition(" but got <")[0].rstrip(".")
    return f"{what} at line {first['line']}, near {first['highlight']!r}"
