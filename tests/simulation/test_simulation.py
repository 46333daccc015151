"""The simulation in small: ten seeds hold, drills and storms cost what they may, the same seed is the same run."""

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from lambdas.common import codec
from lambdas.common.datasets import Mode
from lambdas.common.work import WorkItem
from tests.simulation.drills import DRILLS, Drill, drill
from tests.simulation.faults import NAMES, Faults
from tests.simulation.simulate import Outcome, live, simulate
from tests.simulation.stories import mirror
from tests.simulation.storms import WEATHERS, Weather, storm
from tests.simulation.tmdb import Tmdb

SEEDS = range(1, 11)
IDS = 2_000
OTHERS = [(story, seed) for story in ("shows", "lists", "imdb", "ids") for seed in (1, 2)]
FEW = 300


@cache
def run(story: str, seed: int, ids: int) -> Outcome:
    """A run, made once for all tests that look at it."""
    return simulate(seed, ids=ids, story=story)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_invariant_holds(seed: int) -> None:
    """2,000 ids through seeded faults: nothing lost, nothing burnt, nothing newer replaced."""
    outcome = run("movies", seed, IDS)
    assert not outcome.violation, f"--ids {IDS} --seed {seed}: {outcome.violation}"
    assert len(outcome.fired) > 100 and outcome.neighbours > 0


@pytest.mark.parametrize(("story", "seed"), OTHERS)
def test_every_invariant_holds_for_other_kinds_of_ids(story: str, seed: int) -> None:
    """Shows with seasons, pages of lists, IMDb ids and ids that somebody asked for come through the same faults."""
    outcome = run(story, seed, FEW)
    assert not outcome.violation, f"--story {story} --ids {FEW} --seed {seed}: {outcome.violation}"
    assert len(outcome.fired) > 50


def test_every_kind_of_fault_fires() -> None:
    """Each kind that there is strikes somewhere in these runs, and many of them in each."""
    outcomes = [*(run("movies", seed, IDS) for seed in SEEDS), *(run(story, seed, FEW) for story, seed in OTHERS)]
    fired = Counter(fault.partition(" ")[0] for outcome in outcomes for fault in outcome.fired)
    assert [name for name in NAMES if not fired[name]] == []
    assert all(len({fault.partition(" ")[0] for fault in run("movies", seed, IDS).fired}) > 20 for seed in SEEDS)


def test_a_seed_is_one_run() -> None:
    """Run again, a seed gives the same run, and so does the list of its faults alone."""
    first, again = simulate(3, ids=500), simulate(3, ids=500)
    assert first == again
    assert simulate(3, ids=500, only=first.fired).trace == first.trace


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("which", DRILLS, ids=[which.name for which in DRILLS])
def test_drill(which: Drill, seed: int) -> None:
    """One thing goes wrong alone, with either edge: no id is lost and none pays for it, in figures."""
    told = drill(which, ids=FEW * 5, seed=seed)
    assert told.passed, told


@pytest.mark.parametrize(
    ("weather", "ids"),
    [(WEATHERS[0], 5_000), (WEATHERS[3], 5_000), (replace(WEATHERS[6], seconds=120.0), 9_000), (WEATHERS[8], 2_000)],
    ids=lambda value: value.name if isinstance(value, Weather) else "",
)
def test_storm(weather: Weather, ids: int) -> None:
    """TMDB refuses or is slow: little is wasted, the budget is used again soon, no invocation runs out of time."""
    assert not [*storm(weather, ids=ids).missed()]


@pytest.mark.parametrize(("seed", "id"), [(1, 18), (2, 9)], ids=["s3", "bunny"])
def test_a_title_that_dies_in_the_sync_keeps_what_the_export_stored(seed: int, id: int) -> None:
    """Five failures in a row after it has changed: the edge has the old title, and nothing is missed or made up."""
    places = [f"tmdb_500 GET tmdb/movie/{id} #{number}" for number in range(3, 13, 2)]
    world, violation = live(Tmdb(FEW), Faults(seed, places), seed, mirror)
    assert not violation and world.faults.fired == places
    (letter,) = (item for item in map(WorkItem.from_json, world.dead_letters) if item.ids == (id,))
    assert letter.mode is Mode.SYNC and world.tmdb.versions[id] == 1
    there = codec.decode("movie", world.edge.objects[f"movie/{id}.pb.lz4"].blob)
    assert there["title"] == f"movie {id}, version 0"
