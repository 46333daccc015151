"""The lake's tables in DuckDB, read where they lie: a bucket through obstore, or a folder laid out like one.

Silver, current and quarantine are as `tables` declares them, gold as `gold` does; `export_ids` has the ids of TMDB's
daily files. A table by day has its day as text in `dt`. What a table would hold and does not yet is an empty table.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from obstore.exceptions import BaseError
from obstore.store import ObjectStore
from sqlglot import exp

from lambdas.common import parquet, trino
from lambdas.common.errors import BadInput, Retry
from lambdas.common.gold import GOLD
from lambdas.common.lake_files import SCHEME, LakeFiles
from lambdas.common.once import files_of, is_view, once, seen
from lambdas.common.tables import EXPORT_IDS, TABLES, Table

LAKE: dict[str, Table] = {
    **TABLES,
    **{table.name: table for table in GOLD.values()},
    EXPORT_IDS.name: EXPORT_IDS,
}
"""Every table that a query may name."""


def check_tables(query: exp.Query) -> list[str]:
    """The tables of the lake that a query reads. Raises BadInput for one that is not there, naming those that are."""
    read, own = trino.tables(query)
    if unknown := sorted(read - own - LAKE.keys()):
        raise BadInput(f"there is no table {unknown[0]}; there are {', '.join(sorted(LAKE))}")
    return sorted(read & LAKE.keys())


class Lakehouse:
    """A DuckDB of its own, which takes at most `memory_megabytes` and spills to `scratch`, a folder.

    More `threads` than processors, because most of them wait for the store.
    """

    def __init__(self, store: ObjectStore, *, scratch: str, memory_megabytes: int = 1024, threads: int = 16) -> None:
        self._files = LakeFiles(store)
        self._duckdb = parquet.connect(Path(scratch), megabytes=memory_megabytes, threads=threads)
        self._duckdb.execute("SET TimeZone = 'UTC'")  # as Athena has it
        self._duckdb.execute("SET parquet_metadata_cache = true")  # a view reads a footer, and its query would again
        self._duckdb.register_filesystem(self._files)
        # A query may come from anywhere: what it can name is the lake, not this machine's files.
        self._duckdb.execute(f"SET allowed_directories = [{parquet.text(SCHEME)}, {parquet.text(f'{scratch}/')}]")
        self._duckdb.execute("SET enable_external_access = false")

    def rows(self, query: exp.Query) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
        """Columns and rows of a query of `trino.parse`. Raises BadInput for what cannot be asked of these tables."""
        with self._explained():
            self._open(query)
            found = self._duckdb.execute(trino.to_duckdb(query))
        return [column[0] for column in found.description or ()], self._rest(found)

    def save(self, query: exp.Query, path: str) -> int:
        """Write the rows of a query to a Parquet file, the same bytes for the same rows; gives their number."""
        with self._explained():
            self._open(query)
            copied = f"COPY ({trino.to_duckdb(query)}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
            (number,) = self._duckdb.execute(copied).fetchone() or (0,)
        return int(number)

    def _open(self, query: exp.Query) -> None:
        """Make views of the tables that a query reads, with their files as of now."""
        for name in check_tables(query):
            table = LAKE[name]
            files = files_of(table) if is_view(table) else name
            self._duckdb.execute(f"CREATE OR REPLACE VIEW {files} AS {self._select(table)}")
            if is_view(table):
                view = trino.to_duckdb(trino.parse(once(table)))
                self._duckdb.execute(f"CREATE OR REPLACE VIEW {name} AS {view}")

    def _select(self, table: Table) -> str:
        """All rows of a table's files."""
        columns = ", ".join(f"NULL::{column.type.duckdb} AS {column.quoted}" for column in seen(table))
        # Older files lack newer columns, so the types come first and the files are fitted to them by name.
        select = f"SELECT {columns} WHERE false"
        suffix, read = (".csv.gz", _FROM_EXPORTS) if table is EXPORT_IDS else (".parquet", _FROM_PARQUET)
        if files := ", ".join(parquet.text(address) for address in self._files.below(f"{table.prefix}/", suffix)):
            select += f" UNION ALL BY NAME SELECT {read.format(files)}"
        return select

    def _rest(self, found: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
        with self._explained():
            while some := found.fetchmany(1000):
                yield from some

    @contextmanager
    def _explained(self) -> Iterator[None]:
        self._files.failure = None
        try:
            yield
        except BaseError as error:
            raise Retry(f"the lake could not be listed: {_first_line(error)}") from error
        except duckdb.Error as error:
            if failure := self._files.failure:  # a file was merged or removed meanwhile, or the store does not answer
                raise Retry(f"the lake could not be read: {_first_line(failure)}") from failure
            if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException):
                raise Retry(f"the lake could not be read: {_first_line(error)}") from error
            raise BadInput(f"this cannot be asked of the lake: {_first_line(error)}") from error


_FROM_PARQUET = "* FROM read_parquet([{}], hive_partitioning = true, hive_types_autocast = false, union_by_name = true)"
_FROM_EXPORTS = """dataset, id, dt FROM read_csv([{}],
    columns = {{'id': 'INTEGER'}}, header = true, auto_detect = false, delim = ',', compression = 'gzip',
    buffer_size = 1048576, hive_partitioning = true, hive_types_autocast = false)"""
# A buffer of DuckDB's own choice is 32 MB for each file that is being read.


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
