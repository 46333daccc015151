"""Drills: one thing goes wrong, and nothing else, so that what has to be true of it can be told in figures."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tests.simulation.faults import Faults
from tests.simulation.kinds import Found, Pages
from tests.simulation.simulate import live
from tests.simulation.tmdb import Tmdb
from tests.simulation.world import World

EACH = 50
"""Ids of a message, of which one is poison."""


class Sound(Tmdb):
    """Movies that are all there."""

    def __init__(self, ids: int) -> None:
        super().__init__(ids)
        self.gone = self.bad = self.invalid = self.broken = self.deadly = set()


class Poisoned(Sound):
    """Movies of which one in each message cannot be kept."""

    def __init__(self, ids: int) -> None:
        super().__init__(ids)
        self.bad = {id for id in self.ids if id % EACH == 17}


class SoundList(Pages):
    """A list all of whose pages are there."""

    def __init__(self, ids: int) -> None:
        super().__init__(ids)
        self.bad = self.deadly = set()


class SoundFound(Found):
    """IMDb ids of which TMDB has a movie, or nothing."""

    def __init__(self, ids: int) -> None:
        super().__init__(ids)
        self.bad = self.deadly = set()


class Drill(NamedTuple):
    """What goes wrong, `window` in a sound TMDB unless it is the TMDB itself, and what is to be told of the end."""

    name: str
    tmdb: type[Tmdb]
    window: str
    told: Callable[[World], Iterator[tuple[str, int, int]]]
    """What was counted, how much of it, and how much of it there has to be."""
    mode: str = "export"
    at: int = 30


class Told(NamedTuple):
    """How a drill went."""

    name: str
    violation: str
    counted: list[tuple[str, int, int]]

    @property
    def passed(self) -> bool:
        return not self.violation and all(number == wanted for _, number, wanted in self.counted)

    def __str__(self) -> str:
        counted = ", ".join(f"{number:,} {what}" for what, number, _ in self.counted)
        return f"{self.name}: {counted}" + ("" if self.passed else f"  MISSED {self.violation or self.counted}")


def drill(which: Drill, *, ids: int = 20_000, seed: int = 1) -> Told:
    """Run one, which stores on S3 when the seed is odd, and on Bunny otherwise."""
    tmdb = which.tmdb(ids)
    faults = Faults(1, only=(f"{which.window} at {which.at}",))
    asks: dict[str, dict[str, Any]] = {"export": {"select": "all"}, "ids": {"ids": [*tmdb.ids]}}

    async def harvest(world: World) -> None:
        if which.window:
            world.break_down_at(which.window, which.at)
        await world.harvest(dataset=tmdb.dataset, mode=which.mode, **asks.get(which.mode, {}))

    world, violation = live(tmdb, faults, seed, harvest)
    return Told(which.name, violation, [*which.told(world)])


def _retried(world: World) -> int:
    return sum(tally.retried for tally in world.watch.tallies.values())


def _settled(world: World, outcome: str) -> int:
    return sum(tally.counted[outcome] for tally in world.watch.tallies.values())


def _nothing_lost(world: World) -> Iterator[tuple[str, int, int]]:
    ids = len(world.tmdb.ids)
    yield "ids stored", _settled(world, "stored"), ids - len(world.tmdb.bad) - len(world.tmdb.gone)
    yield "attempts lost", _retried(world), 0


def _poison(world: World) -> Iterator[tuple[str, int, int]]:
    bad = len(world.tmdb.bad)
    yield "messages with a poison id", bad, len(world.tmdb.ids) // EACH
    yield "neighbours stored at first receive", world.watch.neighbours, len(world.tmdb.ids) - bad
    yield "ids dead alone with a reason", len(world.dead_letters), bad
    yield from _nothing_lost(world)


def _outage(world: World) -> Iterator[tuple[str, int, int]]:
    yield from _nothing_lost(world)
    yield "dead", len(world.dead_letters), 0


def _stopped(world: World) -> Iterator[tuple[str, int, int]]:
    took = -(-world.watch.stopping // 1)
    yield "s until the line stopped", int(took), min(int(took), 60)
    yield "stops", world.stops, 1
    yield "messages delivered meanwhile", world.delivered_while_stopped, 0
    yield "receives of a message at most", world.queue.most_receives, 1
    yield from _outage(world)


def _mass(world: World) -> Iterator[tuple[str, int, int]]:
    yield "stops", world.stops, 1
    yield "ids gone", _settled(world, "gone"), len(world.tmdb.gone)
    yield "objects removed", len(world.edge.removed), 0
    yield from _nothing_lost(world)


DRILLS = (
    Drill("one poison id in every message", Poisoned, "", _poison),
    Drill("TMDB is away for an hour", Sound, "tmdb_outage", _outage),
    Drill("the edge is away for half an hour", Sound, "edge_outage", _outage),
    Drill("the key is revoked, and a person mends it and resumes", Sound, "token_suspended", _stopped),
    Drill("TMDB says that all ids are gone", Sound, "mass_gone", _mass),
    Drill("TMDB says so of the very first", Sound, "mass_gone", _mass, at=0),
    Drill("TMDB says that a list is empty", SoundList, "mass_gone", _mass, mode="pages", at=5),
    Drill("TMDB finds nothing under any IMDb id", SoundFound, "mass_gone", _mass, mode="ids", at=0),
    Drill("no body can be kept", Sound, "mass_dead", _mass),
)
