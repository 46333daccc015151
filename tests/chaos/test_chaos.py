"""A dozen deaths, drawn by a seed, in a few stages; `make chaos` dies everywhere. And bugs that only a death shows."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

import pytest

from tests.chaos.explore import Peace, Verdict, die, peace
from tests.chaos.gate import Moment, Point
from tests.chaos.machine import started
from tests.chaos.scenes import SCENES

SEED = 20261126
DEATHS = {"harvest a list": 3, "collect to bunny": 3, "write silver": 3, "load the catalog": 3}
SCENE = {scene.name: scene for scene in SCENES}

Explore = Callable[[str, str, Callable[[Peace], list[Point]]], list[Verdict]]


@pytest.fixture(scope="module")
def explore() -> Iterator[Explore]:
    """Plays a scene, with a planted bug if one is named, and dies at those of its points that are chosen."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, asyncio.Runner() as runner:
        stack = AsyncExitStack()
        machine = runner.run(stack.enter_async_context(started(Path(folder))))

        async def played(scene: str, plant: str, choose: Callable[[Peace], list[Point]]) -> list[Verdict]:
            machine.plant = plant
            before = await peace(SCENE[scene], machine)
            return [await die(before, point, machine) for point in choose(before)]

        yield lambda *what: runner.run(played(*what))
        runner.run(stack.aclose())


@pytest.mark.parametrize("scene", DEATHS)
def test_a_killed_process_is_made_up_for(explore: Explore, scene: str) -> None:
    """Killed at a few of its points and tried again, a stage stores what it stores when nobody dies."""
    verdicts = explore(scene, "", lambda before: Random(SEED).sample(before.points, DEATHS[scene]))
    assert len(verdicts) == DEATHS[scene]
    assert [verdict for verdict in verdicts if not (verdict.killed and verdict.converged)] == []


PLANTED = [
    ("acknowledged_before_stored", "collect to bunny", Moment.AFTER, "DynamoDB TransactWriteItems", "edge: movie/"),
    ("watermark_before_sent", "harvest changes", Moment.AFTER, "DynamoDB UpdateItem WATERMARK", "edge: movie/"),
    (
        "removed_before_merged",
        "compact",
        Moment.BEFORE,
        "S3 PUT lake/silver/movie/dt=2026-11-20/merged",
        "silver lacks",
    ),
]


@pytest.mark.parametrize(("plant", "scene", "moment", "call", "wrong"), PLANTED, ids=[plant for plant, *_ in PLANTED])
def test_a_planted_bug_is_found(
    explore: Explore, plant: str, scene: str, moment: Moment, call: str, wrong: str
) -> None:
    """What does no harm while nobody dies is told when somebody does, with what is lost."""

    def at_worst(before: Peace) -> list[Point]:
        return [point for point in before.points if point.moment == moment and point.call.startswith(call)][:1]

    (verdict,) = explore(scene, f"tests.chaos.plants:{plant}", at_worst)
    assert verdict.killed
    assert any(wrong in line for line in verdict.wrong), verdict


def test_a_point_that_is_not_reached_is_no_success(explore: Explore) -> None:
    """A death that does not happen proves nothing, and is told."""
    (verdict,) = explore("harvest ids", "", lambda _: [Point(Moment.BEFORE, "a call that nobody makes")])
    assert not verdict.killed and not verdict.converged
    assert verdict.wrong == ("the point was not reached",)
