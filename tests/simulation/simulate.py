"""One seed, run to its end: the outcome of a whole simulated life."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from tests.simulation.clock import VirtualLoop
from tests.simulation.faults import Faults
from tests.simulation.stages import handlers
from tests.simulation.stories import STORIES
from tests.simulation.tmdb import Tmdb
from tests.simulation.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a run came to."""

    story: str
    seed: int
    ids: int
    violation: str
    fired: tuple[str, ...]
    seconds: float
    """Virtual ones."""
    invocations: int
    stops: int
    neighbours: int
    """Ids that were stored at once although an id beside them was poison."""
    trace: str
    """The same for the same run: its end, all objects and receipts."""


def simulate(
    seed: int, *, ids: int, story: str = "movies", only: Iterable[str] | None = None, rate: float = 1.0
) -> Outcome:
    """Run one seed to its end."""
    faults = Faults(seed, only, rate=rate)
    kind, tell = STORIES[story]
    world, violation = live(kind(ids), faults, seed, tell)
    loop = world.loop
    return Outcome(
        story=story,
        seed=seed,
        ids=len(world.tmdb.ids),
        violation=violation,
        fired=tuple(faults.fired),
        seconds=loop.now,
        invocations=world.collector.invocations,
        stops=world.stops,
        neighbours=world.watch.neighbours,
        trace=f"{loop.now:.6f} {world.queue.sent} {len(world.edge.objects)} {len(faults.fired)}",
    )


def live(tmdb: Tmdb, faults: Faults, seed: int, tell: Callable[[World], Awaitable[None]]) -> tuple[World, str]:
    """A world at its end, and what it violated."""
    loop = VirtualLoop()
    violation = ""

    async def run() -> World:
        nonlocal violation
        world = World(loop, tmdb, faults, seed)
        try:
            await world.live(tell)
        except AssertionError as error:
            violation = str(error) or type(error).__name__
        return world

    try:
        with handlers():
            return loop.run_until_complete(run()), violation
    finally:
        loop.close()
