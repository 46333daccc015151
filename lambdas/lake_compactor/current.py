"""Keeps the tables of current rows: one newest row per id, without the ids that are gone.

A table is cut into files by ranges of ids, so that a merge holds one range at a time and an id can be in one file only.
A file is replaced as a whole, and only if it is still what the merge began with. What has been merged is known by the
store's own clock: `_merged` beside the files holds the time of the newest object of silver seen. Objects of the ten
minutes before that are merged again, as one that took long to arrive bears the time at which it set out; that changes
nothing, as a row makes way only for a newer one, or for the same as a newer schema wrote it. Rows lie in the order of
their keys: the same rows are the same bytes, whatever was there before, and who looks for an id reads a part of its
file.

A file that nothing was merged into for a week is written again, so that no row in it gets too old unseen.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from lambdas.common import parquet
from lambdas.common.datasets import Mode
from lambdas.common.errors import Changed, Retry
from lambdas.common.lake import Lake, Object
from lambdas.common.tables import NEWEST_SCHEMA, TABLES, Table

OVERLAP = timedelta(minutes=10)
UNTOUCHED = timedelta(days=7)
"""How long a file may stay as it is."""
KEPT = timedelta(days=180) - UNTOUCHED
"""TMDB's terms let nobody keep anything for longer than six months, and a row gets older in an untouched file."""
SLICE = 512 * 1024 * 1024
"""Bytes of new files that are on disk at a time."""
_MOST = 1000
"""New files at a time: each has 50 kB of columns to know of."""
_TRIES = 5
_STARTED = len("20261120T083000Z-1a2b")
"""The end of a run's id, in the order in which runs started."""


class Current:
    """The tables of current rows in a lake, as of the day `until`, made by way of files in `folder`."""

    def __init__(self, lake: Lake, database: duckdb.DuckDBPyConnection, folder: Path, *, until: date) -> None:
        self._lake = lake
        self._database = database
        self._folder = folder
        midnight = datetime.combine(until, datetime.min.time())
        self._oldest = midnight - KEPT
        self._touched = (midnight - UNTOUCHED).replace(tzinfo=UTC)
        self._gone: list[Object] | None = None

    def update(self, name: str) -> Iterator[str]:
        """Merge what is new in silver into the table `{name}_current`; yields the key of each file that changed.

        One who stops taking them stops the update, which next time goes on with the slice of new files at hand. Raises
        Retry, StopTheLine.
        """
        table = TABLES[f"{name}_current"]
        at = f"{table.prefix}/_merged"
        known = self._lake.read(at)
        before = datetime.fromisoformat(known.decode()) if known else datetime.fromtimestamp(0, UTC) + OVERLAP
        since = before - OVERLAP
        gone = [found for found in self._load_gone() if found.stored >= since] if table.gone_with else []
        new = [found for found in _files(self._lake, TABLES[f"silver_{name}"]) if found.stored >= since]
        slices = _slices(sorted(new, key=lambda found: found.stored)) if new else [gone[:0]] if gone else []
        for number, objects in enumerate(slices):
            with TemporaryDirectory(dir=self._folder) as scratch:
                yield from self._merge(table, objects, None if number else since, Path(scratch))
            seen = objects if number + 1 < len(slices) else [*new, *gone]
            newest = max(found.stored for found in seen)
            if newest > before:
                self._lake.write(at, newest.isoformat().encode())
        yield from self._touch(table)

    def _touch(self, table: Table) -> Iterator[str]:
        """Write the files again that have long been as they are."""
        for found in _files(self._lake, table):
            if found.stored < self._touched:
                number = int(Path(found.key).stem) // table.width
                with TemporaryDirectory(dir=self._folder) as scratch:
                    if self._replace(table, number, found.key, [], Path(scratch), unchanged=True):
                        yield found.key

    def _load_gone(self) -> list[Object]:
        """Fill the table `gone` with everything that TMDB ever said was gone, once; gives the objects that say so."""
        if self._gone is None:
            table = TABLES["silver_gone"]
            self._gone = _files(self._lake, table)
            self._database.execute(
                "CREATE OR REPLACE TEMP TABLE gone (dataset VARCHAR, id INTEGER, fetched_at TIMESTAMP, stored DOUBLE)"
            )
            for first in range(0, len(self._gone), _MOST):
                objects = self._gone[first : first + _MOST]
                with TemporaryDirectory(dir=self._folder) as scratch:
                    files = self._lake.download_all([found.key for found in objects], Path(scratch))
                    if files:
                        rows, when = parquet.read(files, table.columns), "list_extract($stored, file_index::BIGINT + 1)"
                        stored = [objects[int(file.stem)].stored.timestamp() for file in files]
                        insert = f"INSERT INTO gone SELECT dataset, id, fetched_at, {when} FROM ({rows})"  # noqa: S608
                        self._database.execute(insert, {"stored": stored})
        return self._gone

    def _merge(self, table: Table, objects: list[Object], since: datetime | None, folder: Path) -> Iterator[str]:
        """Merge some new objects, and the gone ids stored `since`, into each of the table's files that they touch."""
        files = self._lake.download_all([found.key for found in objects], folder)
        touched: dict[int, list[Path]] = {}
        if files:
            rows = parquet.read(files, table.columns)
            ranges = f"SELECT DISTINCT {table.key[0]} // {table.width}, file_index FROM ({rows}) ORDER BY ALL"  # noqa: S608
            for number, index in self._database.execute(ranges).fetchall():
                touched.setdefault(number, []).append(files[index])
        if table.gone_with and since:
            ranges = f"SELECT DISTINCT id // {table.width} FROM gone WHERE {_concerns(table)} AND stored >= $since"  # noqa: S608
            for (number,) in self._database.execute(ranges, {"since": since.timestamp()}).fetchall():
                touched.setdefault(number, [])
        for number, new in sorted(touched.items()):
            key = f"{table.prefix}/{number * table.width:010d}.parquet"
            if self._replace(table, number, key, new, folder):
                yield key

    def _replace(
        self, table: Table, number: int, key: str, new: list[Path], folder: Path, *, unchanged: bool = False
    ) -> bool:
        """Merge new files into one file of the table; gives whether it was written, if need be even `unchanged`."""
        there, merged = folder / "there.parquet", folder / "merged.parquet"
        for _ in range(_TRIES):
            version = self._lake.download(key, there)
            files = new if version is None else [there, *new]
            if not files:
                return False
            rows = parquet.read(files, table.columns)
            self._choose(table, number, rows)
            if version is not None and not unchanged and not self._changes(there):
                return False
            columns, order = ", ".join(column.quoted for column in table.columns), ", ".join(table.key)
            kept = f"FROM ({rows}) SEMI JOIN newest USING (file_index, file_row_number)"
            query = f"SELECT {columns} {kept} ORDER BY {order}"
            parquet.write(self._database, query, merged, level=parquet.QUICK)
            try:
                self._lake.replace(key, merged, version)
                return True
            except Changed:
                continue  # another compactor was faster; what it wrote is merged, too
        raise Retry(f"{key} changed {_TRIES} times while it was merged")

    def _choose(self, table: Table, number: int, rows: str) -> None:
        """Fill the table `newest` with the places of the rows to keep."""
        first = number * table.width
        self._database.execute(
            f"CREATE OR REPLACE TEMP TABLE newest AS {_newest(table, rows)}",
            {"first": first, "last": first + table.width - 1, "oldest": self._oldest},
        )

    def _changes(self, there: Path) -> bool:
        """Whether the rows to keep are others than those of the file that is there, which was read first."""
        kept = "SELECT count(*) FILTER (file_index = 0), count(*) FROM newest"
        (same, all_of_them) = self._database.execute(kept).fetchone() or (0, 0)
        count = "SELECT count(*) FROM read_parquet($file)"
        (before,) = self._database.execute(count, {"file": str(there)}).fetchone() or (0,)
        return not same == all_of_them == before


