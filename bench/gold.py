"""`python -m bench.gold MILLIONS`: what each table of gold takes of a function in a lake of so many million titles.

Made-up titles in TMDB's proportions, its exports of 30 days and what is fetched in these. It takes minutes and a
gigabyte of disk, so it is no area of `make bench`; docs/lake.md has what it found.
"""

import argparse
import datetime as dt
import json
import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
from obstore.store import LocalStore

from bench import measure
from bench.peak import peak_mb
from lambdas.common import parquet
from lambdas.common.gold import GOLD
from lambdas.common.lakehouse import Lakehouse
from lambdas.gold_builder.build import query
from lambdas.gold_builder.settings import GoldBuilderSettings

DATE = dt.date(2026, 11, 25)
DAYS = 30
SHARES = {"movie": 0.25, "tv": 0.05, "person": 0.7}
"""Of the ids that TMDB lists."""
_A_DAY = 50
"""One of so many titles is fetched on a day: each within 120, and what changed. Here, each of these twice."""
_A_FILE = 16_384
"""Titles in a file of current rows."""

_TITLE = """
    n AS id, 'Title ' || n AS title, 'Title ' || n AS name, round(1000 * abs(sin(n * {day})), 3) AS popularity,
    round(10 * abs(cos(n)), 3) AS vote_average, n * 7 % 5000 AS vote_count,
    TIMESTAMP '{date}' + to_seconds(n % 80000) AS fetched_at, 'made-up' AS run
"""
_CURRENT = {
    "movie": """
        [{'id': g + n % 20, 'name': 'Genre ' || (g + n % 20)} for g in range(1 + n % 3)] AS genres,
        (1920 + n % 105) || '-11-20' AS release_date, (1950 + n % 75) || '-11-20' AS first_air_date,
        CASE WHEN n % 10 = 0 THEN {'results': map_from_entries([{'k': 'C' || c, 'v': {
            'flatrate': [{'provider_id': p + n % 200, 'provider_name': 'P' || (p + n % 200)} for p in range(3)],
            'rent': [{'provider_id': p + n % 90, 'provider_name': 'P' || (p + n % 90)} for p in range(2)]
        }} for c in range(20)])} END AS watch_providers
    """,
    "person": """
        'Acting' AS known_for_department,
        {'cast': [{'id': c * n % 1000000, 'media_type': 'movie'} for c in range(n % 9)],
         'crew': [{'id': c * n % 1000000, 'media_type': 'tv'} for c in range(n % 4)]} AS combined_credits
    """,
}
_CURRENT["tv"] = _CURRENT["movie"]


def fill(lake: Path, millions: float) -> None:
    """Write the lake, its files as writer and compactor write them."""
    database = duckdb.connect()
    dates = [f"{DATE - dt.timedelta(days=DAYS - 1 - day)}" for day in range(DAYS)]
    for dataset, share in SHARES.items():
        titles = round(1e6 * share * millions)
        for first in range(0, titles, _A_FILE):
            rows = f"range({first + 1}, {min(first + _A_FILE, titles) + 1}) AS t (n)"
            select = f"SELECT {_TITLE.format(day=1, date=DATE)}, {_CURRENT[dataset]} FROM {rows}"  # noqa: S608 - all above
            parquet.write(
                database, select, _made(lake, "current", dataset, f"{first:010d}.parquet"), level=parquet.QUICK
            )
        for day, date in enumerate(dates, 1):
            some = f"range({day % (DAYS // 2) + 1}, {titles}, {_A_DAY}) AS t (n)"
            fetched = f"SELECT {_TITLE.format(day=day, date=date)} FROM {some}"  # noqa: S608
            to = _made(lake, "silver", dataset, f"dt={date}", "day.parquet")
            parquet.write(database, fetched, to, level=parquet.QUICK)
            listed = f"SELECT n AS id FROM range({day * 10}, {titles + day * 10}) AS t (n)"  # noqa: S608
            to = _made(lake, "exports", f"dataset={dataset}", f"dt={date}", "ids.csv.gz")
            database.execute(f"COPY ({listed}) TO '{to}' (FORMAT csv, HEADER, COMPRESSION gzip)")


def _made(lake: Path, *names: str) -> Path:
    """A path in the lake whose folder is there."""
    path = lake.joinpath(*names)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def build(table: str, lake: Path) -> None:
    """Build one table with the memory that its function gives DuckDB, and tell what that took."""
    with tempfile.TemporaryDirectory() as scratch:
        memory = GoldBuilderSettings(lake_bucket="").memory_megabytes
        house = Lakehouse(LocalStore(lake), scratch=scratch, memory_megabytes=memory)
        rows = house.save(query(table, DATE), f"{scratch}/{table}.parquet")
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"rows": rows, "seconds": used.ru_utime + used.ru_stime, "peak_mb": peak_mb()}))


def lines(lake: Path, millions: float) -> Iterator[str]:
    """What each table took."""
    for table in GOLD:
        told = measure.run(
            measure.python("-m", "bench.gold", f"{millions}", "--lake", str(lake), "--table", table)
        ).told
        each = told["seconds"] / millions
        yield (
            f"{table:18} {told['rows']:>9,} rows {told['seconds']:6.1f} s of CPU, {each:5.1f} s per million titles, "
            f"at most {told['peak_mb']:,.0f} MB"
        )


def main() -> None:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m bench.gold", description=__doc__)
    parser.add_argument("millions", type=float, help="of titles; TMDB has 5.6 in 2026")
    parser.add_argument("--lake", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--table", choices=GOLD, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.table:
        build(arguments.table, arguments.lake)
        return
    with tempfile.TemporaryDirectory() as name:
        fill(Path(name), arguments.millions)
        for line in lines(Path(name), arguments.millions):
            print(line, flush=True)


if __name__ == "__main__":
    main()
