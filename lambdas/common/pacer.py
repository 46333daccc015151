"""The pacer: one process's share of the rate budget, kept to the millisecond.

Slots are handed out evenly, one every 1/rate seconds, and never saved up: an idle second is not a burst later. A 429
halves the rate and holds everybody back for the time the server asked for; success gives the rate back little by
little (additive increase, multiplicative decrease: of all limiters simulated the one that wastes least when the
server's limit falls, and it needs no service to share). Who waited out a back-off takes a slot after it, not
before; otherwise all who waited would fire at once.
"""

from lambdas.common.clock import Clock

MAX_PAUSE = 60.0
"""Seconds; a server that asks for more is asked again after this."""
_PAUSE = 1.0
"""Seconds of pause after a 429 that does not say how long; TMDB's own does not."""
_FLOOR = 0.02
"""The rate never falls under this share of the budget."""
_RECOVERY_SECONDS = 20.0
"""Time in which successes bring the rate from nothing back to the whole share."""


class Pacer:
    """Hands out slots at up to `rate` a second."""

    def __init__(self, rate: float, clock: Clock) -> None:
        self.budget = rate
        self.rate = rate
        self._clock = clock
        self._next = 0.0
        self._paused_until = 0.0

    async def slot(self, deadline: float = float("inf")) -> bool:
        """Wait for the next slot; False, at once, when none is free before `deadline` (monotonic seconds)."""
        while True:
            now = self._clock.monotonic()
            if now < self._paused_until:
                if self._paused_until >= deadline:
                    return False
                await self._clock.sleep(self._paused_until - now)
                continue
            at = max(now, self._next)
            if at >= deadline:
                return False
            self._next = at + 1.0 / self.rate
            if at > now:
                await self._clock.sleep(at - now)
            if self._clock.monotonic() >= self._paused_until:
                return True

    def succeeded(self) -> None:
        """A request was answered: give some of the rate back."""
        self.rate = min(self.budget, self.rate + self.budget / (_RECOVERY_SECONDS * self.rate))

    def throttled(self, retry_after: float | None) -> None:
        """A request was answered 429: halve the rate and hold back everybody."""
        now = self._clock.monotonic()
        if now >= self._paused_until:
            self.rate = max(self.budget * _FLOOR, self.rate / 2)
        pause = _PAUSE if retry_after is None else min(max(retry_after, 0.0), MAX_PAUSE)
        self._paused_until = max(self._paused_until, now + pause)
        self._next = max(self._next, self._paused_until)
