"""Area lake-queries: the saved queries, over a million rows of silver_shows, as `tmdb sql` asks them on a laptop.

Half a year of six lists, compacted: a file a day. Each query opens the lake anew, as the command does. All is on this
machine, where nothing waits: by the clock a query takes no longer than the processor seconds told here.
"""

import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
from obstore.store import LocalStore

from bench.measure import cpu
from bench.report import Row, bound
from lambdas.common import trino
from lambdas.common.lakehouse import Lakehouse
from lambdas.common.tables import TABLES

AREA = "lake-queries"
ROWS, DAYS = 1_000_000, 180
MOST_SECONDS = 3
QUERIES = Path(__file__).resolve().parent.parent / "stacks" / "queries"
_LISTS = ["popular_shows", "trending_shows", "trending_shows_week", "airing_today", "on_the_air", "top_rated_shows"]

_DAY = """
SELECT
    n AS show_id,
    'Show ' || n AS title,
    'Show ' || n AS original_title,
    round(1000 * abs(sin(n * {day})), 3) AS popularity,
    round(10 * abs(cos(n)), 3) AS vote_average,
    n * 7 % 5000 AS vote_count,
    '20' || lpad((n % 26)::VARCHAR, 2, '0') || '-11-20' AS first_air_date,
    [18, n % 20, n % 7] AS genre_ids,
    ['US'] AS origin_country,
    '/' || md5(n::VARCHAR) || '.jpg' AS poster_path,
    '/' || md5('b' || n) || '.jpg' AS backdrop_path,
    repeat('What show ' || n || ' is about. ', 10) AS overview,
    ['en', 'ja', 'ko', 'de'][1 + n % 4] AS original_language,
    '{date}T03:00:00Z' AS ingestion_date,
    {lists}[1 + n % 6] AS data_type
FROM range({rows}) AS t (n)
"""


def rows(rounds: int, many: int = ROWS) -> Iterator[Row]:
    """Measure each query `rounds` times, over `many` rows; the slowest and the one in the middle are told."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _fill(folder / "lake", many)
        works = {file.stem: _asking(file.read_text(), folder) for file in sorted(QUERIES.glob("*.sql"))}
        seconds = cpu(rounds, **works)
    slowest = max(seconds, key=lambda query: seconds[query])
    over = f"over {many:,} rows"
    yield bound(AREA, f"slowest saved query ({slowest}) {over}", seconds[slowest], "s", "<=", MOST_SECONDS)
    yield bound(AREA, f"median saved query {over}", statistics.median(seconds.values()), "s", "<=", MOST_SECONDS)


def _fill(lake: Path, many: int) -> None:
    database = duckdb.connect()
    columns = ", ".join(
        f"{column.quoted}::{column.type.duckdb} AS {column.quoted}" for column in TABLES["silver_shows"].columns
    )
    for day in range(DAYS):
        date = f"2026-{5 + day // 30:02d}-{day % 30 + 1:02d}"
        path = lake / "silver" / "shows" / f"dt={date}" / "day.parquet"
        path.parent.mkdir(parents=True)
        select = _DAY.format(day=day + 1, date=date, lists=_LISTS, rows=-(-many // DAYS))
        shows = f"SELECT {columns} FROM ({select})"  # noqa: S608  # all of it is above
        database.execute(f"COPY ({shows}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def _asking(sql: str, folder: Path) -> Callable[[], None]:
    def ask() -> None:
        lake = Lakehouse(LocalStore(folder / "lake"), scratch=str(folder / "scratch"))
        assert list(lake.rows(trino.parse(sql))[1])  # noqa: S101  # an empty answer would be a quick one

    return ask
