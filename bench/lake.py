"""Area lake: bronze to silver as the lake writer does it, against DuckDB's own way from JSON to Parquet; and the sizes.

Both write one file for each object of 50 movies. DuckDB gets the bodies alone, unpacked and on disk: it neither looks
whether values fit, nor has it to tell good rows from bad.
"""

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
from obstore.store import MemoryStore

from bench.bodies import Body
from bench.measure import cpu
from bench.report import Row, at_most
from lambdas.common import parquet
from lambdas.common.bronze import Answer, Packer, bronze_key
from lambdas.common.datasets import Mode
from lambdas.common.lake import Lake
from lambdas.common.tables import TABLES
from lambdas.common.work import MAX_IDS, WorkItem, run_id
from lambdas.lake_compactor.merge import merge_day
from lambdas.lake_writer.write import write

AREA = "lake"
_AT = int(dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC).timestamp())
_RUN = run_id("movie", Mode.EXPORT, _AT, 0)
_MOVIES = TABLES["silver_movie"]


def rows(bodies: tuple[Body, ...], rounds: int) -> Iterator[Row]:
    """Measure `rounds` times over all bodies."""
    batches = [bodies[start : start + MAX_IDS] for start in range(0, len(bodies), MAX_IDS)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lake, database = Lake(MemoryStore()), parquet.connect(folder, megabytes=1024)
        keys = [_put(lake, batch) for batch in batches]
        texts = [folder / f"{number}.jsonl" for number in range(len(batches))]
        for text, batch in zip(texts, batches, strict=True):
            text.write_bytes(b"".join(body.json + b"\n" for body in batch))
        taken = cpu(
            rounds, ours=lambda: _write(keys, lake, database, folder), theirs=lambda: _duckdb(texts, database, folder)
        )
        us = {name: 1e6 * seconds / len(bodies) for name, seconds in taken.items()}
        duckdb_alone = "DuckDB's read_json to Parquet, with the schema"
        yield at_most(AREA, "bronze to silver", us["ours"], "us/record", 1.5, against=duckdb_alone, theirs=us["theirs"])
        bronze = _bytes(lake, "bronze")
        yield at_most(
            AREA, "silver before compaction", _bytes(lake, "silver"), "B", None, against="bronze", theirs=bronze
        )
        while merge_day(_MOVIES, "2026-11-20", lake=lake, database=database, folder=folder):
            pass
        yield at_most(AREA, "silver", _bytes(lake, "silver"), "B", 0.6, against="bronze (gzip)", theirs=bronze)


def _put(lake: Lake, batch: tuple[Body, ...]) -> str:
    packer = Packer()
    for number, body in enumerate(batch):
        packer.add(Answer(id=body.id, status=200, fetched_at=_AT + number // 34, run=_RUN), body.json)
    item = WorkItem(run=_RUN, dataset="movie", mode=Mode.EXPORT, ids=tuple(sorted(body.id for body in batch)))
    key = bronze_key(item, packer.content)
    lake.write(key, packer.finish())
    return key


def _write(keys: list[str], lake: Lake, database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    for key in keys:
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            write(key, lake=lake, database=database, folder=Path(scratch))


def _duckdb(texts: list[Path], database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    record = [column for column in _MOVIES.columns if column not in _MOVIES.own]
    types = ", ".join(f"'{column.key}': '{column.type.duckdb}'" for column in record)
    for text in texts:
        read = f"read_json('{text}', format='newline_delimited', columns={{{types}}})"
        database.execute(f"COPY (FROM {read}) TO '{folder / 'theirs.parquet'}' (FORMAT parquet, COMPRESSION zstd)")


def _bytes(lake: Lake, folder: str) -> int:
    return sum(found.size for found in lake.objects(folder))
