"""The fake Bunny: a storage port and a pull-zone port over one folder."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from local.bunny.files import Files
from local.bunny.pull_zone import PullZone
from local.bunny.storage import Behaviour, Fault, Storage, StorageServer
from local.faults import Faults
from local.serving import listening


class FakeBunny:
    """A fake Bunny. `behaviour`, `faults` and `storage` are there to be changed and asserted on.

    The storage port also answers `GET /_fake/state`, `GET /_fake/asked` and `POST /_fake/faults` with a body such as
    `{"probabilities": {"500": 0.01}, "once": {"movie/550.pb.lz4": ["reset"]}, "always": {}}`.
    """

    def __init__(self, root: Path, *, behaviour: Behaviour | None = None, faults: Faults[Fault] | None = None) -> None:
        self.url = ""
        """What stands in for https://storage.bunnycdn.com (without the zone)."""
        self.pull_zone_url = ""
        """What stands in for https://{name}.b-cdn.net."""
        self.behaviour = behaviour or Behaviour()
        self.faults = faults or Faults(Fault)
        self.files = Files(root, self.behaviour.zone)
        self.storage = Storage(self.files, self.behaviour, self.faults)
        self.pull_zone = PullZone(self.files)

    @property
    def state(self) -> dict[str, Any]:
        """What was asked and answered so far, as JSON values."""
        return self.storage.summary() | {"pull_zone": dict(self.pull_zone.statuses)}

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request of the storage port."""
        if not request.path.startswith("/_fake/"):
            return await self.storage.handle(request)
        match request.method, request.path:
            case "GET", "/_fake/state":
                return web.json_response(self.state)
            case "GET", "/_fake/asked":
                return web.json_response(dict(self.storage.asked))
            case "POST", "/_fake/faults":
                try:
                    self.faults.update(orjson.loads(await request.read()))
                except (ValueError, TypeError, AttributeError) as error:
                    return web.json_response({"error": str(error)}, status=400)
                return web.json_response(self.state)
        return web.Response(status=404)


@asynccontextmanager
async def running(fake: FakeBunny, port: int = 0, pull_zone_port: int = 0) -> AsyncIterator[FakeBunny]:
    """Serve while the context lasts; `fake.url` and `fake.pull_zone_url` are known inside."""
    async with (
        listening(StorageServer(fake.handle), port) as fake.url,
        listening(web.Server(fake.pull_zone.handle), pull_zone_port) as fake.pull_zone_url,
    ):
        yield fake
