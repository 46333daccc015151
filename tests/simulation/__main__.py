"""`make simulate`: runs with seeded faults, other stories beside them, drills and storms; on as many cores as told.

A failing run is told with its seed and the shortest list of its faults.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.simulation.drills import DRILLS, drill
from tests.simulation.shrink import shortest
from tests.simulation.simulate import Outcome, simulate
from tests.simulation.stories import STORIES
from tests.simulation.storms import HEADER, WEATHERS, storm

BESIDE = 2_000
"""Ids of each run of another story."""


class Part(NamedTuple):
    """Something to run in a process of its own; what it prints, and whether all held."""

    what: str
    run: "Future[tuple[str, bool]]"


def main() -> int:
    """Gives the exit status: 1 when an invariant was violated or a figure missed."""
    asked = _arguments().parse_args()
    only = tuple(asked.faults.read_text().splitlines()) if asked.faults else None
    began = time.monotonic()
    good = True
    with ProcessPoolExecutor(asked.processes) as pool:
        for part in [*_parts(pool, asked, only)]:
            text, held = part.run.result()
            print(f"{part.what}{text}", flush=True)  # noqa: T201 - it speaks to a person
            good = good and held
    print(f"{'all of it held' if good else 'NOT ALL OF IT HELD'}, in {time.monotonic() - began:,.0f} s")  # noqa: T201
    return 0 if good else 1


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--ids", type=int, default=2_000, help="of the made-up TMDB")
    parser.add_argument("--story", choices=list(STORIES), default="movies", help="what happens")
    parser.add_argument("--seed", type=int, default=1, help="of the first run; odd ones use S3, even ones Bunny")
    parser.add_argument("--seeds", type=int, default=10, help="how many runs, with one seed after the other")
    parser.add_argument("--rate", type=float, default=1.0, help="multiplies how often faults strike")
    parser.add_argument("--faults", type=Path, help="a file with the only faults to fire, one a line")
    parser.add_argument("--processes", type=int, default=1, help="how many run at a time")
    parser.add_argument("--all", action="store_true", help="other stories, drills and storms, too")
    return parser


def _parts(pool: ProcessPoolExecutor, asked: argparse.Namespace, only: tuple[str, ...] | None) -> Iterator[Part]:
    """What is to be run, the longest first."""

    def part(what: str, run: Callable[..., tuple[str, bool]], *arguments: object) -> Part:
        return Part(what, pool.submit(run, *arguments))

    for seed in range(asked.seed, asked.seed + asked.seeds):
        yield part("", seeded, asked.story, seed, asked.ids, only, asked.rate)
    if asked.all:
        for story in STORIES:
            for seed in (asked.seed, asked.seed + 1):
                yield part("", seeded, story, seed, BESIDE, None, asked.rate)
        for number in range(len(DRILLS)):
            yield part("drill: " if number else "\ndrill: ", drilled, number)
        for number in range(len(WEATHERS)):
            yield part("" if number else f"\n{HEADER}\n", stormed, number)


def seeded(story: str, seed: int, ids: int, only: tuple[str, ...] | None, rate: float) -> tuple[str, bool]:
    """One run with seeded faults."""
    began = time.process_time()
    outcome = simulate(seed, ids=ids, story=story, only=only, rate=rate)
    text = _told(outcome, time.process_time() - began)
    if outcome.violation:
        replay = f"--story {story} --ids {ids} --seed {seed} --seeds 1 --faults FILE"
        faults = "\n".join(shortest(outcome, rate=rate))
        text += f"\nviolated: {outcome.violation}\nreplay with {replay} of these lines:\n{faults}"
    return text, not outcome.violation


def _told(outcome: Outcome, cpu: float) -> str:
    kinds = Counter(fault.partition(" ")[0] for fault in outcome.fired)
    return (
        f"{outcome.story}, seed {outcome.seed}: {outcome.ids:,} ids, "
        f"{len(outcome.fired):,} faults of {len(kinds)} kinds, "
        f"{outcome.stops} stops, {outcome.neighbours:,} neighbours of poison stored at once, "
        f"{outcome.invocations:,} invocations, {outcome.seconds:,.0f} virtual s, {cpu:.1f} s of CPU"
    )


def drilled(number: int) -> tuple[str, bool]:
    """One drill."""
    told = drill(DRILLS[number])
    return str(told), told.passed


def stormed(number: int) -> tuple[str, bool]:
    """One storm."""
    figures = storm(WEATHERS[number])
    return str(figures), not [*figures.missed()]


if __name__ == "__main__":
    sys.exit(main())
