"""TMDB's two limits: requests in any second and open connections (both per address, so per machine here)."""

import asyncio
from collections import deque


class SlidingSecond:
    """Counts what happened within the last second."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def count(self, now: float) -> int:
        """How many were added in (now - 1, now]."""
        while self._times and self._times[0] <= now - 1:
            self._times.popleft()
        return len(self._times)

    def add(self, now: float) -> int:
        """Add one at `now` and return the new count."""
        self._times.append(now)
        return self.count(now)


class Sockets:
    """The open connections that asked for something, and which of them are within the limit."""

    def __init__(self) -> None:
        self._open: set[asyncio.BaseTransport] = set()
        self._admitted: set[asyncio.BaseTransport] = set()
        self.peak = 0
        """The most connections that were open at once, refused ones included."""

    def admit(self, transport: asyncio.BaseTransport | None, limit: int) -> bool:
        """Whether a request on this connection is within the limit; an admitted connection stays so until it closes."""
        if transport is None or transport in self._admitted:
            return True
        self._open = {known for known in self._open if not known.is_closing()} | {transport}
        self._admitted &= self._open
        self.peak = max(self.peak, len(self._open))
        if len(self._admitted) >= limit:
            return False
        self._admitted.add(transport)
        return True
