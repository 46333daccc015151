"""Merges the files of a day into few large ones, so that a query opens ten files where an export left thousands.

A plan beside the files (`_merge.json`, which Athena does not see) says which become which. The merged file is written
first, its inputs are removed after, the plan goes last. A crash in between leaves rows there twice, which readers take
once, and a plan that the next run brings to its end. So does a second compactor at the same time. A file that arrives
meanwhile is in no plan, and waits for the next one.
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import msgspec

from lambdas.common import parquet
from lambdas.common.errors import Changed
from lambdas.common.lake import Lake, Object
from lambdas.common.tables import Table

LARGE = 32 * 1024 * 1024
"""Bytes from which a file stays as it is."""
FULL = 128 * 1024 * 1024
"""Bytes of small files that make a merged one, which takes about half of that."""
MOST = 500
"""Files that are merged at a time: each has 50 kB of columns to know of."""


_PLAN = "_merge.json"


class Plan(msgspec.Struct, frozen=True):
    """The files `of` become one, `to`; both are keys."""

    to: str
    of: list[str]


def is_due(objects: Iterable[Object]) -> bool:
    """Whether there is a step to take in a day with these objects."""
    there = list(objects)
    return any(found.key.endswith(f"/{_PLAN}") for found in there) or _next_plan("", _parquet(there)) is not None


def merge_day(table: Table, day: str, *, lake: Lake, database: duckdb.DuckDBPyConnection, folder: Path) -> bool:
    """Take one step towards few files; gives whether there was one to take. Raises Retry, StopTheLine."""
    within = f"{table.prefix}/dt={day}"
    at = f"{within}/{_PLAN}"
    there = _parquet(lake.objects(within))
    plan = _plan_at(at, lake) or _next_plan(within, there)
    if plan is None:
        return False
    try:
        lake.replace(at, msgspec.json.encode(plan), None)
    except Changed:  # it was there, or another compactor was faster
        plan = _plan_at(at, lake) or plan
    if plan.to not in {found.key for found in there}:
        with TemporaryDirectory(dir=folder) as scratch:
            _merge(table, plan, lake, database, Path(scratch))
    for key in (*plan.of, at):
        lake.remove(key)
    return True


def _parquet(objects: Iterable[Object]) -> list[Object]:
    return [found for found in objects if found.key.endswith(".parquet")]


def _plan_at(key: str, lake: Lake) -> Plan | None:
    found = lake.read(key)
    return msgspec.json.decode(found, type=Plan) if found else None


def _next_plan(within: str, there: list[Object]) -> Plan | None:
    keys: list[str] = []
    size = 0
    for found in there:
        if found.size < LARGE and size < FULL and len(keys) < MOST:
            keys.append(found.key)
            size += found.size
    if len(keys) < 2:
        return None
    digest = hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16]
    return Plan(f"{within}/merged-{digest}.parquet", keys)


def _merge(table: Table, plan: Plan, lake: Lake, database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    files = lake.download_all(plan.of, folder)
    if not files:
        return  # another compactor has been here, and further
    rows = parquet.read(files, table.columns)
    order = ", ".join([*table.preferred, "file_index", "file_row_number"])
    unique = ", ".join(f'"{name}"' for name in table.unique)
    once = f"""
        SELECT (file_index, file_row_number) FROM ({rows})
        QUALIFY row_number() OVER (PARTITION BY {unique} ORDER BY {order}) = 1
    """  # noqa: S608 - names of ours
    columns = ", ".join(column.quoted for column in table.columns)
    query = f"SELECT {columns} FROM ({rows}) WHERE (file_index, file_row_number) IN ({once})"  # noqa: S608
    merged = folder / "merged.parquet"
    parquet.write(database, query, merged, level=parquet.SMALL)
    with suppress(Changed):  # another compactor wrote the same; perhaps of more, if it has removed some since
        lake.replace(plan.to, merged, None)
