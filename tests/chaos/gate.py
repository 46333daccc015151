"""The gate between a stage's process and the world: it counts every call, and at the one it is told of it kills -9.

The process knows nothing of it. It is killed before a call has gone out, when half of what it stores has, or when the
call has taken effect and the answer is not seen yet.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from tests.chaos.calls import Call, Channel, Http, Postgres

_RECEIPT = re.compile(rb'"ReceiptHandle": *"([^"]+)"')
_LOOK = 0.02
"""Seconds in which a process may work on half an answer before it dies."""


class Moment(StrEnum):
    """When a process dies, seen from one of its calls."""

    BEFORE = "before"
    HALF = "half way into"
    PART = "half way through the answer to"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Point:
    """A moment of a call; `before S3 PUT edge/movie/5.pb.lz4`."""

    moment: Moment
    call: str
    reads: bool = False
    """Whether the call leaves the world as it is."""

    def __str__(self) -> str:
        return f"{self.moment} {self.call}"


@dataclass(slots=True)
class Gate:
    """Passes calls on. `points` are those that came by; at `armed` it calls `kill`."""

    kill: Callable[[], None] = lambda: None
    armed: Point | None = None
    points: list[Point] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)
    sockets: Path = Path()
    """Where Postgres is, as a folder with its socket."""
    taken: list[str] = field(default_factory=list)
    """Receipt handles of the messages that processes themselves received."""
    _watching: bool = True
    _seen: Counter[str] = field(default_factory=Counter)
    _open: set["asyncio.Task[None]"] = field(default_factory=set)

    def begin(self, armed: Point | None) -> None:
        """A new life, in which the process dies at `armed`."""
        self.armed, self.points, self.taken = armed, [], []
        self._seen.clear()

    @contextmanager
    def open(self) -> Iterator[None]:
        """Let pass what is no part of the stage at hand."""
        self._watching = False
        try:
            yield
        finally:
            self._watching = True

    async def quiet(self) -> None:
        """Wait until everything that was passed on has been answered: it has been long ago when a rerun begins."""
        while self._open:
            await asyncio.wait(self._open)

    async def _converse(
        self,
        channel: Channel,
        connect: Callable[[], "asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]]"],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        there: asyncio.StreamWriter | None = None
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while call := await channel.call(reader):
                    if there is None:
                        back, there = await connect()
                    if not await self._passed(call, channel, back, there, writer):
                        break
        finally:
            for end in (there, writer):
                if end:
                    end.close()
            self._open.discard(task)

    async def _passed(
        self,
        call: Call,
        channel: Channel,
        back: asyncio.StreamReader,
        there: asyncio.StreamWriter,
        here: asyncio.StreamWriter,
    ) -> bool:
        """Whether the process lives to see the answer."""
        self._seen[call.name] += 1
        number = self._seen[call.name]
        name = call.name if number == 1 else f"{call.name} #{number}"
        if call.silent:
            there.write(call.raw)
            return False
        if call.changes and self._strikes(Moment.BEFORE, name):
            return False
        if call.body > 1 and self._strikes(Moment.HALF, name):
            there.write(call.raw[: len(call.raw) - call.body // 2])
            await there.drain()
            return False
        there.write(call.raw)
        await there.drain()
        answer = await channel.answer(back, call)
        if call.name.startswith("SQS ReceiveMessage"):
            self.taken += [found.decode() for found in _RECEIPT.findall(answer)]
        if call.streams and Point(Moment.PART, name, reads=True) == self.armed:
            here.write(answer[: len(answer) // 2])
            await here.drain()
            await asyncio.sleep(_LOOK)
        if (call.streams and self._strikes(Moment.PART, name, reads=True)) or self._strikes(
            Moment.AFTER, name, reads=not call.changes
        ):
            return False
        here.write(answer)
        await here.drain()
        return True

    def _strikes(self, moment: Moment, name: str, *, reads: bool = False) -> bool:
        if not self._watching:
            return False
        point = Point(moment, name, reads)
        self.points.append(point)
        if point != self.armed:
            return False
        self.armed = None
        self.kill()
        return True

    @asynccontextmanager
    async def http(self, place: str, url: str) -> AsyncIterator[None]:
        """Stand before the server at `url`; `urls[place]` is where."""
        host, port = urlsplit(url).hostname, urlsplit(url).port

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._converse(
                Http(place), lambda: asyncio.ensure_future(asyncio.open_connection(host, port)), reader, writer
            )

        async with await asyncio.start_server(serve, "127.0.0.1", limit=1 << 26) as server:
            self.urls[place] = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            yield

    @asynccontextmanager
    async def postgres(self, socket: Path, folder: Path) -> AsyncIterator[None]:
        """Stand before the server at a Unix socket, in another folder."""

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._converse(
                Postgres(), lambda: asyncio.ensure_future(asyncio.open_unix_connection(socket)), reader, writer
            )

        async with await asyncio.start_unix_server(serve, folder / socket.name):
            self.sockets = folder
            yield
