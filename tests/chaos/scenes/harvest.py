"""Harvesters: an export that follows another, a sync over days, a list that got shorter, ids by hand. What they queue
is collected in peace, so that what counts is what came of it at the other end of the line.
"""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from lambdas.common import codec
from lambdas.common.datasets import DATASETS
from lambdas.common.edge_keys import title_key
from lambdas.common.state import LastExport, Run, State
from lambdas.harvester.settings import HarvesterSettings
from local.faults import Faults
from local.tmdb import Fault
from tests.chaos import stored
from tests.chaos.machine import NOW
from tests.chaos.scenes.collect import at_the_end
from tests.chaos.scenes.collect import settings as collecting
from tests.chaos.world import World

DAY = dt.timedelta(days=1)
TODAY = NOW.date()


class Harvest:
    """An event of one mode, and what it makes collectors do."""

    name = "harvest"
    event: Mapping[str, Any]
    seconds = 900
    """What an invocation may take."""
    counted = False
    """Whether there is one run, whoever dies."""

    async def prepare(self, world: World) -> None:
        world.machine.tmdb.faults = Faults(Fault)

    async def play(self, world: World) -> None:
        settings = self._settings(world)
        await world.trigger("harvester", settings, dict(self.event), seconds=self.seconds)
        await world.continue_events("harvester", settings, seconds=self.seconds)
        with world.machine.gate.open():
            await world.deliver("work", "collector", collecting(world, "bunny"))

    async def stored(self, world: World) -> stored.Stored:
        return await at_the_end(world, "bunny", counted=self.counted) | {
            "ids": stored.files(world.objects("lake"), "exports/")
        }

    async def check(self, world: World) -> None:
        """A harvest that is not done has no reader."""

    def _settings(self, world: World) -> HarvesterSettings:
        urls = world.machine.gate.urls
        return HarvesterSettings(
            tmdb_api_url=f"{urls['TMDB']}/3",
            tmdb_exports_url=f"{urls['TMDB']}/p/exports",
            token_secret="token",
            queue_url=world.urls["work"],
            state_table="state",
            requests_per_second=10_000,
            connections=2,
            collect_per_second=32,
            lake_bucket=world.bucket("lake"),
        )


class Export(Harvest):
    """All ids of today's file, and those that left it since yesterday's."""

    name = "harvest an export"
    event = MappingProxyType({"dataset": "movie", "mode": "export", "select": "all"})
    counted = True

    async def prepare(self, world: World) -> None:
        await super().prepare(world)
        state, day = State("state", world.aws), TODAY - DAY
        run = Run(run="movie-export-20261124T090000Z-00aa", dataset="movie", mode="export", started_at=0, listed_at=1)
        await state.start_run(run)
        await state.listing(run)
        last = LastExport(run=run.run, date=day, select="all", request="before", complete=None, refreshed=None)
        filters = "include_adult=False,min_popularity=None,limit=None"
        assert await state.claim_export("movie", filters, last, None)


class Sync(Harvest):
    """Three days of changes, a day an invocation: each has the next one go on."""

    name = "harvest changes"
    event = MappingProxyType({"dataset": "movie", "mode": "sync"})
    seconds = 75

    async def prepare(self, world: World) -> None:
        await super().prepare(world)
        await State("state", world.aws).move_watermark("movie", TODAY - 3 * DAY)


class Pages(Harvest):
    """A list that had more pages than it has now."""

    name = "harvest a list"
    event = MappingProxyType({"dataset": "movie_popular", "mode": "pages"})

    async def prepare(self, world: World) -> None:
        await super().prepare(world)
        await State("state", world.aws).set_pages("movie_popular", 5)
        for page in (4, 5):
            path = world.folder / "bunny" / title_key(DATASETS["movie_popular"], page)
            path.parent.mkdir(parents=True, exist_ok=True)
            body = b'{"page": %d, "results": [], "total_pages": 5, "total_results": 100}' % page
            path.write_bytes(codec.encode("movie_popular", body, fetched_at=1))


class Ids(Harvest):
    """Ids that somebody asked for."""

    name = "harvest ids"

    async def prepare(self, world: World) -> None:
        await super().prepare(world)
        known = world.machine.catalogue.listed("keyword", TODAY)
        self.event = {"dataset": "keyword", "mode": "ids", "ids": [*sorted(row.id for row in known), 1]}
