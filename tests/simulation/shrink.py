"""From all faults of a failing run to the shortest list that still fails in the same way: delta debugging."""

from collections.abc import Callable, Sequence

from tests.simulation.simulate import Outcome, simulate

MOST_RUNS = 200


def shortest(outcome: Outcome, *, rate: float = 1.0, most_runs: int = MOST_RUNS) -> list[str]:
    """The faults that it takes; all of them when they do not fail again. Gives up improving after `most_runs`."""
    wanted = _kind(outcome.violation)

    def fails(faults: Sequence[str]) -> bool:
        again = simulate(outcome.seed, ids=outcome.ids, story=outcome.story, only=faults, rate=rate)
        return bool(again.violation) and _kind(again.violation) == wanted

    return minimal(list(outcome.fired), fails, most_runs)


def minimal(faults: list[str], fails: Callable[[Sequence[str]], bool], most_runs: int = MOST_RUNS) -> list[str]:
    """A list, as short as leaving out pieces of it makes it, for which `fails` holds as it does for `faults`."""
    if fails([]):
        return []
    pieces, runs = 2, 1
    while len(faults) > 1 and runs < most_runs:
        size = -(-len(faults) // pieces)
        for start in range(0, len(faults), size):
            rest = faults[:start] + faults[start + size :]
            runs += 1
            if rest and fails(rest):
                faults, pieces = rest, max(pieces - 1, 2)
                break
        else:
            if size == 1:
                break
            pieces = min(2 * pieces, len(faults))
    return faults


def _kind(violation: str) -> str:
    return violation.partition(":")[0]
