"""The tables of the lake: what lies where in its bucket, and with which columns. One entry a table, in `TABLES`.

    silver/movie/dt=2026-11-20/{run}-551-0-9f86d081-412.parquet
                              silver_movie: every answer about a movie, by the day it was fetched
    silver/season/dt=...      silver_season: the seasons that came with their show
    silver/shows/dt=...       silver_shows: the shows of TMDB's lists, in fifteen plain columns
    silver/gone/dt=...        silver_gone: ids that TMDB said are gone; as `season`, shows that came without any
    current/movie/            movie_current: the newest row of each id, but of those gone
    quarantine/movie/dt=...   quarantine_movie: what failed quality, as it came and why

A row of silver or quarantine may lie in two files for a while (see the compactor), so a reader takes one of those that
agree in `unique` (see `once`): the `preferred` one, which the newest schema wrote. A schema only ever gains fields, so
how many it has is its version; it ends a file's name, as what a newer one writes is another file, and is in the rows of
what can grow, in `schema_fields`. In `current` no `key` is there twice.
"""

from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from lambdas.common.columns import BIGINT, DOUBLE, INTEGER, TEXT, TIMESTAMP, Column, ListOf, columns_of, count
from lambdas.common.datasets import DATASETS, Dataset
from proto.tmdb.v1.season_pb2 import Season


@dataclass(frozen=True, slots=True)
class Table:
    """One table: Parquet files below `prefix`.

    A table by day has its files in folders `dt=YYYY-MM-DD`; `dt` is the partition, not one of the columns. A row holds
    the table's `own` columns around those of a `record`, which is a message, if the table has one. `key` names what a
    row is about. Of rows that are parts of a `whole` (a list, a show's seasons), those of its newest run are current.
    The file of a current row is that of its `key[0]`, divided by `width`. When that id is gone from one of the datasets
    `gone_with`, so is the row.
    """

    name: str
    prefix: str
    columns: tuple[Column, ...] = field(init=False)
    _: KW_ONLY
    by_day: bool
    key: tuple[str, ...]
    own: tuple[Column, ...]
    record: Any = None
    whole: tuple[str, ...] | None = None
    gone_with: tuple[str, ...] = ()
    width: int = 16_384

    def __post_init__(self) -> None:
        held = columns_of(self.record) if self.record else ()
        before = [column for column in self.own if column not in _WRITTEN]
        after = [column for column in self.own if column in _WRITTEN]
        object.__setattr__(self, "columns", (*before, *held, *after))

    @property
    def unique(self) -> tuple[str, ...]:
        """Rows that agree in these are the same one; of an entry that moved in its list meanwhile, the best rank is."""
        names = [column.name for column in self.own]
        told = "run" if self.whole == () else "fetched_at"
        return (*self.key, told) if told in names else self.key

    @property
    def preferred(self) -> tuple[str, ...]:
        """Terms of SQL by which the first of such rows is the one to keep: the best rank, the newest schema."""
        rank = ('"rank"',) if self.whole == () else ()
        return (*rank, NEWEST_SCHEMA) if SCHEMA_FIELDS in self.own else rank

    @property
    def fields(self) -> int:
        """How many fields its schema has, at any depth."""
        return count(self.columns)


_ORIGIN = (Column("fetched_at", TIMESTAMP), Column("run", TEXT))
"""When TMDB answered, and in which run."""
SCHEMA_FIELDS = Column("schema_fields", INTEGER)
"""How many fields the table's schema had when the row was written; null in rows from before there was this column."""
NEWEST_SCHEMA = f"{SCHEMA_FIELDS.quoted} DESC NULLS LAST"
_WRITTEN = (*_ORIGIN, SCHEMA_FIELDS)

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


_RANK = (Column("rank", INTEGER), Column("page", INTEGER))
"""Of an entry in its list: 1 for the first, counted over all pages."""


def _of(dataset: Dataset) -> tuple[Table, ...]:
    """Silver, current and quarantine of a dataset. The rows of a list are its entries."""
    name, message = dataset.name, dataset.message.DESCRIPTOR
    record: Any = message.fields_by_name["results"].message_type if dataset.paged else message
    own, whole = ((*_RANK, *_WRITTEN), ()) if dataset.paged else (_WRITTEN, None)
    extent = {"width": 2**31} if dataset.paged else {"gone_with": (name,)}
    return (
        *_silver_and_current(name, own=own, record=record, key=("id",), whole=whole, **extent),
        Table(f"quarantine_{name}", f"quarantine/{name}", by_day=True, own=_QUARANTINE, key=("id", "body")),
    )


def _silver_and_current(name: str, **same: Any) -> tuple[Table, Table]:
    return (
        Table(f"silver_{name}", f"silver/{name}", by_day=True, **same),
        Table(f"{name}_current", f"current/{name}", by_day=False, **same),
    )


_ENTRIES = (
    *(table for dataset in DATASETS.values() if not dataset.found_by for table in _of(dataset)),
    *_silver_and_current(
        "season",
        own=(Column("show_id", INTEGER), *_WRITTEN),
        record=Season.DESCRIPTOR,
        key=("show_id", "season_number"),
        whole=("show_id",),
        gone_with=("tv", "season"),
        width=4096,  # shows; a season is as large as a movie, and shows have several
    ),
    Table("silver_shows", "silver/shows", by_day=True, own=_SHOWS, key=("show_id", "data_type", "ingestion_date")),
    Table("silver_gone", "silver/gone", by_day=True, own=_GONE, key=("dataset", "id")),
)

TABLES: dict[str, Table] = {table.name: table for table in _ENTRIES}

EXPORT_IDS = Table(
    name="export_ids",
    prefix="exports",
    own=(Column("dataset", TEXT), Column("id", INTEGER)),
    by_day=True,
    key=("dataset", "id"),
)
"""TMDB's daily export files: exports/dataset=movie/dt=YYYY-MM-DD/ids.csv.gz, with the header `id`."""
