"""The pacer under a clock that only passes when everybody waits."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from itertools import count, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.common.pacer import MAX_PAUSE, Pacer


class SimulatedClock:
    """Jumps to the next moment somebody waits for, once all others wait too; `late` is added to every sleep."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.late = 0.0
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self.now + seconds + self.late, next(self._order), woken))
        await woken

    async def run(self, *work: Awaitable[None]) -> None:
        """Let time pass until all is done."""
        task = asyncio.gather(*work)
        while not task.done():
            for _ in range(5):
                await asyncio.sleep(0)
            if self._waiting and not task.done():
                self.now, _, woken = heapq.heappop(self._waiting)
                woken.set_result(None)
        await task


class Simulation:
    """Some clients of one pacer; `slots` are the times, from the start, at which they sent."""

    def __init__(self, rate: float) -> None:
        self.clock = SimulatedClock()
        self.pacer = Pacer(rate, self.clock)
        self.slots: list[float] = []
        self.start = self.clock.now

    async def run(self, clients: int, seconds: float, answer: Callable[[float], None] | None = None) -> None:
        """Each client sends whenever it gets a slot, and has its answer a tenth of a second later."""

        async def client() -> None:
            while await self.pacer.slot(self.start + seconds):
                sent = self.clock.now - self.start
                self.slots.append(sent)
                await self.clock.sleep(0.1)
                (answer or (lambda sent: self.pacer.succeeded()))(sent)

        await self.clock.run(*(client() for _ in range(clients)))

    def between(self, start: float, end: float) -> int:
        return sum(start <= slot < end for slot in self.slots)


async def test_even_slots() -> None:
    """Slots come one every 1/rate seconds, however many wait for them, and all of them are used."""
    simulation = Simulation(rate=20)
    await simulation.run(clients=10, seconds=10)
    assert simulation.between(0, 9.99) == 200
    assert [b - a for a, b in pairwise(simulation.slots)][:199] == pytest.approx([0.05] * 199)


async def test_an_idle_second_is_no_burst_later() -> None:
    """Slots that nobody took are gone."""
    clock = SimulatedClock()
    pacer = Pacer(10, clock)
    clock.now += 60
    begun = clock.now
    taken = []

    async def take() -> None:
        assert await pacer.slot()
        taken.append(clock.now - begun)

    await clock.run(*(take() for _ in range(4)))
    assert taken == pytest.approx([0, 0.1, 0.2, 0.3])


async def test_deadline() -> None:
    """Who cannot get a slot before the deadline is told at once, and costs nobody else a slot."""
    clock = SimulatedClock()
    pacer = Pacer(1, clock)
    assert await pacer.slot(clock.now + 0.5)
    begun = clock.now
    assert not await pacer.slot(clock.now + 1)
    pacer.throttled(30)
    assert not await pacer.slot(clock.now + 29)
    assert not await pacer.slot(clock.now - 1)
    assert clock.now == begun


async def test_nobody_sends_during_a_pause() -> None:
    """After a 429 everybody holds back for as long as was asked for, and then nobody fires at once."""
    simulation = Simulation(rate=20)
    refused = iter([2.0])

    def answer(sent: float) -> None:
        if sent >= 1 and (pause := next(refused, None)) is not None:
            simulation.pacer.throttled(pause)
        else:
            simulation.pacer.succeeded()

    await simulation.run(clients=10, seconds=30, answer=answer)
    assert simulation.between(1.16, 3.14) == 0
    assert simulation.between(3, 4.14) <= 12
    assert all(b - a >= 0.05 - 1e-9 for a, b in pairwise(simulation.slots))
    assert simulation.between(25, 30) == pytest.approx(100, abs=1)


@pytest.mark.parametrize(
    ("asked", "pause"),
    [(None, 1), (0, 1), (-500, 1), (0.2, 1), (5, 5), (60, 60), (3600, MAX_PAUSE), (1e308, MAX_PAUSE)],
)
async def test_length_of_a_pause(asked: float | None, pause: float) -> None:
    """A pause is as long as was asked for, but a second at least and a minute at most."""
    clock = SimulatedClock()
    pacer = Pacer(10, clock)
    pacer.throttled(asked)
    begun = clock.now

    async def take() -> None:
        assert await pacer.slot()

    await clock.run(take())
    assert clock.now - begun == pytest.approx(pause)


