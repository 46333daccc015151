"""The loader on a real Postgres and a bucket in memory."""

import json
from collections.abc import Iterator
from typing import Any

from lambdas.catalog_loader.load import Loaded, load
from lambdas.catalog_loader.objects import Content, Name
from lambdas.catalog_loader.visit import Visit
from lambdas.common.bronze import Answer, Line, bronze_key
from lambdas.common.catalog.database import Connect
from lambdas.common.datasets import Mode
from lambdas.common.errors import Retry
from lambdas.common.work import WorkItem
from tests.unit.common.bronze_objects import packed

BUCKET = "lake"
RUN = "movie-export-20261120T083000Z-1a2b"


class Bucket:
    """Objects by key: when they were written, and their bytes. `breaks` ends a read after so many pieces."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[int, bytes]] = {}
        self.breaks: int | None = None

    def put(self, key: str, data: bytes | str | Any, written_at: int = 1_000) -> Name:
        """Write an object; what is not bytes or text becomes JSON."""
        text = data if isinstance(data, bytes | str) else json.dumps(data)
        self.objects[key] = (written_at, text.encode() if isinstance(text, str) else text)
        return Name(BUCKET, key)

    def open(self, name: Name) -> Content | None:
        if name.key not in self.objects:
            return None
        written_at, data = self.objects[name.key]
        return Content(written_at, self._pieces(data))

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        for number, start in enumerate(range(0, len(data), 1_000)):
            if number == self.breaks:
                raise Retry("the connection broke off")
            yield data[start : start + 1_000]


def bronze(*answers: tuple[int, int, dict[str, Any]], fetched_at: int = 2_000) -> tuple[str, bytes]:
    """Key and bytes of an object with these answers: id, status, body."""
    item = WorkItem(run=RUN, dataset="movie", mode=Mode.EXPORT, ids=tuple(sorted(id for id, _, _ in answers)))
    made = packed(
        Line(Answer(id=id, status=status, fetched_at=fetched_at, run=RUN), json.dumps(body).encode())
        for id, status, body in answers
    )
    return bronze_key(item, made.content), made.finish()


def event(name: Name) -> str:
    """The message that says an object was made."""
    return json.dumps(
        {
            "source": "aws.s3",
            "detail-type": "Object Created",
            "detail": {"bucket": {"name": name.bucket}, "object": {"key": name.key, "size": 1, "sequencer": "0A"}},
        }
    )


def visiting(connect: Connect, *, seconds: float = 30, slept: list[float] | None = None) -> Visit:
    """An invocation with so much time left, always; what it waits goes by at once."""
    waits: list[float] = [] if slept is None else slept
    return Visit(connect, remaining=lambda: seconds, sleep=waits.append)


def loading(bucket: Bucket, connect: Connect, *names: Name, seconds: float = 30) -> list[Loaded | None]:
    """Load objects one after the other, as an invocation with so much time does."""
    with visiting(connect, seconds=seconds) as visit:
        return [load(name, bucket, visit.run) for name in names]
