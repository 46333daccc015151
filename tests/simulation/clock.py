"""Virtual time: an asyncio loop that never waits. When nothing can run, its clock jumps to what is due next."""

import asyncio
from typing import Any

EPOCH = 1_790_078_400.0
"""Unix time at which every run begins: noon of 22 September 2026, UTC."""


class Deadlock(AssertionError):
    """Nothing is due ever again, and somebody still waits."""


class _Jump:
    """In the place of a selector: instead of waiting for sockets it moves the clock."""

    def __init__(self, loop: "VirtualLoop") -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise Deadlock("everybody waits, and nothing is due")
        self._loop.now += timeout
        return []

    def close(self) -> None:
        pass


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs everything in one thread and in one order: the same program does the same again."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__()
        self._selector = _Jump(self)

    def time(self) -> float:
        return self.now

    def _process_events(self, event_list: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass


class VirtualClock:
    """The Clock of who runs on such a loop: off by `skew` seconds, and started at `origin` of its monotonic time."""

    def __init__(self, loop: VirtualLoop, *, skew: float = 0.0, origin: float = 0.0) -> None:
        self._loop = loop
        self._skew = skew
        self._origin = origin

    def time(self) -> float:
        return EPOCH + self._loop.now + self._skew

    def monotonic(self) -> float:
        return self._origin + self._loop.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