@pytest.mark.parametrize("asked", [None, 0, 2])
async def test_one_storm_halves_once(asked: float | None) -> None:
    """However many requests in flight are refused together, the rate is halved once."""
    clock = SimulatedClock()
    pacer = Pacer(16, clock)
    for _ in range(20):
        pacer.throttled(asked)
        clock.now += 0.01
    assert pacer.rate == 8
    clock.now += 10
    pacer.throttled(asked)
    assert pacer.rate == 4


async def test_a_long_storm_leaves_some_rate() -> None:
    """The rate falls to a fiftieth of the budget and no lower, and comes back within half a minute."""
    simulation = Simulation(rate=40)
    for _ in range(100):
        simulation.pacer.throttled(None)
        simulation.clock.now += 2
    assert simulation.pacer.rate == pytest.approx(0.8)
    simulation.start = simulation.clock.now
    await simulation.run(clients=20, seconds=40)
    assert simulation.between(30, 40) >= 0.9 * 400
    assert simulation.pacer.rate == 40


async def test_finds_the_servers_limit() -> None:
    """A server that allows half of the budget is asked for about that, and few requests are wasted."""
    simulation = Simulation(rate=34)
    wasted = 0

    def answer(sent: float) -> None:
        nonlocal wasted
        if simulation.between(sent - 1, sent) >= 17:
            wasted += 1
            simulation.pacer.throttled(None)
        else:
            simulation.pacer.succeeded()

    await simulation.run(clients=10, seconds=120, answer=answer)
    assert wasted <= 0.05 * len(simulation.slots)
    assert simulation.between(60, 120) >= 0.6 * 17 * 60


async def test_is_careful_near_the_rate_that_was_refused() -> None:
    """The way back is quick up to the rate at the last 429, slow around it, and quick again beyond."""
    pacer = Pacer(20, SimulatedClock())
    pacer.rate = 10
    pacer.throttled(None)
    steps = {}
    for pacer.rate in (8.0, 9.5, 10.5, 12.0):
        before = pacer.rate
        pacer.succeeded()
        steps[before] = (pacer.rate - before) * before
    assert steps == pytest.approx({8.0: 1.0, 9.5: 0.25, 10.5: 0.25, 12.0: 1.0})


async def test_a_late_clock() -> None:
    """Sleeps that take too long cost no rate, and a process that stood still has no burst afterwards."""
    simulation = Simulation(rate=20)
    simulation.clock.late = 0.02
    await simulation.run(clients=10, seconds=10)
    assert simulation.between(0, 10) >= 199
    assert all(b - a >= 0.05 - 0.02 - 1e-9 for a, b in pairwise(simulation.slots))
    simulation = Simulation(rate=20)
    simulation.clock.late = 1.0
    await simulation.run(clients=10, seconds=30)
    assert max(simulation.between(second, second + 0.5) for second in range(30)) <= 2


@given(
    st.floats(0.5, 100),
    st.integers(1, 30),
    st.lists(st.sampled_from([None, 0.0, 0.5, 3.0]) | st.just("ok"), max_size=60),
)
async def test_never_faster_than_the_budget(rate: float, clients: int, answers: list[float | str | None]) -> None:
    """Whatever is answered, slots are never closer than the budget allows."""
    simulation = Simulation(rate)
    coming = iter(answers)

    def answer(sent: float) -> None:
        said = next(coming, "ok")
        if isinstance(said, str):
            simulation.pacer.succeeded()
        else:
            simulation.pacer.throttled(said)

    await simulation.run(clients, seconds=60 / rate, answer=answer)
    assert simulation.slots == sorted(simulation.slots)
    assert all(b - a >= 1 / rate - 1e-6 for a, b in pairwise(simulation.slots))
    assert 0 < simulation.pacer.rate <= rate
