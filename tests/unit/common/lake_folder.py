"""A lake in a folder: rows of its tables written to Parquet, as the lake writer lays them out."""

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from lambdas.common.lakehouse import LAKE

Row = dict[str, Any]


class LakeFolder:
    """`put` adds a file of rows; a column that a row does not name is null."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._files = 0

    def put(self, table: str, rows: Iterable[Row], day: str | None = None) -> Path:
        declared = LAKE[table]
        assert declared.by_day == (day is not None)
        folder = self.root / declared.prefix / (f"dt={day}" if day else "")
        folder.mkdir(parents=True, exist_ok=True)
        self._files += 1
        source, path = self.root / "rows.json", folder / f"{self._files}-0-00000000.parquet"
        source.write_text("".join(f"{json.dumps(row, default=str)}\n" for row in rows))
        columns = ", ".join(f"{column.quoted}: '{column.type.duckdb}'" for column in declared.columns)
        duckdb.connect().execute(
            f"COPY (SELECT * FROM read_json('{source}', format = 'nd', columns = {{{columns}}})) TO '{path}'"
        )
        source.unlink()
        return path

    def list_ids(self, dataset: str, day: str, ids: Iterable[int]) -> None:
        """TMDB's export file of a day."""
        folder = self.root / "exports" / f"dataset={dataset}" / f"dt={day}"
        folder.mkdir(parents=True, exist_ok=True)
        text = "".join(f"{id}\n" for id in ("id", *ids))
        (folder / "ids.csv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


def trino_schema() -> dict[str, object]:
    """Every table's columns, as sqlglot takes them to find names that a query has wrong."""
    return {
        name: {column.name: column.type.hive for column in table.columns} | ({"dt": "string"} if table.by_day else {})
        for name, table in LAKE.items()
    }


def row_of(table: str, body: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A body of TMDB's as a row, with what else the row has."""
    return {column.name: body[column.key] for column in LAKE[table].columns if column.key in body} | more
