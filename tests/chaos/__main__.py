"""`make chaos`: dies at every point of every scene and tells, stage by stage, how often all was as if nobody had died.

Two workers share the points, each with an emulator, a Postgres and a TMDB of its own.
"""

import argparse
import asyncio
import json
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.chaos.explore import die, peace
from tests.chaos.machine import started
from tests.chaos.scenes import SCENES

SCENE = {scene.name: scene for scene in SCENES}
_LONGEST = 1 << 20
"""Bytes of a line."""
_IDLE = b"idle\n"


@dataclass
class Report:
    """What is known so far, by scene."""

    points: dict[str, int] = field(default_factory=dict)
    died: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    converged: Counter[str] = field(default_factory=Counter)

    def add(self, told: dict[str, Any]) -> list[str]:
        """Take in a line of a worker's; gives what is wrong with it."""
        scene = told["scene"]
        if "points" in told:
            self.points[scene] = told["points"]
            return []
        self.died[scene] += 1
        self.killed[scene] += told["killed"]
        self.converged[scene] += not told["wrong"]
        return [f"{scene}, {told['point']}: {line}" for line in told["wrong"]]

    def good(self, scenes: list[str]) -> bool:
        """Whether at every point of these a process was killed, and all was as if it had not been."""
        return self.points.keys() == set(scenes) and self.points == dict(self.killed) == dict(self.converged)


def main() -> int:
    """Gives the exit status: 1 when anything did not converge."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--scene", default="", help="only scenes with this in their name")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="name the points and die at none")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    scenes = [scene.name for scene in SCENES if asked.scene in scene.name]
    if asked.work:
        asyncio.run(_work(iter(sys.stdin.readline, "")))
        return 0
    if asked.list:
        asyncio.run(_work(iter(scenes), dying=False))
        return 0
    return asyncio.run(_lead(scenes, asked.workers))


async def _lead(scenes: list[str], workers: int) -> int:
    """Hand scenes to workers, the longest first, which are those at the end of the line."""
    console, report, began = Console(), Report(), time.monotonic()
    waiting = list(scenes)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("kill -9", total=None)

        async def follow() -> None:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.chaos", "--work"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_LONGEST,
            )
            assert process.stdin and process.stdout
            async for line in process.stdout:
                if line == _IDLE:
                    process.stdin.write(f"{waiting.pop()}\n".encode() if waiting else b"")
                    if not waiting:
                        process.stdin.close()
                    continue
                for wrong in report.add(json.loads(line)):
                    console.print(wrong, highlight=False, markup=False)
                total = sum(report.points.values()) if len(report.points) == len(scenes) else None
                told = f"kill -9 in {len(report.points)} of {len(scenes)} stages"
                progress.update(task, description=told, completed=report.died.total(), total=total)
            await process.wait()

        await asyncio.gather(*(follow() for _ in range(workers)))
    good = report.good(scenes)
    console.print(_table(report, scenes))
    said = "all converged" if good else "NOT all converged"
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = f"{time.monotonic() - began:.0f} s, {usage.ru_utime + usage.ru_stime:.0f} s of CPU"
    console.print(f"{report.died.total()} points in {took}: {said}", highlight=False)
    return 0 if good else 1


def _table(report: Report, scenes: list[str]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("stage")
    for column in ("points", "killed", "converged"):
        table.add_column(column, justify="right")
    for name in scenes:
        numbers = report.points.get(name, 0), report.killed[name], report.converged[name]
        table.add_row(name, *map(str, numbers))
    numbers = sum(report.points.values()), report.killed.total(), report.converged.total()
    table.add_row("all", *map(str, numbers), style="bold")
    return table


async def _work(names: Iterator[str], *, dying: bool = True) -> None:
    """Die at every point of the scenes that are handed in, and print what came of it as lines of JSON."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        async with started(folder) as machine:
            while True:
                if dying:
                    print(_IDLE.decode(), end="", flush=True)  # noqa: T201 - it is read by who leads
                scene = SCENE.get(next(names, "").strip())
                if scene is None:
                    break
                before = await peace(scene, machine)
                if not dying:
                    print(*(f"{scene.name}: {point}" for point in before.points), sep="\n")  # noqa: T201
                    continue
                _tell(scene=scene.name, points=len(before.points))
                for point in before.points:
                    verdict = await die(before, point, machine)
                    _tell(scene=scene.name, point=str(point), killed=verdict.killed, wrong=verdict.wrong)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tell(**what: object) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201 - as above


if __name__ == "__main__":
    sys.exit(main())
