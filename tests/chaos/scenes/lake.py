"""The lake: bronze into silver, silver merged and made current, gold built of all of it."""

import json
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from obstore.store import LocalStore, MemoryStore

from lambdas.common import trino
from lambdas.common.bronze import Line
from lambdas.common.lakehouse import Lakehouse
from lambdas.gold_builder.settings import GoldBuilderSettings
from lambdas.lake_compactor.settings import LakeCompactorSettings
from lambdas.lake_writer.settings import LakeWriterSettings
from tests.chaos import stored
from tests.chaos.calls import scrubbed
from tests.chaos.world import World
from tests.unit.common.sample_lake import sample_lake
from tests.unit.lake_writer import world as writing
from tests.unit.lake_writer.world import gone, line, movie

DAY = 86_400
NOON = writing.NOON
"""Of 20 November 2026."""
RUN = writing.RUN
MEMORY = 256


def created(world: World, key: str) -> str:
    """The event that says an object was made."""
    return json.dumps({"detail": {"bucket": {"name": world.bucket("lake")}, "object": {"key": key}}})


def show(id: int, *seasons: int) -> dict[str, Any]:
    """A show, with the seasons that came with it."""
    bodies = {f"season/{n}": {"id": 100 * id + n, "name": f"Season {n}", "season_number": n} for n in seasons}
    return {"id": id, "name": f"Show {id}", "popularity": 2.5, "seasons": [], **bodies}


def page(number: int, *ids: int) -> dict[str, Any]:
    """A page of a list of shows."""
    rows = [{"id": id, "name": f"Show {id}", "popularity": 2.5, "genre_ids": [18]} for id in ids]
    return {"page": number, "results": rows, "total_pages": 2, "total_results": 4}


@cache
def _answered() -> Mapping[str, bytes]:
    """Objects of bronze: movies of two days, one of them unfit and one gone, shows with seasons, a list."""
    return _made(
        [
            ("movie", [line(movie(id)) for id in range(1, 12)] + [line(movie(12, vote_average=11.0)), gone(13)]),
            ("movie", [line(movie(2, title="Anew"), at=NOON + DAY), line(movie(20_000), at=NOON)]),
            ("tv", [line(show(1, 1, 2), run=f"tv-{RUN}"), line(show(2, 0), run=f"tv-{RUN}")]),
            ("tv_popular", [line(page(n, 2 * n, 2 * n + 1), id=n, run=_PAGES) for n in (1, 2)]),
        ]
    )[0]


_PAGES = "tv_popular-pages-20261120T083000Z-1a2b"


