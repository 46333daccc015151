"""What happens in a run: which events are harvested, and how TMDB changes between them."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from lambdas.common.datasets import DATASETS
from tests.simulation.kinds import Found, Pages, Shows
from tests.simulation.network import SKEW
from tests.simulation.tmdb import Tmdb
from tests.simulation.world import World

_DAYS, _QUIET = 5, 2
"""Days of the changes feed, of which one has no changes."""
_MOST_CHANGES = 1_000
"""Of a day, about."""
_UNLISTED = ("tmdb_outage", "tmdb_storm", "edge_outage", "token_suspended")
"""What goes wrong where ids are not TMDB's own list of them: there a mass of gone ids may be the truth."""
_SYNC_SECONDS = 81.0
"""So little time that some days of the feed are left to further invocations."""
_SOME = 1000
"""Ids that a person asks for at a time."""


class Story(NamedTuple):
    """A kind of TMDB, and what happens in its world."""

    tmdb: type[Tmdb]
    tell: Callable[[World], Awaitable[None]]


async def mirror(world: World) -> None:
    """An export of all, and before its last messages are collected a sync over five days of changes."""
    dataset = world.tmdb.dataset
    world.break_down()
    await world.harvest(dataset=dataset, mode="export", select="all")
    await world.drain(down_to=len(world.tmdb.ids) // 100)
    _change(world)
    await _let_clocks_agree()
    world.harvester.limit = _SYNC_SECONDS
    await world.harvest(dataset=dataset, mode="sync")


async def turn_pages(world: World) -> None:
    """All pages of a list, and again when it has become shorter."""
    world.break_down(_UNLISTED)
    await world.harvest(dataset=world.tmdb.dataset, mode="pages")
    await world.drain()
    assert isinstance(world.tmdb, Pages)
    world.tmdb.shrink()
    await _let_clocks_agree()
    await world.harvest(dataset=world.tmdb.dataset, mode="pages")


async def ask(world: World) -> None:
    """Some ids after the other, as people ask for them."""
    world.break_down((*_UNLISTED, "mass_gone") if DATASETS[world.tmdb.dataset].found_by else _UNLISTED)
    for first in range(0, len(world.tmdb.ids), _SOME):
        await world.harvest(dataset=world.tmdb.dataset, mode="ids", ids=[*world.tmdb.ids[first : first + _SOME]])


STORIES = {
    "movies": Story(Tmdb, mirror),
    "shows": Story(Shows, mirror),
    "lists": Story(Pages, turn_pages),
    "imdb": Story(Found, ask),
    "ids": Story(Tmdb, ask),
}


def _change(world: World) -> None:
    """What changes at TMDB between export and sync."""
    today = dt.datetime.fromtimestamp(world.clock.time(), dt.UTC).date()
    before = today - dt.timedelta(days=_DAYS)
    dataset = world.tmdb.dataset
    item = {"pk": {"S": "WATERMARK"}, "sk": {"S": dataset}, "through": {"S": before.isoformat()}}
    world.dynamodb.items["WATERMARK"] = {dataset: item}
    share = min(0.02, _MOST_CHANGES / len(world.tmdb.ids))
    for ago in range(_DAYS):
        ids = [id for id in world.tmdb.ids if ago != _QUIET and world.faults.chance("change", ago, id) < share]
        world.tmdb.changes[today - dt.timedelta(days=ago)] = ids
        for id in ids:
            world.tmdb.change(id)


async def _let_clocks_agree() -> None:
    """What changes within the error of clocks cannot be told from what was there before."""
    await asyncio.sleep(2 * SKEW)
