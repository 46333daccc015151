"""`make simulate`: runs with seeded faults. A failing one is told with its seed and the shortest list of its faults."""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from tests.simulation.shrink import shortest
from tests.simulation.simulate import Outcome, simulate
from tests.simulation.stories import STORIES


def main() -> int:
    """Gives the exit status: 1 when an invariant was violated."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--ids", type=int, default=2_000, help="of the made-up TMDB")
    parser.add_argument("--story", choices=list(STORIES), default="movies", help="what happens")
    parser.add_argument("--seed", type=int, default=1, help="of the first run; odd ones use S3, even ones Bunny")
    parser.add_argument("--seeds", type=int, default=10, help="how many runs, with one seed after the other")
    parser.add_argument("--rate", type=float, default=1.0, help="multiplies how often faults strike")
    parser.add_argument("--faults", type=Path, help="a file with the only faults to fire, one a line")
    asked = parser.parse_args()
    only = asked.faults.read_text().splitlines() if asked.faults else None
    for seed in range(asked.seed, asked.seed + asked.seeds):
        began = time.process_time()
        outcome = simulate(seed, ids=asked.ids, story=asked.story, only=only, rate=asked.rate)
        print(_told(outcome, time.process_time() - began), flush=True)  # noqa: T201 - it speaks to a person
        if outcome.violation:
            return _failed(outcome, asked.rate)
    return 0


def _told(outcome: Outcome, cpu: float) -> str:
    kinds = Counter(fault.partition(" ")[0] for fault in outcome.fired)
    return (
        f"seed {outcome.seed}: {outcome.ids:,} ids, {len(outcome.fired):,} faults of {len(kinds)} kinds, "
        f"{outcome.stops} stops, {outcome.invocations:,} invocations, {outcome.seconds:,.0f} virtual s, "
        f"{cpu:.1f} s of CPU"
    )


def _failed(outcome: Outcome, rate: float) -> int:
    print(f"violated: {outcome.violation}\nlooking for the shortest list of faults ...")  # noqa: T201
    faults = shortest(outcome, rate=rate)
    print(f"replay with --ids {outcome.ids} --seed {outcome.seed} --seeds 1 --faults FILE of these lines:")  # noqa: T201
    print("\n".join(faults))  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