def _made(objects: Iterable[tuple[str, list[Line]]]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The objects of bronze with these answers, and what a writer makes of them."""
    with tempfile.TemporaryDirectory() as folder:
        lake = writing.World(Path(folder), MemoryStore())
        bronze = {}
        for dataset, lines in objects:
            key = lake.put(lines, dataset=dataset)
            bronze[key] = lake.lake.read(key) or b""
            lake.write(key)
        return bronze, {key: content or b"" for key, content in lake.content().items()}


class Write:
    """The lake writer: objects of bronze, and one that is none."""

    name = "write silver"

    async def prepare(self, world: World) -> None:
        for key, blob in _answered().items():
            await world.put("lake", key, blob)
            await world.send("work", created(world, key))
        await world.send("work", created(world, "bronze/movie/hello.txt"))

    async def play(self, world: World) -> None:
        settings = LakeWriterSettings(
            lake_bucket=world.bucket("lake"), dead_letters_url=world.urls["dead"], memory_megabytes=MEMORY
        )
        await world.deliver("work", "lake_writer", settings, batch=3)

    async def stored(self, world: World) -> stored.Stored:
        dead = {scrubbed(body) for body in await world.drained("dead")}
        return stored.files(world.objects("lake"), "") | {"dead letters": dead}

    async def check(self, world: World) -> None:
        """What is in silver is whole, as its objects are."""
        stored.rows(world.objects("lake"), "silver/")


@cache
def _nights() -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Silver before two nights: of the first two days and of one that is too old; and what came in after the first."""
    old = datetime(2026, 5, 1, 12, tzinfo=UTC).timestamp()
    _, before = _made(
        [
            ("movie", [line(movie(id), at=NOON) for id in (1, 2, 3)]),
            ("movie", [line(movie(id), at=NOON) for id in (3, 4, 20_000)]),
            ("movie", [line(movie(id, title="Anew"), at=NOON + DAY) for id in (1, 5)] + [gone(2, at=NOON + DAY)]),
            ("movie", [line(movie(6), at=NOON + DAY)]),
            ("movie", [line(movie(7), at=int(old))]),
            ("tv", [line(show(1, 1, 2), run=f"tv-{RUN}")]),
            ("tv", [line(show(2, 0), run=f"tv-{RUN}"), line(show(3, 1), run=f"tv-{RUN}")]),
        ]
    )
    _, after = _made(
        [
            ("movie", [line(movie(4, title="Later"), at=NOON + 2 * DAY), gone(20_000, at=NOON + 2 * DAY)]),
            ("tv", [line(show(1, 1), at=NOON + 2 * DAY, run="tv-export-20261122T083000Z-1a2b")]),
        ]
    )
    return before, after


class Compact:
    """The lake compactor, two nights in a row. Whoever reads meanwhile sees every row, and each once."""

    name = "compact"

    async def prepare(self, world: World) -> None:
        for key, blob in _nights()[0].items():
            await world.put("lake", key, blob)

    async def play(self, world: World) -> None:
        settings = LakeCompactorSettings(lake_bucket=world.bucket("lake"), memory_megabytes=MEMORY)
        names = ["movie", "season"]
        await world.trigger("lake_compactor", settings, {"until": "2026-11-21", "datasets": names})
        for key, blob in _nights()[1].items():
            await world.put("lake", key, blob)
        await world.trigger("lake_compactor", settings, {"until": "2026-11-22", "datasets": names})

    async def stored(self, world: World) -> stored.Stored:
        objects = {key: blob for key, blob in world.objects("lake").items() if not key.endswith("/_merged")}
        return stored.files(objects, "") | stored.rows(objects, "current/")

    async def check(self, world: World) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            lake = Lakehouse(LocalStore(str(world.place("lake"))), scratch=scratch, memory_megabytes=MEMORY, threads=1)

            def read(sql: str) -> list[Any]:
                return list(lake.rows(trino.parse(sql))[1])

            movies = read("SELECT id, fetched_at FROM silver_movie WHERE dt > '2026-05-01'")
            seasons = read("SELECT show_id, season_number, fetched_at FROM silver_season")
            current = read("SELECT id FROM movie_current"), read("SELECT show_id, season_number FROM season_current")
        for seen in (movies, seasons, *current):
            assert len(seen) == len(set(seen)), f"a row is there twice: {seen}"
        assert set(movies) >= _MOVIES, f"silver lacks the movies {_MOVIES - set(movies)}"
        assert len(seasons) >= _SEASONS, "silver lacks seasons"


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


_MOVIES = {*((id, _at(NOON)) for id in (1, 2, 3, 4, 20_000)), *((id, _at(NOON + DAY)) for id in (1, 5, 6))}
_SEASONS = 4
"""Of the first night, which have all been fetched at one time."""


class Build:
    """The gold builder. A table is there already, in two files, and every title is to be fetched again."""

    name = "build gold"

    async def prepare(self, world: World) -> None:
        for key, blob in _sample().items():
            await world.put("lake", key, blob)

    async def play(self, world: World) -> None:
        settings = GoldBuilderSettings(
            lake_bucket=world.bucket("lake"),
            memory_megabytes=MEMORY,
            refresh_after_days=0,
        )
        await world.trigger("gold_builder", settings, {"date": "2026-11-26"})

    async def stored(self, world: World) -> stored.Stored:
        asked = set(await world.drained("events"))
        return stored.files(world.objects("lake"), "gold/") | {"events": asked}

    async def check(self, world: World) -> None:
        """Each table is whole."""
        stored.rows(world.objects("lake"), "gold/")


@cache
def _sample() -> Mapping[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        sample_lake(Path(folder))
        paths = [path for path in Path(folder).rglob("*") if path.is_file()]
        found = {str(path.relative_to(folder)): path.read_bytes() for path in paths}
    old = next(blob for key, blob in found.items() if key.startswith("silver/movie/"))
    return found | {f"gold/genre_stats/part-{number}.parquet": old for number in (0, 1)}
