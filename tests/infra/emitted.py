"""What functions emit: their handlers run under a condition, in the small worlds of the unit tests.

An alarm is judged by these, so that it watches what is really said: name, unit, namespace and dimension.
"""

import asyncio
import contextlib
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from moto import mock_aws
from obstore.store import LocalStore

from lambdas.collector import handler as collector
from lambdas.collector import report
from lambdas.common.clock import SystemClock
from lambdas.common.http import Response
from lambdas.common.state import Run, State
from lambdas.gold_builder import handler as gold_builder
from lambdas.lake_writer import handler as lake_writer
from lambdas.watcher import handler as watcher
from tests.unit.aws import Moto, aws
from tests.unit.collector.test_handler import CONTEXT, record
from tests.unit.collector.world import NOW, World, item, make_table
from tests.unit.common.lake_folder import LakeFolder
from tests.unit.lake_writer.test_handler import batch, created
from tests.unit.lake_writer.world import World as LakeWorld
from tests.unit.lake_writer.world import line, movie

Emf = dict[str, Any]
"""One line in CloudWatch's embedded metric format."""

REFUSED = Response(401, {}, b'{"status_code":7,"status_message":"Invalid API key."}')
BROKEN = Response(500, {}, b'{"status_code":11,"status_message":"Internal error."}')
BUSY = Response(429, {}, b"")


@contextlib.contextmanager
def _world(**environment: str) -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        for name, value in environment.items():
            patch.setenv(name, value)
        yield patch


def _metrics(invoke: Callable[[], object]) -> list[Emf]:
    with contextlib.redirect_stdout(io.StringIO()) as written:
        invoke()
    return [json.loads(text) for text in written.getvalue().splitlines() if '"_aws"' in text]


def by_collector(prepare: Callable[[World], None]) -> list[Emf]:
    """A batch of movies 1 and 2, in a world that was prepared."""
    with _world() as patch:
        world = World()
        world.movies(1, 2)
        prepare(world)
        patch.setattr(collector, "_collector", lambda: world.using)
        patch.setattr(collector, "run", asyncio.run)
        patch.setattr(report, "_seen", set())
        return _metrics(lambda: collector.handler({"Records": [record(item(1, 2).to_json())]}, CONTEXT))


class _AwsWithMapping(Moto):
    """moto, and a line in this state."""

    def __init__(self, state: str) -> None:
        self._state = state

    async def request(self, method: str, url: str, **options: Any) -> Response:
        if "event-source-mappings" in url:
            return Response(200, {}, json.dumps({"State": self._state}).encode())
        return await super().request(method, url, **options)


def by_watcher(*, hours_ago: float = 1, line: str = "Enabled") -> list[Emf]:
    """A look at a feed of every 24 hours, whose last harvest was so long ago."""
    with _world(STATE_TABLE="state", MAPPING="m", FEEDS="movie-export=24") as patch:
        make_table("state")
        using = aws(_AwsWithMapping(line))
        started = NOW - 3600 * hours_ago
        run = Run(
            run="movie-export-20260921T130000Z-00ff",
            dataset="movie",
            mode="export",
            scheduled=True,
            started_at=started,
            listed_at=started,
        )
        state = State("state", using)
        asyncio.run(state.start_run(run))
        asyncio.run(state.listing(run))
        patch.setattr("lambdas.common.runtime.aws", lambda: using)
        patch.setattr(watcher, "run", asyncio.run)
        patch.setattr(SystemClock, "time", lambda _: NOW)
        return _metrics(lambda: watcher.handler({}, CONTEXT))


def by_lake_writer(title: str) -> list[Emf]:
    """An object of a hundred movies with this title."""
    with tempfile.TemporaryDirectory() as folder, _world(LAKE_BUCKET="lake", DEAD_LETTERS_URL="dead") as patch:
        world = LakeWorld(Path(folder))
        key = world.put([line(movie(id, title=title)) for id in range(1, 101)])
        patch.setattr(lake_writer, "_lake", lambda: world.lake)
        patch.setattr(lake_writer, "_database", lambda: world.database)
        patch.setattr(lake_writer, "_forward", lambda *_: None)
        return _metrics(lambda: lake_writer.handler(batch(json.dumps(created(key))), CONTEXT))


def by_gold_builder(*, missing: int = 0, fetched: str = "2026-11-25") -> list[Emf]:
    """Gold of 2026-11-25, of 100 movies that TMDB lists, of which some are missing and the others were fetched then."""
    with tempfile.TemporaryDirectory() as folder, _world(LAKE_BUCKET="lake") as patch:
        lake = LakeFolder(Path(folder))
        lake.list_ids("movie", "2026-11-25", list(range(1, 101)))
        rows = [{"id": id, "fetched_at": f"{fetched} 08:30:00", "run": "r"} for id in range(1, 101 - missing)]
        lake.put("movie_current", rows)
        patch.setattr(gold_builder, "bucket", lambda _: LocalStore(folder))
        event = {"tables": ["freshness"], "date": "2026-11-25"}
        return _metrics(lambda: gold_builder.handler(event, SimpleNamespace(**vars(CONTEXT))))
