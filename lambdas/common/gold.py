"""The tables of gold: what they are called, with which columns, and where they lie. Their SQL is in gold_builder/sql.

    gold/genre_stats/part-0.parquet     gold_genre_stats

Each is built anew as a whole, from silver, current and TMDB's exports; `key` names what a row is about.
"""

from lambdas.common.columns import BIGINT, DOUBLE, INTEGER, TEXT, TIMESTAMP, Column, Scalar
from lambdas.common.tables import Table

PREFIX = "gold"


def _table(name: str, key: tuple[str, ...], /, **columns: Scalar) -> Table:
    return Table(
        name=f"{PREFIX}_{name}",
        prefix=f"{PREFIX}/{name}",
        own=tuple(Column(column, type) for column, type in columns.items()),
        by_day=False,
        key=key,
    )


GOLD: dict[str, Table] = {
    "popularity_trend": _table(
        "popularity_trend",
        ("dataset", "id", "dt"),
        dataset=TEXT,
        id=BIGINT,
        title=TEXT,
        dt=TEXT,
        popularity=DOUBLE,
        day_over_day=DOUBLE,
        week_over_week=DOUBLE,
        week_average=DOUBLE,
    ),
    "genre_stats": _table(
        "genre_stats",
        ("dataset", "genre_id", "year"),
        dataset=TEXT,
        genre_id=INTEGER,
        genre=TEXT,
        year=INTEGER,
        titles=BIGINT,
        votes=BIGINT,
        vote_average=DOUBLE,
        popularity=DOUBLE,
    ),
    "new_and_gone": _table(
        "new_and_gone",
        ("dataset", "dt"),
        dataset=TEXT,
        dt=TEXT,
        listed=BIGINT,
        new=BIGINT,
        unlisted=BIGINT,
        gone=BIGINT,
    ),
    "top_people": _table(
        "top_people",
        ("id",),
        rank=BIGINT,
        id=INTEGER,
        name=TEXT,
        known_for_department=TEXT,
        titles=BIGINT,
        cast_credits=BIGINT,
        crew_credits=BIGINT,
        popularity=DOUBLE,
    ),
    "provider_coverage": _table(
        "provider_coverage",
        ("country", "dataset", "provider_id"),
        country=TEXT,
        dataset=TEXT,
        provider_id=INTEGER,
        provider=TEXT,
        titles=BIGINT,
        flatrate=BIGINT,
        free=BIGINT,
        ads=BIGINT,
        rent=BIGINT,
        buy=BIGINT,
    ),
    "freshness": _table(
        "freshness",
        ("dataset",),
        dataset=TEXT,
        export_dt=TEXT,
        listed=BIGINT,
        stored=BIGINT,
        missing=BIGINT,
        unlisted=BIGINT,
        oldest_fetch=TIMESTAMP,
        newest_fetch=TIMESTAMP,
    ),
}
"""By the name of its SQL file and its folder; the table has `gold_` before it."""
