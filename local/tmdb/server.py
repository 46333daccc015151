"""The fake TMDB: API under /3, export files under /p/exports, and what a test says to it and asks of it under /_fake.

A request of the API passes, in this order: the recorder, the socket limit, the rate limit, the token, the faults.
"""

import asyncio
import re
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from aiohttp import web

from local.catalogue.protocol import Catalogue, Moment
from local.faults import Faults
from local.serving import listening
from local.tmdb import control
from local.tmdb.api import Api
from local.tmdb.behaviour import Access, Behaviour, RetryAfter
from local.tmdb.errors import error, too_many
from local.tmdb.exports import Exports, newest
from local.tmdb.faults import Fault, spoil
from local.tmdb.limits import SlidingSecond, Sockets
from local.tmdb.recorder import Recorder

_IDS = re.compile(r"(?<=/)\d+|(?<=find/).+")


class FakeTmdb:
    """A fake TMDB. `behaviour`, `faults`, `recorder` and `sockets` are there to be changed and asserted on.

    `now` is the wall clock that decides which exports and changes exist; `clock` (seconds) times the rate limit.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        behaviour: Behaviour | None = None,
        faults: Faults[Fault] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.root = ""
        """Where it listens."""
        self.catalogue = catalogue
        self.behaviour = behaviour or Behaviour()
        self.faults = faults or Faults(Fault)
        self.recorder = Recorder(clock)
        self.sockets = Sockets()
        self.exports = Exports(catalogue, now)
        self.turns: list[date] = []
        """The day on which each round after the first began."""
        self._api = Api(catalogue)
        self._admitted = SlidingSecond()
        self._refusals = 0
        self._now = now

    @property
    def url(self) -> str:
        """What stands in for https://api.themoviedb.org/3."""
        return f"{self.root}/3"

    @property
    def exports_url(self) -> str:
        """What stands in for https://files.tmdb.org/p/exports."""
        return f"{self.root}/p/exports"

    @property
    def today(self) -> date:
        """The day by the wall clock."""
        return self._now().date()

    @property
    def moment(self) -> Moment:
        """The day of the newest export files, which is what exists, and the current round."""
        return Moment(newest(self._now()), len(self.turns))

    def advance(self) -> bool:
        """Go on to the next round; today's changes list what differs in it. False when this round is the last."""
        if len(self.turns) + 1 >= self.catalogue.rounds:
            return False
        self.turns.append(self.today)
        return True

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        match request.path.split("/", 3):
            case ["", "3", *_]:
                return await self._limited(request, request.path[3:].strip("/"))
            case ["", "p", "exports", name]:
                self.recorder.exports[name] += 1
                fault = self.faults.named(name) or self.faults.named(name.rsplit("_", 3)[0])
                return await self.exports.respond(request, name, fault)
            case ["", "_fake", name]:
                return await control.respond(self, request, name)
        return web.Response(status=404)

    async def _limited(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        now = self.recorder.arrived(path)
        if not self.sockets.admit(request.transport, self.behaviour.sockets):
            response: web.StreamResponse = self._too_many(self.behaviour.sockets)
        elif self._admitted.count(now) >= self.behaviour.limit:
            response = self._too_many(self.behaviour.limit)
        elif code := self._denied(request):
            response = error(code)
        else:
            self._admitted.add(now)
            response = await self._unreliable(request, path)
        self.recorder.answered(_IDS.sub("{id}", path), response.status)
        return response

    async def _unreliable(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        fault = self.faults.draw(path)
        if self.behaviour.latency:
            await asyncio.sleep(self.behaviour.latency)
        if fault:
            self.recorder.faults[fault] += 1
        if fault is Fault.TOO_MANY:
            return self._too_many(self.behaviour.limit)
        good = self._api.answer(request, path, self.moment, self.today, self.turns, self.behaviour.totals)
        return await spoil(fault, request, good, self.behaviour.slow) if fault else good

    def _denied(self, request: web.BaseRequest) -> int | None:
        match self.behaviour.access:
            case Access.REVOKED:
                return 7
            case Access.SUSPENDED:
                return 10
        given = request.headers.get("Authorization", ""), request.query.get("api_key")
        return None if f"Bearer {self.behaviour.token}" == given[0] or self.behaviour.token == given[1] else 7

    def _too_many(self, limit: int) -> web.Response:
        self._refusals += 1
        return too_many(limit + 1, limit, self._retry_after())

    def _retry_after(self) -> str | None:
        match self.behaviour.retry_after:
            case RetryAfter.NEVER:
                return None
            case RetryAfter.ALTERNATE:
                return "1" if self._refusals % 2 else None
            case RetryAfter.ALWAYS:
                return "1"
            case RetryAfter.ZERO:
                return "0"
            case RetryAfter.THIRTY:
                return "30"
            case RetryAfter.DATE:
                return format_datetime(self._now() + timedelta(seconds=2), usegmt=True)
            case RetryAfter.GARBAGE:
                return "soon"


@asynccontextmanager
async def running(fake: FakeTmdb, port: int = 0) -> AsyncIterator[FakeTmdb]:
    """Serve while the context lasts; `fake.root` is known inside."""
    with tempfile.TemporaryDirectory(prefix="exports-") as folder:
        fake.exports.folder = Path(folder)
        async with listening(web.Server(fake.handle), port) as fake.root:
            yield fake
