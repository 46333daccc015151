"""A lake in memory, with objects of bronze made by hand and tables read as anybody would."""

import json
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import duckdb
import obstore
from obstore.store import MemoryStore

from lambdas.common import parquet
from lambdas.common.bronze import Answer, Line, bronze_line
from lambdas.common.lake import Lake, Store
from lambdas.common.tables import TABLES
from lambdas.lake_writer.write import Written, write
from tests.unit.common.bronze_objects import packed

NOON = int(datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp())
RUN = "export-20261120T083000Z-1a2b"


def movie(id: int, **values: Any) -> dict[str, Any]:
    """A movie with little in it."""
    return {"id": id, "title": f"Movie {id}", "popularity": 1.5, "genres": [{"id": 18, "name": "Drama"}]} | values


def line(body: Any, *, id: int | None = None, at: int = NOON, run: str = f"movie-{RUN}", **answer: Any) -> Line:
    """TMDB's answer: a body as JSON, or as the bytes that came."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    told = {"status": 200} | answer
    return Line(Answer(id=body["id"] if id is None else id, fetched_at=at, run=run, **told), text)


def gone(id: int, *, at: int = NOON, run: str = f"movie-{RUN}") -> Line:
    """TMDB's answer about what it does not have."""
    return line({"success": False, "status_code": 34}, id=id, at=at, run=run, status=404)


class World:
    """A lake, and the writer beside it."""

    def __init__(self, folder: Path, store: Store | None = None) -> None:
        self.folder = folder
        self.store = store or MemoryStore()
        self.lake = Lake(self.store)
        self.database = parquet.connect(folder, megabytes=256)

    def put(self, lines: Iterable[Line], *, dataset: str = "movie", attempt: int = 0) -> str:
        """Store an object of bronze; gives its key."""
        lines = list(lines)
        run, digest = lines[0].answer.run, f"{crc32(b''.join(bronze_line(*line) for line in lines)):08x}"
        started = run.split("-")[-2]
        day = f"{started[:4]}-{started[4:6]}-{started[6:8]}"
        key = f"bronze/{dataset}/dt={day}/{run}/{lines[0].answer.id}-{attempt}-{digest}.jsonl.gz"
        obstore.put(self.store, key, packed(lines).finish())
        return key

    def write(self, key: str) -> Written:
        """Write an object of bronze into the tables."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            return write(key, lake=self.lake, database=self.database, folder=Path(folder))

    def take(self, *lines: Line, dataset: str = "movie") -> Written:
        """Put lines into bronze, and write them."""
        return self.write(self.put(lines, dataset=dataset))

    def keys(self, folder: str = "") -> list[str]:
        """What is in the lake but bronze."""
        found = [entry["path"] for page in obstore.list(self.store) for entry in page]
        return sorted(key for key in found if key.startswith(folder) and not key.startswith("bronze/"))

    def content(self, folder: str = "") -> dict[str, bytes | None]:
        """The same with every byte."""
        return {key: self.lake.read(key) for key in self.keys(folder)}

    def rows(self, name: str, order: str = "ALL") -> list[dict[str, Any]]:
        """The rows of a table as they lie there, copies and all, with the day of their file if it has one."""
        rows: list[dict[str, Any]] = []
        for number, (key, content) in enumerate(self.content(f"{TABLES[name].prefix}/").items()):
            if not key.endswith(".parquet"):
                continue
            path = self.folder / f"{number}.parquet"
            path.write_bytes(content or b"")
            with duckdb.connect() as database:
                found = database.execute("SELECT * FROM read_parquet($file)", {"file": str(path)})
                names, values = [column[0] for column in found.description or ()], found.fetchall()
            day = {"dt": key.split("/dt=")[1][:10]} if "/dt=" in key else {}
            rows += [dict(zip(names, row, strict=True)) | day for row in values]
        return rows if order == "ALL" else sorted(rows, key=lambda row: row[order])
