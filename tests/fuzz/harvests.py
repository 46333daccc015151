"""Surfaces of the harvester: export files and their lines, events, pages of the changes feed."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest import mock

import orjson
from isal import igzip_lib

from lambdas.common.datasets import DATASETS, Mode
from lambdas.common.edge_keys import title_key
from lambdas.common.errors import GiveUp, PipelineError, Retry
from lambdas.common.metrics import Metric
from lambdas.common.queue import SqsQueue
from lambdas.common.state import State
from lambdas.common.work import MAX_ID
from lambdas.harvester import handler
from lambdas.harvester.bus import EventBus
from lambdas.harvester.changes import changes
from lambdas.harvester.event import Event
from lambdas.harvester.exports import Exports
from lambdas.harvester.lake import S3Lake
from lambdas.harvester.lines import FlaggedLine, Line, LineReader, RankedLine
from lambdas.harvester.run import Harvester
from tests.fuzz import hostile
from tests.fuzz.shorter import Case
from tests.fuzz.surface import TAKEN, Throw
from tests.fuzz.world import CONTEXT, Clock, Services, aws, begin, logged, looped, measured, telling, tmdb

DAY = dt.date(2026, 11, 20)
_MOVIE = re.compile(r"movie/[1-9]\d{0,9}\.pb\.lz4", re.ASCII)
_LINE = {"adult": False, "id": 550, "original_title": "Fight Club", "popularity": 61.4, "video": False}
_GOOD = b'{"adult":false,"id":%d,"original_title":"x","popularity":1.5,"video":false}\n'
_EVENTS: tuple[dict[str, Any], ...] = (
    {"dataset": "movie", "mode": "export"},
    {"dataset": "movie", "mode": "export", "select": "all", "date": "2026-11-19", "limit": 10, "min_popularity": 1.5},
    {"dataset": "tv", "mode": "sync", "since": "2026-11-01", "until": "2026-11-14", "include_adult": True},
    {"dataset": "tv_popular", "mode": "pages", "limit": 25},
    {"dataset": "person", "mode": "ids", "ids": [31, 287]},
    {"dataset": "imdb", "mode": "ids", "ids": [133093]},
    {"dataset": "imdb", "mode": "ids", "ids": [133093], "known": {"133093": "movie/603"}},
)
_PAGE = {
    "results": [{"id": 550, "adult": False}, {"id": 551, "adult": None}, {"id": None, "adult": None}, {"id": 9}],
    "page": 1,
    "total_pages": 1,
    "total_results": 4,
}
_STATUSES = (200,) * 12 + (404, 401, 400, 429, 500, 503, 302)


def export_line(random: Random) -> Case:
    """What stands where a line of an export file should be; now and then two of them."""
    line = hostile.raw(random, hostile.document(random, _LINE))
    return line + b"\n" + line if random.randrange(50) == 0 else line


@contextmanager
def reading_lines() -> Iterator[Throw]:
    """The line between two good ones, which come in two pieces; by turns as each filter looks at it."""
    kinds = (Line, FlaggedLine, RankedLine)

    def throw(case: Case) -> str:
        assert isinstance(case, bytes)
        reader = LineReader(kinds[len(case) % len(kinds)])
        text = _GOOD % 1 + case + b"\n" + _GOOD % 2
        half = len(text) // 2
        found = [line.id for line in (*reader.feed(text[:half]), *reader.feed(text[half:]), *reader.finish())]
        given = 2 + sum(bool(line.strip()) for line in case.split(b"\n"))
        assert {1, 2} <= {*found}, "the neighbours were lost"
        assert (reader.accepted, reader.accepted + reader.rejected) == (len(found), given), "not counted"
        for id in found:
            assert _MOVIE.fullmatch(title_key(DATASETS["movie"], id))
        return reader.fault

    yield throw


def export_file(random: Random) -> Case:
    """A file of some lines: packed, and then perhaps damaged, cut, packed twice, or followed by something."""
    lines = [_GOOD % random.randrange(1, 9_999) for _ in range(random.randrange(4))]
    lines += [bytes(export_line(random)) + b"\n" for _ in range(random.randrange(3))]  # type: ignore[arg-type]
    random.shuffle(lines)
    packed = bytes(igzip_lib.compress(b"".join(lines), level=1, flag=igzip_lib.COMP_GZIP))
    at = random.randrange(len(packed))
    ways = [packed] * 6 + [
        packed[:at],
        packed[:at] + random.randbytes(3) + packed[at + 3 :],
        packed + packed,
        packed + random.randbytes(9),
        bytes(igzip_lib.compress(packed, level=1, flag=igzip_lib.COMP_GZIP)),
        b"".join(lines),
        b"",
    ]
    return random.choice(ways)


@contextmanager
def reading_files() -> Iterator[Throw]:
    """The file, read as a harvest reads it through one of its filters."""
    services, clock = Services(), Clock()
    kinds = [
        Event(dataset="movie", mode=Mode.EXPORT, include_adult=True),
        Event(dataset="movie", mode=Mode.EXPORT, limit=2),
        Event(dataset="movie", mode=Mode.EXPORT, min_popularity=1.0),
    ]
    with looped() as loop:

        def throw(case: Case) -> str:
            assert isinstance(case, bytes)
            services.asked.clear()
            services.export = (200, {"content-length": str(len(case))}, [case[:100], case[100:]])
            event = kinds[len(case) % len(kinds)]
            exports = Exports("https://files/p/exports", DATASETS["movie"], event, services, clock)
            try:
                listing = loop.run(exports.of(DAY, adult=False))
            except (GiveUp, Retry) as error:
                return str(error)
            assert listing
            for id in (*listing.ids, *listing.left_out):
                assert _MOVIE.fullmatch(title_key(DATASETS["movie"], id))
            return "lines without an id" if listing.rejected else TAKEN

        yield throw


def event(random: Random) -> Case:
    """An event as the Lambda runtime would hand it over: JSON text."""
    return hostile.document(random, random.choice(_EVENTS))


@contextmanager
def harvesting() -> Iterator[Throw]:
    """The handler, with all that it would ask and send."""
    services, clock = Services(), Clock()
    way = aws(services, clock)
    using = Harvester(
        tmdb=tmdb(services, clock),
        files=services,
        exports_url="https://files/p/exports",
        queue=SqsQueue("https://queue", way),
        state=State("state", way),
        lake=S3Lake("lake", way),
        clock=clock,
        random=Random(1),
        continue_with=EventBus("prod", way).put,
        collect_per_second=32.0,
        refresh_days=120,
    )
    services.export = (200, {}, [igzip_lib.compress(_GOOD % 550, level=1, flag=igzip_lib.COMP_GZIP)])
    with (
        looped() as loop,
        telling() as told,
        mock.patch.object(handler, "_harvester", return_value=using),
        mock.patch.object(handler, "run", loop.run),
    ):

        def throw(case: Case) -> str:
            try:
                given = json.loads(str(case))
            except (ValueError, RecursionError):
                return "not JSON"
            begin(services, clock, using.tmdb)
            try:
                result = handler.handler(given, CONTEXT)
            except PipelineError as error:
                lines = told.take()
                assert len(logged(lines, "harvest.failed")) == 1 and measured(lines, Metric.IDS_HARVESTED) == 0, (
                    "not counted"
                )
                assert not services.sent, "sent although it was refused"
                return str(error)
            lines = told.take()
            queued = [id for item in services.sent for id in item.get("ids", ()) if "run" in item]
            assert measured(lines, Metric.IDS_HARVESTED) == result["ids"] == len(queued), "not counted"
            assert all(type(id) is int and 0 < id < MAX_ID for id in queued)
            return str(result["refused"] or TAKEN)

        yield throw


def changes_page(random: Random) -> Case:
    """A status and a body of TMDB's changes feed."""
    return b"%d " % random.choice(_STATUSES) + hostile.raw(random, hostile.document(random, _PAGE))


@contextmanager
def following_changes() -> Iterator[Throw]:
    """The page, and the same again for whoever asks for more."""
    services, clock = Services(), Clock()
    client = tmdb(services, clock)
    with looped() as loop:

        def throw(case: Case) -> str:
            assert isinstance(case, bytes)
            status, _, services.body = case.partition(b" ")
            services.status = int(status)
            begin(services, clock, client)
            deadline = clock.monotonic() + 600
            day = changes(DATASETS["movie"], DAY, include_adult=True, tmdb=client, clock=clock, deadline=deadline)
            try:
                found = loop.run(day)
            except PipelineError as error:
                return f"{type(error).__name__} {error}"
            rows = orjson.loads(services.body)["results"]
            bad = [row for row in rows if not (isinstance(row, dict) and _is_id(row.get("id")))]
            assert found.rejected == len(bad), f"{len(bad)} of {len(rows)} rows hold no id, {found.rejected} counted"
            assert found.ids == {row["id"] for row in rows if row not in bad}
            return "rows without an id" if bad else TAKEN

        yield throw


def _is_id(found: Any) -> bool:
    return type(found) is int and 0 < found < 2**31
