"""The pacer: one process's share of the rate budget, kept to the millisecond.

Slots are handed out evenly, one every 1/rate seconds, and never saved up: an idle second is not a burst later. A 429
halves the rate and holds everybody back for the time the server asked for; success gives the rate back little by
little (additive increase, multiplicative decrease: of all limiters simulated the one that wastes least when the
server's limit falls, and it needs no service to share). Who waited out a back-off takes a slot after it, not
before; otherwise all who waited would fire at once.
"""

import asyncio
import math

from lambdas.common.clock import Clock

MAX_PAUSE = 60.0
"""Seconds; a server that asks for more is asked again after this."""
_PAUSE = 1.0
"""Seconds of pause after a 429 that asks for less, or for nothing as TMDB's own: the rest of a storm comes in them."""
_FLOOR = 0.02
"""The rate never falls under this share of the budget."""
_RECOVERY_SECONDS = 20.0
"""Time in which successes bring the rate from nothing back to the whole share."""
_NEAR, _CARE = 0.1, 4.0
"""Within this share of the rate that was refused last, successes bring the rate up so many times slower."""


class Pacer:
    """Hands out slots at up to `rate` a second."""

    def __init__(self, rate: float, clock: Clock) -> None:
        self.budget = rate
        self.rate = rate
        self._refused = math.inf
        """The rate at the last 429."""
        self._clock = clock
        self._next = 0.0
        self._paused_until = 0.0
        self._line = asyncio.Lock()

    async def slot(self, deadline: float = float("inf")) -> bool:
        """Wait for the next slot; False, without waiting for it, when it is not before `deadline` (monotonic seconds).

        Who waits stands in line, and only the first in line is given a time: so a changed rate counts for all at once.
        """
        async with self._line:
            came = now = self._clock.monotonic()
            while (at := max(came, self._next, self._paused_until)) > now and at < deadline:
                await self._clock.sleep(at - now)
                now = self._clock.monotonic()
            if max(at, now) >= deadline:
                return False
            interval = 1 / self.rate
            self._next = (
                max(at, now - interval) + interval
            )  # a sleep that took too long costs nothing, and saves nothing
            return True

    def succeeded(self) -> None:
        """A request was answered: give some of the rate back, carefully where the server's limit may still be."""
        care = _CARE if abs(self.rate / self._refused - 1) <= _NEAR else 1.0
        self.rate = min(self.budget, self.rate + self.budget / (care * _RECOVERY_SECONDS * self.rate))

    def throttled(self, retry_after: float | None) -> None:
        """A request was answered 429: halve the rate and hold back everybody."""
        now = self._clock.monotonic()
        if now >= self._paused_until:
            self._refused = self.rate
            self.rate = max(self.budget * _FLOOR, self.rate / 2)
        pause = min(max(retry_after or 0.0, _PAUSE), MAX_PAUSE)
        self._paused_until = max(self._paused_until, now + pause)
        self._next = max(self._next, self._paused_until)
