"""Lambda: processes that live from one invocation to the next, invocations with a limit, and deaths without warning."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from lambdas.common.clock import Clock
from lambdas.common.http import Response
from tests.simulation.network import Call, Network

T = TypeVar("T")
CURRENT: ContextVar["Process"] = ContextVar("process")
"""Whose code runs."""


class Killed(Exception):
    """The process died."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as an invocation gets it. Its process may die `dies_after` seconds, and `hang` until its limit then."""

    ids: tuple[int, ...] = ()
    receives: int = 1
    dies_after: float | None = None
    hangs: bool = False


@dataclass(slots=True, eq=False)
class Process:
    """An execution environment, which is a Transport too: all that its code does goes through here.

    A dead one does nothing any more: whatever it asks for is cancelled, like its task.
    """

    network: Network
    clock: Clock
    alive: bool = True
    task: "asyncio.Task[Any] | None" = None
    using: Any = None
    delivery: Delivery = Delivery()
    """What the invocation works on."""
    began: float = 0.0

    def check(self) -> None:
        if not self.alive:
            raise asyncio.CancelledError

    def kill(self) -> None:
        """Die at once. Raises what ends the task at hand."""
        self.alive = False
        if self.task:
            self.task.cancel()
        raise asyncio.CancelledError

    async def request(self, method: str, url: str, **options: Any) -> Response:
        call = Call(options.get("headers") or {}, options.get("body") or b"", options.get("timeout", 30.0))
        return await self.network.request(self, method, url, call)

    def stream(self, url: str) -> AbstractAsyncContextManager[Any]:
        return self.network.stream(self, url)


class Function:
    """A function and its warm processes.

    `cut` counts invocations that its limit ended, `least_left` is the time that the others had left at their end.
    """

    def __init__(self, network: Network, name: str, make: Callable[[Process], Any], limit: float) -> None:
        self._network = network
        self._name = name
        self._make = make
        self.limit = limit
        self._warm: list[Process] = []
        self.invocations = self.cut = 0
        self.least_left = limit

    async def invoke(self, work: Callable[["Context"], Coroutine[Any, Any, T]], delivery: Delivery = Delivery()) -> T:
        """Run `work` in a process. Raises Killed, or what the work raised."""
        loop = asyncio.get_running_loop()
        self.invocations += 1
        process = self._warm.pop() if self._warm else Process(self._network, self._network.cold_clock(self._name))
        process.delivery, process.began = delivery, loop.time()
        ends = process.began + self.limit

        async def run() -> T:
            CURRENT.set(process)
            if process.using is None:
                await asyncio.sleep(1.0)
                process.using = self._make(process)
            return await work(Context(ends))

        process.task = asyncio.create_task(run())
        dies_after = self.limit if delivery.dies_after is None else delivery.dies_after
        await asyncio.wait({process.task}, timeout=dies_after)
        if not process.task.done():
            self.cut += delivery.dies_after is None
            process.alive = False
            process.task.cancel()
            await asyncio.wait({process.task})
            if delivery.hangs:
                await asyncio.sleep(ends - loop.time())
        if not process.alive or process.task.cancelled():
            process.alive = False
            raise Killed
        self.least_left = min(self.least_left, ends - loop.time())
        self._warm.append(process)
        result: T = process.task.result()
        return result


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells a handler of its invocation."""

    ends: float

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * (self.ends - asyncio.get_running_loop().time()))
