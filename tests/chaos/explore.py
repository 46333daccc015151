"""Plays a scene in peace, then kills it at one point after the other, and tells where it did not converge."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from tests.chaos.gate import Point
from tests.chaos.machine import Machine
from tests.chaos.scene import Scene
from tests.chaos.stored import Stored, differences
from tests.chaos.world import life


@dataclass(frozen=True, slots=True)
class Peace:
    """A scene that nobody was killed in: what it stores, and the points that it comes by."""

    scene: Scene
    stored: Stored
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a scene that was killed at a point. It converged when there is nothing `wrong`."""

    scene: str
    point: Point
    killed: bool
    wrong: tuple[str, ...]

    @property
    def converged(self) -> bool:
        return not self.wrong


async def peace(scene: Scene, machine: Machine) -> Peace:
    """Play a scene to its end."""
    async with life(machine) as world:
        await scene.prepare(world)
        await scene.play(world)
        points = tuple(_worth_dying(machine.gate.points))
        return Peace(scene, await scene.stored(world), points)


def _worth_dying(points: list[Point]) -> Iterator[Point]:
    """The points, but of reads in a row the first and the last: in between the world stays as it is."""
    for reads, some in groupby(points, lambda point: point.reads):
        row = list(some)
        yield from row[:1] + row[1:][-1:] if reads else row


async def die(before: Peace, point: Point, machine: Machine) -> Verdict:
    """Play a scene, kill its process at the point, play on, and compare."""
    scene, wrong = before.scene, []
    async with life(machine, point) as world:

        async def mourn() -> None:
            try:
                await scene.check(world)
            except AssertionError as error:
                wrong.append(f"between death and rerun: {error}")

        world.mourn = mourn
        await scene.prepare(world)
        try:
            await scene.play(world)
        except Exception as error:  # noqa: BLE001 - whatever ends the rerun is what is told
            wrong.append(f"the rerun ended with {type(error).__name__}: {error}")
        else:
            wrong += differences(before.stored, await scene.stored(world))
        if not world.killed:
            wrong.append("the point was not reached")
        return Verdict(scene.name, point, world.killed, tuple(wrong))
