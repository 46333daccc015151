"""Collectors: movies and shows with seasons, gone ones, dead ones, one that fails at first, and an id of IMDb's."""

from typing import Any

import orjson

from lambdas.collector.settings import CollectorSettings
from lambdas.common import codec
from lambdas.common.datasets import DATASETS, Mode
from lambdas.common.edge_keys import season_key, title_key
from lambdas.common.state import Run, State
from lambdas.common.work import WorkItem, run_id
from local.faults import Faults
from local.tmdb import Fault
from tests.chaos import stored
from tests.chaos.machine import NOW
from tests.chaos.world import World

_BEFORE = 86_400
"""Seconds by which what lies at the edge already is older."""
_EXTRA = 77
"""A season that TMDB has no more."""


def settings(world: World, edge: str) -> CollectorSettings:
    """A collector that asks at once for what failed, and stores on `s3` or `bunny`."""
    urls = world.machine.gate.urls
    return CollectorSettings(
        tmdb_api_url=f"{urls['TMDB']}/3",
        token_secret="token",
        queue_url=world.urls["work"],
        dead_letters_url=world.urls["dead"],
        state_table="state",
        mapping_parameter="/mapping",
        requests_per_second=10_000,
        connections=2,
        retry_delay=0,
        outage_delay=0,
        lake_bucket=world.bucket("lake"),
        edge_bucket=world.bucket("edge") if edge == "s3" else "",
        bunny_url=f"{urls['Bunny']}/zone",
        bunny_secret="bunny",
    )


class Collect:
    """Three messages on the work queue."""

    def __init__(self, edge: str) -> None:
        self.name = f"collect to {edge}"
        self._edge = edge

    async def prepare(self, world: World) -> None:
        tmdb = world.machine.tmdb
        movies, shows = ([world.machine.catalogue.number(name, n) for n in range(40)] for name in ("movie", "tv"))
        failing = movies[5]
        tmdb.faults = Faults(Fault, once={f"movie/{failing}": [Fault.INTERNAL]})
        await self._queue(world, "movie", [*movies[:2], failing, movies[17], movies[29]])
        await self._queue(world, "tv", shows[2:4])
        await self._queue(world, "imdb", [2 * movies[3]])
        await self._store(world, "movie", movies[17], b'{"id": %d, "title": "Gone"}' % movies[17])
        show: dict[str, Any] = dict(tmdb.catalogue.body("tv", shows[2], tmdb.moment) or {})
        show["seasons"] = [*show["seasons"], {"id": 1, "season_number": _EXTRA, "name": "Withdrawn"}]
        season = b'{"id": 1, "season_number": %d, "name": "Withdrawn", "episodes": []}' % _EXTRA
        await self._put(world, season_key(DATASETS["tv"], shows[2], _EXTRA), "season", season)
        await self._store(world, "tv", shows[2], orjson.dumps(show))

    async def _queue(self, world: World, dataset: str, ids: list[int]) -> None:
        run = run_id(dataset, Mode.IDS, NOW.timestamp(), 0xAA)
        known = Run(run=run, dataset=dataset, mode="ids", started_at=NOW.timestamp(), harvested=len(ids), messages=1)
        state = State("state", world.aws)
        await state.start_run(known)
        await state.listing(known)
        item = WorkItem(run=run, dataset=dataset, mode=Mode.IDS, ids=tuple(sorted(ids)))
        await world.send("work", item.to_json())

    async def _store(self, world: World, dataset: str, id: int, body: bytes) -> None:
        await self._put(world, title_key(DATASETS[dataset], id), dataset, body)

    async def _put(self, world: World, key: str, dataset: str, body: bytes) -> None:
        fetched_at = int(NOW.timestamp()) - _BEFORE
        blob = codec.encode(dataset, body, fetched_at=fetched_at)
        if self._edge == "s3":
            await world.put("edge", key, blob, **{"x-amz-meta-fetched-at": str(fetched_at)})
        else:
            path = world.folder / "bunny" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(blob)

    async def play(self, world: World) -> None:
        await world.deliver("work", "collector", settings(world, self._edge))

    async def stored(self, world: World) -> stored.Stored:
        return await at_the_end(world, self._edge)

    async def check(self, world: World) -> None:
        """Whoever sees a title can read the seasons that it lists, but for those that TMDB itself does not return."""


async def at_the_end(world: World, edge: str, *, counted: bool = True) -> stored.Stored:
    """All that collectors store."""
    objects = world.objects("edge") if edge == "s3" else world.bunny()
    return {
        "edge": stored.edge(objects),
        "bronze": stored.bronze(world.objects("lake")),
        "state": await stored.settled(world, counted=counted),
        "dead letters": stored.letters(await world.drained("dead")),
        "work": stored.queued(await world.drained("work")),
    }
