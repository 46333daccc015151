"""The tables of the lake: what lies where in its bucket, and with which columns. One entry a table, in `TABLES`.

    silver/movie/dt=2026-11-20/551-0-9f86d081.parquet
                              silver_movie: every answer about a movie, by the day it was fetched
    silver/season/dt=...      silver_season: the seasons that came with their show
    silver/shows/dt=...       silver_shows: the shows of TMDB's lists, in fifteen plain columns
    silver/gone/dt=...        silver_gone: ids that TMDB said are gone
    current/movie/            movie_current: the newest row of each id, but of those gone
    quarantine/movie/dt=...   quarantine_movie: what failed quality, as it came and why

A file of silver may be there twice for a while (see the compactor), so a reader of silver takes one row per `key` and
time of fetching. In `current` no key is twice.
"""

from dataclasses import dataclass
from typing import Any

from lambdas.common.columns import BIGINT, DOUBLE, INTEGER, TEXT, TIMESTAMP, Column, ListOf, columns_of
from lambdas.common.datasets import DATASETS, Dataset
from proto.tmdb.v1.season_pb2 import Season


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: Parquet files below `prefix`.

    A table by day has its files in folders `dt=YYYY-MM-DD`; `dt` is the partition, not one of the columns. `key` names
    what a row is about. In a table of current rows, those of the newest run about the same `whole` (a list, a show's
    seasons) are the ones that count.
    """

    name: str
    prefix: str
    columns: tuple[Column, ...]
    by_day: bool
    key: tuple[str, ...]
    whole: tuple[str, ...] | None = None


_ORIGIN = (Column("fetched_at", TIMESTAMP), Column("run", TEXT))
"""When TMDB answered, and in which run."""

_SHOWS = (
    Column("show_id", BIGINT),
    Column("title", TEXT),
    Column("original_title", TEXT),
    Column("popularity", DOUBLE),
    Column("vote_average", DOUBLE),
    Column("vote_count", BIGINT),
    Column("first_air_date", TEXT),
    Column("genre_ids", ListOf(BIGINT)),
    Column("origin_country", ListOf(TEXT)),
    Column("poster_path", TEXT),
    Column("backdrop_path", TEXT),
    Column("overview", TEXT),
    Column("original_language", TEXT),
    Column("ingestion_date", TEXT),
    Column("data_type", TEXT),
)
_GONE = (Column("dataset", TEXT), Column("id", INTEGER), *_ORIGIN)
_QUARANTINE = (Column("id", INTEGER), Column("reason", TEXT), Column("body", TEXT), *_ORIGIN)


def _columns(message: type[Any]) -> tuple[Column, ...]:
    return columns_of(message.DESCRIPTOR)


def _of(dataset: Dataset) -> tuple[Table, Table, Table]:
    name, columns = dataset.name, (*_columns(dataset.message), *_ORIGIN)
    return (
        Table(name=f"silver_{name}", prefix=f"silver/{name}", columns=columns, by_day=True, key=("id",)),
        Table(name=f"{name}_current", prefix=f"current/{name}", columns=columns, by_day=False, key=("id",)),
        Table(name=f"quarantine_{name}", prefix=f"quarantine/{name}", columns=_QUARANTINE, by_day=True, key=("id",)),
    )


_SEASON = (Column("show_id", INTEGER), *_columns(Season), *_ORIGIN)
_SEASON_KEY = ("show_id", "season_number")

_ENTRIES = (
    *(table for dataset in DATASETS.values() for table in _of(dataset)),
    Table(name="silver_season", prefix="silver/season", columns=_SEASON, by_day=True, key=_SEASON_KEY),
    Table(
        name="season_current",
        prefix="current/season",
        columns=_SEASON,
        by_day=False,
        key=_SEASON_KEY,
        whole=("show_id",),
    ),
    Table(name="silver_shows", prefix="silver/shows", columns=_SHOWS, by_day=True, key=("show_id", "data_type")),
    Table(name="silver_gone", prefix="silver/gone", columns=_GONE, by_day=True, key=("dataset", "id")),
)

TABLES: dict[str, Table] = {table.name: table for table in _ENTRIES}

EXPORT_IDS = Table(
    name="export_ids",
    prefix="exports",
    columns=(Column("dataset", TEXT), Column("id", INTEGER)),
    by_day=True,
    key=("dataset", "id"),
)
"""TMDB's daily export files: exports/{dataset}/dt=YYYY-MM-DD/ids.csv.gz, with the header `id`."""
