"""Writes one object of bronze into the lake's tables: a file a table and day, named after the object and the schema.

The same object gives the same files under the same keys, however often and in whatever order objects come. Its rows go
through files on disk, so their number costs no memory.
"""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO, Self

import duckdb
import msgspec
import orjson

from lambdas.common import parquet
from lambdas.common.body import LARGEST_BODY
from lambdas.common.bronze import BronzeKey, parse_bronze_key, read_lines
from lambdas.common.columns import TIMESTAMP
from lambdas.common.datasets import DATASETS
from lambdas.common.errors import BadInput
from lambdas.common.lake import Lake
from lambdas.common.quality import are_too_many
from lambdas.common.tables import SCHEMA_FIELDS, TABLES, Table
from lambdas.lake_writer.rows import Row, rows_of

_DAY = 86_400
_LONGEST = 6 * LARGEST_BODY + 65_536
"""Bytes of a line: a body in quarantine is text, in which a control character takes six. DuckDB makes room for two."""


@dataclass(slots=True)
class Written:
    """What became of an object. `processed` are its titles, seasons and entries, `failed` those in quarantine."""

    dataset: str
    processed: int = 0
    failed: int = 0
    gone: int = 0
    unknown_fields: int = 0
    keys: list[str] = field(default_factory=list)

    @property
    def pass_rate(self) -> float:
        """In percent; an object without rows has no failing ones."""
        return 100.0 * (1 - self.failed / self.processed) if self.processed else 100.0


class FailingRows(BadInput):
    """More rows fail quality than a file may have."""

    def __init__(self, key: str, written: Written) -> None:
        super().__init__(f"{key}: {written.failed} of {written.processed} rows fail quality; see quarantine")
        self.written = written


def write(key: str, *, lake: Lake, database: duckdb.DuckDBPyConnection, folder: Path) -> Written:
    """Write the object at `key`, by way of files in `folder`, which is empty.

    Raises BadInput when it is none, is damaged or missing, and FailingRows: then nothing is in silver, but what failed
    is in quarantine. Raises Retry and StopTheLine as the lake does.
    """
    name = parse_bronze_key(key)
    blob = lake.read(key)
    if blob is None:
        raise BadInput(f"{key} is not there")
    with _Spool(folder) as spool:
        written = _spooled(name, blob, spool)
    too_many = are_too_many(written.failed, written.processed)
    for (table_name, day), lines in sorted(spool.files.items()):
        table = TABLES[table_name]
        if too_many and not _is_quarantine(table):
            continue
        to = f"{table.prefix}/dt={day}/{name.run}-{name.name}-{table.fields}.parquet"
        lake.write(to, _parquet(table_name, lines, database))
        written.keys.append(to)
    if too_many:
        raise FailingRows(key, written)
    return written


def _spooled(name: BronzeKey, blob: bytes, spool: "_Spool") -> Written:
    written = Written(name.dataset)
    for row in rows_of(DATASETS[name.dataset], read_lines(blob)):
        refused = _is_quarantine(row.table)
        written.processed += row.table.record is not None or refused
        written.failed += refused
        written.gone += row.answer.status == 404
        written.unknown_fields += row.unknown
        spool.add(row)
    return written


def _is_quarantine(table: Table) -> bool:
    return table.prefix.startswith("quarantine/")


class _Spool:
    """Rows on their way into DuckDB: one file of JSON lines a table and day."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[tuple[str, str], BinaryIO] = {}
        self._stack = ExitStack()
        self.files: dict[tuple[str, str], Path] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, row: Row) -> None:
        place = row.table.name, _day(row.answer.fetched_at // _DAY)
        if place not in self._open:
            path = self._folder / f"{len(self.files)}.jsonl"
            self.files[place] = path
            self._open[place] = self._stack.enter_context(path.open("wb"))
        line = msgspec.json.encode(row.own)
        if row.body is not None:  # an object with no key of `own`, and not empty: a record has an id
            line = line[:-1] + b"," + row.body.lstrip()[1:]
        self._open[place].write(line + b"\n")


def _parquet(table: str, lines: Path, database: duckdb.DuckDBPyConnection) -> Path:
    """The file with the spooled rows of a table."""
    file, longest = lines.with_suffix(".parquet"), min(lines.stat().st_size, _LONGEST)
    try:
        parquet.write(database, _select(table), file, level=parquet.QUICK, lines=str(lines), longest=longest)
    except duckdb.InvalidInputException:
        _settle_keys(lines)
        parquet.write(database, _select(table), file, level=parquet.QUICK, lines=str(lines), longest=longest)
    return file


def _settle_keys(lines: Path) -> None:
    """Of two equal keys in an object the last counts, as at the edge; DuckDB takes neither. They are rare."""
    settled = lines.with_suffix(".settled")
    with lines.open("rb") as old, settled.open("wb") as new:
        new.writelines(orjson.dumps(orjson.loads(line)) + b"\n" for line in old)
    settled.replace(lines)


@cache
def _day(number: int) -> str:
    return f"{datetime.fromtimestamp(number * _DAY, UTC):%Y-%m-%d}"


@cache
def _select(name: str) -> str:
    """What reads the spooled rows in the file $lines, none of more than $longest bytes, as the columns of a table."""
    types, values = [], []
    for column in TABLES[name].columns:
        told, value = column.type.duckdb, f'"{column.key}"'
        if column.type == TIMESTAMP:
            told, value = "BIGINT", f"make_timestamp({value} * 1000000)"
        elif column == SCHEMA_FIELDS:
            value = f"{TABLES[name].fields}"
        types.append(f"{parquet.text(column.key)}: {parquet.text(told)}")
        values.append(f"{value} AS {column.quoted}")
    options = f"format='newline_delimited', columns={{{', '.join(types)}}}, maximum_object_size=$longest"
    return f"SELECT {', '.join(values)} FROM read_json($lines, {options})"  # noqa: S608 - names of ours
