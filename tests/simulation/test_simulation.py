"""The simulation in small: ten seeds hold, the same seed is the same run, and planted bugs are found."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import cache
from typing import Any
from unittest import mock

import pytest
from msgspec import structs

from lambdas.collector import collect, handler, suspicion, titles
from lambdas.collector.batch import Batch
from lambdas.collector.edge.s3 import S3Edge
from lambdas.collector.line import MappingLine
from lambdas.common.bucket import Bucket
from lambdas.common.pacer import Pacer
from lambdas.common.table import Table
from lambdas.common.work import WorkItem
from lambdas.harvester.sync import _Days
from tests.simulation import stages
from tests.simulation.drills import DRILLS, Drill, drill
from tests.simulation.faults import NAMES
from tests.simulation.kinds import Found, Pages
from tests.simulation.shrink import minimal, shortest
from tests.simulation.simulate import Outcome, simulate
from tests.simulation.sqs import Message, Queue
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


def acknowledged_first() -> AbstractContextManager[Any]:
    """A message is acknowledged when it is received."""
    receive = Queue.receive

    def wrong(self: Queue, now: float, chance: float) -> Message | None:
        message = receive(self, now, chance)
        if message:
            self.acknowledge(message)
        return message

    return mock.patch.object(Queue, "receive", wrong)


def forgotten_on_failure() -> AbstractContextManager[Any]:
    """A message that failed as a whole counts as copied back, and no copy was sent."""

    async def wrong(*what: Any) -> bool:
        return True

    return mock.patch.object(handler, "_copied_back", wrong)


def watermark_first() -> AbstractContextManager[Any]:
    """The watermark moves before the day is queued."""
    queue = _Days.queue

    async def wrong(self: _Days) -> None:
        await self._move_watermark()
        await queue(self)

    return mock.patch.object(_Days, "queue", wrong)


def retry_not_sent() -> AbstractContextManager[Any]:
    """Ids that failed are in nobody's hands any more."""
    receipt = collect._receipt
    return mock.patch.object(collect, "_receipt", lambda *what: structs.replace(receipt(*what), retry=()))


def not_counted() -> AbstractContextManager[Any]:
    """The receipt is put, the run's counters are not brought up to date."""
    put_and_update = Table.put_and_update

    async def wrong(self: Table, item: Any, pk: str, sk: str, expression: str, values: Any) -> bool:
        none = {name: 0 if name != ":now" else value for name, value in values.items()}
        return await put_and_update(self, item, pk, sk, expression, none)

    return mock.patch.object(Table, "put_and_update", wrong)


def unconditional() -> AbstractContextManager[Any]:
    """S3 is asked to store whatever is there."""

    async def wrong(self: Bucket, key: str, blob: bytes, *, over: Any, headers: Any, metadata: Any) -> None:
        beside = {f"x-amz-meta-{name}": value for name, value in metadata.items()}
        await self._ask("PUT", key, (200,), {**headers, **beside}, blob)

    return mock.patch.object(Bucket, "put", wrong)


def outage_counts() -> AbstractContextManager[Any]:
    """Nobody asks whether TMDB answers at all."""

    async def wrong(*what: Any) -> None:
        pass

    return mock.patch.object(Batch, "_check_outage", wrong)


def no_pace() -> AbstractContextManager[Any]:
    """Every request has a slot at once."""

    async def wrong(self: Pacer, deadline: float = 0) -> bool:
        return True

    return mock.patch.object(Pacer, "slot", wrong)


def no_suspicion() -> AbstractContextManager[Any]:
    """However much is gone or dead, the line goes on."""

    async def wrong(*what: Any, **asked: Any) -> None:
        return None

    return mock.patch.object(collect, "suspicion", wrong)


def dead_before_sent() -> AbstractContextManager[Any]:
    """What is dead is never sent to the dead letters."""
    send_on = collect._send_on

    async def wrong(item: Any, receipt: Any, using: Any) -> None:
        await send_on(item, structs.replace(receipt, dead={}), using)

    return mock.patch.object(collect, "_send_on", wrong)


