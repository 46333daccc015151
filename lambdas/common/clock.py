"""Time, as an argument: stages ask a Clock, so the same code runs in Lambda and under a simulated clock."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Wall time for records, monotonic time for pacing and deadlines, both in seconds."""

    def time(self) -> float:
        """Unix time."""

    def monotonic(self) -> float:
        """A clock that never goes back."""

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""


class SystemClock:
    """The machine's own clock."""

    def time(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
