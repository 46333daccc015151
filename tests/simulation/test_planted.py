"""Each invariant finds the bug that it is there for, and a run that fails is made short."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.chaos.plants import watermark_before_sent
from tests.simulation import plants
from tests.simulation.drills import DRILLS, drill
from tests.simulation.kinds import Found, Pages
from tests.simulation.shrink import minimal, shortest
from tests.simulation.simulate import simulate
from tests.simulation.storms import WEATHERS, storm
from tests.simulation.test_simulation import FEW, IDS, SEEDS
from tests.simulation.tmdb import Tmdb


def in_the_seeds() -> str:
    """What the first seed violates that violates anything."""
    return next((o.violation for o in (simulate(seed, ids=IDS // 2) for seed in SEEDS) if o.violation), "")


def with_more_faults() -> str:
    """What the first seed on S3 violates that violates anything, when faults strike twice as often."""
    return next((o.violation for o in (simulate(seed, ids=IDS, rate=2) for seed in SEEDS[::2]) if o.violation), "")


def in_story(story: str) -> Callable[[], str]:
    """What a few ids of a story violate."""
    return lambda: simulate(1, ids=FEW // 2, story=story).violation


def in_drill(window: str, tmdb: type[Tmdb] = Tmdb) -> Callable[[], str]:
    """What a drill violates."""
    which = next(which for which in DRILLS if which.window == window and issubclass(which.tmdb, tmdb))
    return lambda: drill(which, ids=1_500).violation


def when_slow() -> str:
    """What is violated while TMDB is a hundred times as slow."""
    return storm(WEATHERS[8], ids=4_000).violation


PLANTED: list[tuple[Callable[[], AbstractContextManager[Any]], Callable[[], str], str]] = [
    (plants.acknowledged_first, in_the_seeds, "nothing is lost"),
    (plants.forgotten_on_failure, in_the_seeds, "nothing is lost"),
    (plants.retry_not_sent, in_the_seeds, "nothing is lost"),
    (plants.settled_again, in_the_seeds, "no id is settled twice"),
    (plants.not_counted, in_the_seeds, "counter"),
    (plants.never_acknowledged, in_drill(""), "no message is buried whole"),
    (watermark_before_sent, in_the_seeds, "the watermark"),
    (plants.unconditional, with_more_faults, "an older fetch never wins"),
    (plants.never_changed, in_the_seeds, "the newest is at the edge"),
    (plants.never_removed, in_story("lists"), "what is gone is not at the edge"),
    (plants.seasons_stay, in_story("shows"), "what a title has no more"),
    (plants.outage_counts, in_drill("tmdb_outage"), "no id loses an attempt"),
    (plants.poison_ends_the_batch, in_drill(""), "neighbours of poison"),
    (plants.dead_before_sent, in_the_seeds, "dead letters are the dead"),
    (plants.no_suspicion, in_drill("mass_dead"), "a mass of dead"),
    (plants.believed, in_drill("mass_gone"), "a mass of gone"),
    (plants.believed, in_drill("mass_gone", Pages), "a mass of gone"),
    (plants.believed, in_drill("mass_gone", Found), "a mass of gone"),
    (plants.never_stopped, in_drill("token_suspended"), "a suspended token stops the line"),
    (plants.no_pace, in_the_seeds, "never more than 40 requests"),
    (plants.too_wide, when_slow, "never more than 20 sockets"),
    (plants.too_long, when_slow, "no invocation outlives its limit"),
]


@pytest.mark.parametrize(("plant", "look", "violated"), PLANTED, ids=[plant.__name__ for plant, *_ in PLANTED])
def test_a_planted_bug_is_found(
    plant: Callable[[], AbstractContextManager[Any]], look: Callable[[], str], violated: str
) -> None:
    """Code that does this wrong violates the invariant that is there for it."""
    with plant():
        assert look().startswith(violated)


def test_a_failing_run_is_made_short() -> None:
    """Of hundreds of faults those few are left that the bug needs, and with them alone it fails again."""
    with plants.forgotten_on_failure():
        failing = next(o for o in (simulate(seed, ids=500) for seed in SEEDS) if o.violation)
        few = shortest(failing, most_runs=60)
        assert simulate(failing.seed, ids=500, only=few).violation.startswith("nothing is lost")
    assert 0 < len(few) < 12 < len(failing.fired)
    assert not simulate(failing.seed, ids=500, only=few).violation


def test_the_shortest_list_holds_what_is_needed() -> None:
    """Two faults that only together make a run fail are found among a hundred."""

    def fails(faults: Sequence[str]) -> bool:
        return {"17", "83"} <= set(faults)

    assert minimal([str(number) for number in range(100)], fails) == ["17", "83"]