def settled_again() -> AbstractContextManager[Any]:
    """A piece of work has another receipt each time it is done."""
    keys = iter(range(10**9))
    return mock.patch.object(WorkItem, "receipt_key", property(lambda self: f"{self.ids[0]}-{next(keys)}"))


def believed() -> AbstractContextManager[Any]:
    """TMDB is believed, whatever it says is gone."""

    async def wrong(*what: Any) -> None:
        return None

    return mock.patch.object(suspicion, "_denial", wrong)


def never_stopped() -> AbstractContextManager[Any]:
    """Nobody stops the line."""

    async def wrong(self: MappingLine) -> None:
        pass

    return mock.patch.object(MappingLine, "stop", wrong)


def poison_ends_the_batch() -> AbstractContextManager[Any]:
    """What comes after a poison id in its message has to wait."""
    one = Batch._one

    async def wrong(self: Batch, id: int) -> None:
        await one(self, id)
        self._ended = self._ended or id in self.outcomes.dead

    return mock.patch.object(Batch, "_one", wrong)


def never_acknowledged() -> AbstractContextManager[Any]:
    """Messages are never deleted, however often their work is done."""
    return mock.patch.object(Queue, "acknowledge")


def never_changed() -> AbstractContextManager[Any]:
    """A title that is at the edge is taken for what it is at TMDB."""
    holds = S3Edge.holds

    async def wrong(self: S3Edge, key: str, digest: str, *, fetched_at: int) -> bool:
        return await holds(self, key, digest, fetched_at=fetched_at) or self._seen.get(key) is not None

    return mock.patch.object(S3Edge, "holds", wrong)


def never_removed() -> AbstractContextManager[Any]:
    """What is gone stays at the edge."""

    async def wrong(*what: Any) -> None:
        pass

    return mock.patch.object(collect, "remove_title", wrong)


def seasons_stay() -> AbstractContextManager[Any]:
    """Seasons that a show has no more stay at the edge."""

    async def wrong(*what: Any) -> None:
        pass

    return mock.patch.object(titles, "_remove_seasons", wrong)


def too_wide() -> AbstractContextManager[Any]:
    """A collector has as many connections as it likes."""
    return mock.patch.object(stages, "CONNECTIONS", 50)


@contextmanager
def too_long() -> Iterator[None]:
    """Nobody looks at the time that is left."""
    with mock.patch.object(handler, "RESERVE_SECONDS", -600), mock.patch.object(handler, "LAST_SECONDS", -600):
        yield


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
    (acknowledged_first, in_the_seeds, "nothing is lost"),
    (forgotten_on_failure, in_the_seeds, "nothing is lost"),
    (retry_not_sent, in_the_seeds, "nothing is lost"),
    (settled_again, in_the_seeds, "no id is settled twice"),
    (not_counted, in_the_seeds, "counter"),
    (never_acknowledged, in_drill(""), "no message is buried whole"),
    (watermark_first, in_the_seeds, "the watermark"),
    (unconditional, with_more_faults, "an older fetch never wins"),
    (never_changed, in_the_seeds, "the newest is at the edge"),
    (never_removed, in_story("lists"), "what is gone is not at the edge"),
    (seasons_stay, in_story("shows"), "what a title has no more"),
    (outage_counts, in_drill("tmdb_outage"), "no id loses an attempt"),
    (poison_ends_the_batch, in_drill(""), "neighbours of poison"),
    (dead_before_sent, in_the_seeds, "dead letters are the dead"),
    (no_suspicion, in_drill("mass_dead"), "a mass of dead"),
    (believed, in_drill("mass_gone"), "a mass of gone"),
    (believed, in_drill("mass_gone", Pages), "a mass of gone"),
    (believed, in_drill("mass_gone", Found), "a mass of gone"),
    (never_stopped, in_drill("token_suspended"), "a suspended token stops the line"),
    (no_pace, in_the_seeds, "never more than 40 requests"),
    (too_wide, when_slow, "never more than 20 sockets"),
    (too_long, when_slow, "no invocation outlives its limit"),
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
    with forgotten_on_failure():
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