def _concerns(table: Table) -> str:
    """Whether a row of `gone` is about ids of a table."""
    return f"gone.dataset IN ({', '.join(map(parquet.text, table.gone_with))})"


def _newest(table: Table, rows: str) -> str:
    """The places of the newest row per key in a range of ids; of no row that is too old, or of what was gone later."""
    key, id = ", ".join(table.key), table.key[0]
    live = f"FROM ({rows}) AS row WHERE {id} BETWEEN $first AND $last AND fetched_at >= $oldest"
    if table.gone_with:
        same = f"{_concerns(table)} AND gone.id = row.{id}"
        live += f" AND NOT EXISTS (SELECT 1 FROM gone WHERE {same} AND gone.fetched_at >= row.fetched_at)"  # noqa: S608
    order = f"fetched_at DESC, run DESC, {NEWEST_SCHEMA}, file_index, file_row_number"
    if table.whole:
        live += f" QUALIFY run = first_value(run) OVER (PARTITION BY {', '.join(table.whole)} ORDER BY {order})"
    elif table.whole is not None:  # a list: of its last run, and of runs since that fetched some pages of it again
        last = f"max(right(run, {_STARTED})) FILTER (run LIKE '%-{Mode.PAGES}-%') OVER ()"
        live += f" QUALIFY right(run, {_STARTED}) >= coalesce({last}, '')"
        order = f'"rank", {order}'
    once = f"row_number() OVER (PARTITION BY {key} ORDER BY {order}) = 1"
    return f"SELECT file_index, file_row_number FROM (SELECT * {live}) QUALIFY {once}"  # noqa: S608


def _files(lake: Lake, table: Table) -> list[Object]:
    return [found for found in lake.objects(table.prefix) if found.key.endswith(".parquet")]


def _slices(objects: Iterable[Object]) -> list[list[Object]]:
    slices: list[list[Object]] = []
    size = 0
    for found in objects:
        if not slices or size + found.size > SLICE or len(slices[-1]) == _MOST:
            slices.append([])
            size = 0
        slices[-1].append(found)
        size += found.size
    return slices
