"""Asking again for what can be asked for again: a page, a file. Whole harvests are tried again by who invokes them."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from lambdas.common.clock import Clock
from lambdas.common.errors import Retry, Throttled

T = TypeVar("T")

_PAUSES = (0.5, 2.0, 8.0)


async def patiently(ask: Callable[[], Awaitable[T]], clock: Clock) -> T:
    """Ask up to four times within ten seconds. Raises what the last try raised; Throttled means no time is left."""
    for pause in _PAUSES:
        try:
            return await ask()
        except Throttled:
            raise
        except Retry:
            await clock.sleep(pause)
    return await ask()
