"""A small world for the harvester: export files and changes feed are dicts, the queue is in memory, time is ours.

The state table is the real `State` on moto's DynamoDB.
"""

import datetime as dt
import gzip
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from moto import mock_aws

from lambdas.common.errors import Retry
from lambdas.common.http import Response
from lambdas.common.pacer import Pacer
from lambdas.common.receipts import Receipt, Stored
from lambdas.common.state import Run, State
from lambdas.common.tmdb import Tmdb
from lambdas.harvester.event import Event
from lambdas.harvester.harvest import harvest
from lambdas.harvester.run import Harvester, Result
from tests.unit.aws import aws
from tests.unit.collector.world import FakeClock, MemoryQueue, make_table

TODAY = dt.date(2026, 9, 21)
DAY = dt.timedelta(days=1)
Row = Mapping[str, Any]


def noon(day: dt.date) -> float:
    """Unix time."""
    return dt.datetime.combine(day, dt.time(12), dt.UTC).timestamp()


def movie(id: int, *, adult: bool = False, popularity: float = 1.0) -> dict[str, Any]:
    """A line of an export file."""
    return {"adult": adult, "id": id, "original_title": "Amélie & Co", "popularity": popularity, "video": False}


def packed(rows: Iterable[Row | bytes]) -> bytes:
    """An export file of these lines; bytes are lines as they are."""
    lines = [row if isinstance(row, bytes) else orjson.dumps(row) for row in rows]
    return gzip.compress(b"".join(line + b"\n" for line in lines))


class FakeFiles:
    """Serves what was put, a few bytes a chunk; other names are 403. `faults` are raised or served first, each once."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.faults: list[Exception | int] = []
        self.headers: dict[str, str] = {}
        self.chunk = 7

    def put(self, export: str, day: dt.date, rows: Iterable[Row | bytes] | bytes) -> None:
        self.files[f"{export}_{day:%m_%d_%Y}.json.gz"] = rows if isinstance(rows, bytes) else packed(rows)

    def movies(self, day: dt.date, *ids: int) -> None:
        self.put("movie_ids", day, [movie(id) for id in ids])

    @asynccontextmanager
    async def stream(self, url: str) -> AsyncIterator[tuple[int, Mapping[str, str], AsyncIterator[bytes]]]:
        root, _, name = url.rpartition("/")
        assert root == "https://files/p/exports"
        self.asked.append(name)
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        status = fault or (200 if name in self.files else 403)
        yield status, self.headers, self._body(self.files.get(name, b"<Error>AccessDenied</Error>"))

    async def _body(self, data: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(data), self.chunk):
            yield data[start : start + self.chunk]


class FakeFeed:
    """TMDB's API with nothing but changes feeds and lists. Feeds have rows by day, windows with both ends, 100 rows a
    page; of `lists` is known by their path how many pages they say they have.

    `totals` are told instead of the truth, `rows_a_page` and `deaf` (to the page asked for) distort paging. `faults`
    are raised or served first, each once, and `seconds` pass with every page.
    """

    def __init__(self, clock: FakeClock) -> None:
        self.days: dict[dt.date, Sequence[Any]] = {}
        self.asked: list[tuple[dt.date, int]] = []
        self.lists: dict[str, int] = {}
        self.asked_lists: list[tuple[str, int]] = []
        self.faults: list[Exception | Response] = []
        self.totals: dict[str, int] = {}
        self.rows_a_page = 100
        self.deaf = False
        self.seconds = 0.0
        self._clock = clock

    def put(self, day: dt.date, *ids: int | None) -> None:
        self.days[day] = [{"id": id, "adult": False} for id in ids]

    async def request(self, method: str, url: str, **options: Any) -> Response:
        parts = urlsplit(url)
        if (path := parts.path.removeprefix("/3/")) in self.lists:
            return self._list(path, int(parse_qs(parts.query)["page"][0]))
        assert parts.path in ("/3/movie/changes", "/3/tv/changes", "/3/person/changes")
        query = parse_qs(parts.query)
        first, last = (dt.date.fromisoformat(query[name][0]) for name in ("start_date", "end_date"))
        page = int(query["page"][0])
        assert 1 <= page <= 500
        self.asked.append((first, page))
        self._clock.advance(self.seconds)
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            return fault
        today = dt.datetime.fromtimestamp(self._clock.time(), dt.UTC).date()
        rows = [row for day in (first, last) if day <= today for row in self.days.get(day, ())]
        start = 0 if self.deaf else (page - 1) * self.rows_a_page
        totals = {"total_pages": -(-len(rows) // self.rows_a_page), "total_results": len(rows), **self.totals}
        body = {"results": rows[start : start + self.rows_a_page], "page": page, **totals}
        return Response(200, {}, orjson.dumps(body))

    def _list(self, path: str, page: int) -> Response:
        self.asked_lists.append((path, page))
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            return fault
        return Response(200, {}, orjson.dumps({"page": page, "results": [], "total_pages": self.lists[path]}))


class MemoryLake:
    """Objects in a dict; `failure` is raised instead."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.failure: Exception | None = None

    async def put(self, key: str, blob: bytes, *, if_absent: bool) -> None:
        if self.failure:
            raise self.failure
        if not (if_absent and key in self.objects):
            self.objects[key] = blob


