"""Trino's SQL in DuckDB: what a query means on Athena it means here."""

import datetime as dt
from typing import Any

import duckdb
import pytest

from lambdas.common.errors import BadInput
from lambdas.common.trino import parse, tables, to_duckdb, to_trino

ROWS = """
CREATE TABLE title AS SELECT * FROM (VALUES
    (1, [{'id': 18, 'name': 'Drama'}, {'id': 80, 'name': 'Crime'}], ['GB', 'IE', 'FR'], MAP {'DE': {'link': 'x'}}),
    (2, [], [], MAP {}),
    (3, NULL, NULL, NULL)
) AS t (id, genres, countries, offers)
"""


@pytest.fixture(scope="module")
def titles() -> duckdb.DuckDBPyConnection:
    """A table with what is nested in TMDB's bodies."""
    connection = duckdb.connect()
    connection.execute(ROWS)
    return connection


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT t.id, g.id, g.name FROM title t CROSS JOIN UNNEST(genres) AS g (id, name)", "1 18 Drama, 1 80 Crime"),
        ("SELECT t.id, c FROM title t CROSS JOIN UNNEST(countries) AS u (c)", "1 GB, 1 IE, 1 FR"),
        ("SELECT c, n FROM title CROSS JOIN UNNEST(countries) WITH ORDINALITY AS u (c, n)", "GB 1, IE 2, FR 3"),
        (
            "SELECT c, g FROM title, UNNEST(countries, transform(genres, x -> x.id)) AS u (c, g)",
            "GB 18, IE 80, FR None",
        ),
        ("SELECT t.id, c FROM title t LEFT JOIN UNNEST(countries) AS u (c) ON true WHERE t.id > 1", "2 None, 3 None"),
        ("SELECT k, element_at(offers, k).link FROM title CROSS JOIN UNNEST(map_keys(offers)) AS u (k)", "DE x"),
        ("SELECT element_at(offers, 'FR') FROM title WHERE id = 1", "None"),
        ("SELECT array_join(countries, '-'), cardinality(genres) FROM title WHERE id < 3", "GB-IE-FR 2,  0"),
        ("SELECT count_if(id > 1), approx_distinct(id) FROM title", "2 3"),
        ("SELECT date_diff('day', DATE '2026-11-20', :date), date_format(:date, '%Y/%m')", "5 2026/11"),
        ("SELECT date_format(date_add('day', -7, :date), '%Y-%m-%d')", "2026-11-18"),
        ("SELECT id FROM AwsDataCatalog.tmdb_prod.title ORDER BY id DESC LIMIT 1", "3"),
        ("SELECT max_by(id, cardinality(countries)) FROM title WHERE id < 3", "1"),
        ("WITH title AS (SELECT id FROM title WHERE id = 2) SELECT id FROM title", "2"),
    ],
)
def test_a_query_means_the_same(titles: duckdb.DuckDBPyConnection, sql: str, expected: str) -> None:
    """Rows in arrays become columns, arrays stand side by side, an empty one gives no row, functions keep sense."""
    rows = titles.execute(to_duckdb(parse(sql, dt.date(2026, 11, 25)))).fetchall()
    assert ", ".join(" ".join(map(str, row)) for row in rows) == expected


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("", "give one query"),
        ("DROP TABLE silver_tv", "give one query"),
        ("SELECT 1; SELECT 2", "give one query"),
        ("COPY (SELECT 1) TO 'x'", "give one query"),
        ("SELECT * FROM", "this is not SQL: Expected table name"),
        ("SELECT (1", "this is not SQL: Expecting )"),
        ("SELECT 'a", "this is not SQL"),
        ("SELECT ?", "a placeholder, ?"),
        ("SELECT :day", "a placeholder, :day"),
        ("SELECT :date", "a placeholder, :date"),
    ],
)
def test_what_is_no_query_is_named(sql: str, reason: str) -> None:
    """One query is asked, and nothing is changed by it; what is wrong is said in one line."""
    with pytest.raises(BadInput) as caught:
        parse(sql)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_tables_that_a_query_reads() -> None:
    """Its own names are told from tables, as far as a name can tell."""
    sql = "WITH a AS (SELECT * FROM Silver_TV), tv AS (SELECT 1) SELECT * FROM a JOIN x.y.movie_current ON true, tv"
    assert tables(parse(sql)) == ({"a", "silver_tv", "movie_current", "tv"}, {"a", "tv"})


def test_trino_stays_trino() -> None:
    """What Athena gets is the query that was given, without comments and with the date in its place."""
    query: Any = parse("-- why\nSELECT id FROM title WHERE dt = date_format(:date, '%Y')", dt.date(2026, 11, 25))
    assert to_trino(query) == "SELECT id FROM title WHERE dt = DATE_FORMAT(CAST('2026-11-25' AS DATE), '%Y')"
