"""DuckDB as the lake uses it, and Parquet on this machine's disk: within its memory, and always in the same order.

One thread and kept order make the same file of the same rows. Nothing is loaded or asked from outside.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from lambdas.common.columns import Column

QUICK, SMALL = 3, 9
"""Levels of zstd: for files that are soon written again, and for those that are kept. These take 4 % less, in twice the
CPU."""

_GROUP = 8192
"""Rows a row group: those of whole movies with their parts are held in memory until it is full, 6 KB each."""


def connect(folder: Path, *, megabytes: int, threads: int = 1) -> duckdb.DuckDBPyConnection:
    """A database in memory, which spills to `folder` beyond `megabytes`. More `threads` keep no order but one asked."""
    return duckdb.connect(
        config={
            "allow_community_extensions": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": f"{megabytes}MB",
            "preserve_insertion_order": True,
            "temp_directory": str(folder / "spill"),
            "threads": threads,
        }
    )


def write(database: duckdb.DuckDBPyConnection, query: str, to: Path, *, level: int, **parameters: object) -> int:
    """Write the rows of a query to a Parquet file; gives their number. The query's `$name` are `parameters`."""
    options = f"FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL {level}, ROW_GROUP_SIZE {_GROUP}"
    options += ", WRITE_BLOOM_FILTER false"  # they cost more than they spare: nobody looks up a single poster
    (count,) = database.execute(f"COPY ({query}) TO {text(to)} ({options})", parameters).fetchone() or (0,)
    return int(count)


def read(files: Sequence[Path], columns: Sequence[Column]) -> str:
    """A query for the rows of some files, in their order, and where each is: its `file_index` and `file_row_number`.

    A file from before a column, at whatever depth, has NULL there; what is no column any more is left out.
    """
    typed = ", ".join(f"NULL::{column.type.duckdb} AS {column.quoted}" for column in columns)
    cast = ", ".join(f"{column.quoted}::{column.type.duckdb} AS {column.quoted}" for column in columns)
    place = "file_index, file_row_number"
    there = f"SELECT *, {place} FROM read_parquet([{', '.join(map(text, files))}], union_by_name=true)"  # noqa: S608 - names of ours
    return f"SELECT {cast}, {place} FROM (SELECT {typed} WHERE false UNION ALL BY NAME {there})"  # noqa: S608


def text(value: object) -> str:
    """A literal of SQL."""
    return "'" + str(value).replace("'", "''") + "'"