class World:
    """Everything a harvester works with, and `harvest` to use it. It is noon on TODAY."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.clock.now = noon(TODAY)
        self.files = FakeFiles()
        self.feed = FakeFeed(self.clock)
        self.queue = MemoryQueue()
        self.lake = MemoryLake()
        make_table("state")
        self.state = State("state", aws())
        self.continued: list[Event] = []
        self.requests = 0
        pacer = Pacer(1_000_000, self.clock)
        self.using = Harvester(
            tmdb=Tmdb("https://tmdb/3", self._token, self.feed, pacer, self.clock),
            files=self.files,
            exports_url="https://files/p/exports/",
            queue=self.queue,
            state=self.state,
            lake=self.lake,
            clock=self.clock,
            random=Random(1),
            continue_with=self._continue,
            collect_per_second=32,
            refresh_days=120,
        )

    async def _token(self, afresh: bool) -> str:
        return "token-of-the-tests"

    async def _continue(self, event: Event) -> None:
        self.continued.append(Event.parse(event.to_dict()))

    async def harvest(self, *, request: str | None = None, seconds: float = 880, **event: Any) -> Result:
        """One invocation; of its own unless `request` names it."""
        self.requests += 1
        return await harvest(
            Event.parse({"dataset": "movie", **event}),
            request=request or f"request-{self.requests}",
            deadline=self.clock.now + seconds,
            using=self.using,
        )

    async def export(self, **event: Any) -> Result:
        return await self.harvest(mode="export", **event)

    async def sync(self, **event: Any) -> Result:
        return await self.harvest(mode="sync", **event)

    async def pages(self, **event: Any) -> Result:
        return await self.harvest(**{"dataset": "tv_popular", "mode": "pages", **event})

    async def collect(self) -> None:
        """What the collectors would do: store everything that waits."""
        for item in self.queue.items:
            stored = {id: Stored(int(self.clock.now), "00") for id in item.ids}
            await self.state.record(item, Receipt(stored=stored), self.clock.now)
        self.queue.sent.clear()

    def use(self, **changes: Any) -> None:
        """Work with something else from now on."""
        self.using = replace(self.using, **changes)

    def pass_days(self, days: int) -> None:
        self.clock.now += days * 86_400

    @property
    def queued(self) -> list[int]:
        """All ids that wait, in the order of their messages."""
        return [id for item in self.queue.items for id in item.ids]

    @property
    def today(self) -> dt.date:
        return dt.datetime.fromtimestamp(self.clock.now, dt.UTC).date()

    async def run(self, run: str | None) -> Run:
        known = await self.state.run(str(run))
        assert known is not None
        return known


@contextmanager
def fresh_world() -> Iterator[World]:
    """A world with a state table of its own, on moto."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        yield World()


class RefusingQueue(MemoryQueue):
    """Takes `takes` messages, and fails at the next one."""

    def __init__(self, takes: int) -> None:
        super().__init__()
        self.takes = takes

    async def send(self, items: Iterable[Any], *, delay: int = 0) -> int:
        number = 0
        for item in items:
            if len(self.sent) >= self.takes:
                raise Retry("SQS refused 1 of 10 messages 3 times")
            number += await super().send([item], delay=delay)
        return number
