"""Storms: how the real pacer, client and handlers come through a TMDB that refuses or slows down, and nothing else.

Each runs an export of movies, with TMDB's weather bad from its second minute on. What is refused is wasted; how soon
the budget is used again counts from the moment that TMDB takes it again and no Retry-After of its own forbids it.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import formatdate

from lambdas.common.http import Response
from tests.simulation.clock import EPOCH
from tests.simulation.faults import Faults
from tests.simulation.simulate import live
from tests.simulation.stages import COLLECTORS, PER_SECOND
from tests.simulation.tmdb import LIMIT, Tmdb
from tests.simulation.world import World

START = 60.0
MOST_WASTED, LEAST_SHARE, MOST_SECONDS, LEAST_LEFT = 0.02, 0.9, 30.0, 10.0
"""What has to be reached: share of requests refused, share of the budget used again within so many seconds, seconds
left at the end of every invocation.
"""
_WINDOW = 5
"""Seconds over which the use of the budget is measured."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Weather:
    """What TMDB does for some `seconds`: takes only `limit` requests a second, or is so many times as slow."""

    name: str
    seconds: float = float("inf")
    limit: int = LIMIT
    retry_after: Callable[[float], str | None] = lambda now: None
    """The header of a refusal at this time of the loop."""
    slowness: float = 1.0


def _two_seconds_on(now: float) -> str:
    return formatdate(EPOCH + now + 2, usegmt=True)


STORM = 60.0
WEATHERS = (
    Weather(name="429 for all, no Retry-After", seconds=STORM, limit=0),
    Weather(name="429 for all, Retry-After: 0", seconds=STORM, limit=0, retry_after=lambda now: "0"),
    Weather(name="429 for all, Retry-After: 1", seconds=STORM, limit=0, retry_after=lambda now: "1"),
    Weather(name="429 for all, Retry-After: 30", seconds=STORM, limit=0, retry_after=lambda now: "30"),
    Weather(name="429 for all, Retry-After: a date", seconds=STORM, limit=0, retry_after=_two_seconds_on),
    Weather(name="429 for all, Retry-After: garbage", seconds=STORM, limit=0, retry_after=lambda now: "soon"),
    Weather(name="limit falls from 40 to 20 a second", seconds=300.0, limit=20),
    Weather(name="10 times as slow", slowness=10.0),
    Weather(name="100 times as slow", slowness=100.0),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What a storm cost."""

    weather: Weather
    violation: str
    requests: int
    """All of the run; of a limit that fell, those that came while it was low."""
    refused: int
    again_after: float | None
    """Seconds until LEAST_SHARE of the budget is used again; None where it never is."""
    outlived: int
    """Invocations that their limit ended."""
    least_left: float
    """Seconds that any invocation had left at its end."""

    @property
    def wasted(self) -> float:
        return self.refused / self.requests

    def missed(self) -> Iterator[str]:
        """What should have been reached and was not."""
        if self.violation:
            yield self.violation
        if self.wasted > MOST_WASTED:
            yield f"{self.wasted:.2%} of the requests were wasted"
        if self.weather.slowness == 1 and not (self.again_after is not None and self.again_after <= MOST_SECONDS):
            yield f"{LEAST_SHARE:.0%} of the budget was used again after {self.again_after} s"
        if self.outlived or self.least_left < LEAST_LEFT:
            yield f"{self.outlived} invocations ran out of time, {self.least_left:.1f} s were left"

    def __str__(self) -> str:
        again = "-" if self.again_after is None else f"{self.again_after:.0f} s"
        missed = "; ".join(self.missed())
        return (
            f"{self.weather.name:36}{self.requests:9,}{self.refused:9,}{self.wasted:9.2%}{again:>9}"
            f"{self.outlived:9}{self.least_left:8.1f} s" + (f"  MISSED: {missed}" if missed else "")
        )


HEADER = f"{'storm':36}{'requests':>9}{'refused':>9}{'wasted':>9}{'90% in':>9}{'outlived':>9}{'left':>10}"


class Stormy(Tmdb):
    """Movies that are all there, in this weather."""

    def __init__(self, ids: int, weather: Weather) -> None:
        super().__init__(ids)
        self.gone = self.bad = self.invalid = self.broken = self.deadly = set()
        self.weather = weather
        self.taken: list[float] = []
        self.refused: list[float] = []
        self._second: deque[float] = deque()

    def _bad(self, now: float) -> bool:
        return START <= now < START + self.weather.seconds

    def slowness(self, now: float) -> float:
        return self.weather.slowness if self._bad(now) else 1.0

    def refuses(self, now: float) -> Response | None:
        while self._second and self._second[0] <= now - 1:
            self._second.popleft()
        if len(self._second) < (self.weather.limit if self._bad(now) else LIMIT):
            self._second.append(now)
            self.taken.append(now)
            return None
        self.refused.append(now)
        header = self.weather.retry_after(now)
        return Response(429, {} if header is None else {"retry-after": header}, b"")

    def used(self, start: float, seconds: float) -> float:
        """Requests a second that were taken."""
        return sum(start <= at < start + seconds for at in self.taken) / seconds


def storm(weather: Weather, *, ids: int = 20_000) -> Figures:
    """Run one."""

    async def export(world: World) -> None:
        await world.harvest(dataset="movie", mode="export", select="all")

    tmdb = Stormy(ids, weather)
    world, violation = live(tmdb, Faults(0, only=()), 1, export)
    asked = tmdb.weather.retry_after(tmdb.refused[-1]) if tmdb.refused else None
    over = START + weather.seconds
    if asked and asked.isdigit():
        over = max(over, tmdb.refused[-1] + int(asked))
    good = LEAST_SHARE * COLLECTORS * PER_SECOND
    again = (t for t in range(int(MOST_SECONDS) * 4) if tmdb.used(over + t, _WINDOW) >= good)
    low = 0 < weather.limit < LIMIT
    return Figures(
        weather=weather,
        violation=violation,
        requests=len(tmdb.refused) + sum(not low or START <= at < over for at in tmdb.taken),
        refused=len(tmdb.refused),
        again_after=next(again, None) if weather.slowness == 1 else None,
        outlived=world.collector.cut + world.harvester.cut,
        least_left=world.collector.least_left,
    )
