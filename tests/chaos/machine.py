"""What all lives have in common: the emulator of AWS, Postgres, the fake TMDB, the gate before them, the nursery."""

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from lambdas.common.http import AiohttpTransport
from local import emulator, postgres
from local.catalogue.made_up import MadeUpCatalogue, Sizes
from local.catalogue.protocol import Changed
from local.emulator import ROOT, Emulator
from local.postgres import Postgres
from local.tmdb import Behaviour, FakeTmdb, running
from tests.chaos.data_api import DataApi
from tests.chaos.data_api import serving as data_api_serving
from tests.chaos.gate import Gate

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
"""When every life begins."""
_MANY = 1_000_000
_EDITED = 8
_SIZES = Sizes(movie=60, tv=8, person=60, collection=2, company=2, keyword=55, network=2)


class Catalogue(MadeUpCatalogue):
    """Each day an eighth of all titles changes, another one than the day before."""

    def edited(self, dataset: str, day: date) -> Sequence[Changed]:
        return self._every(dataset, day.toordinal(), _EDITED)

    def number(self, dataset: str, position: int) -> int:
        """An id of which the made-up catalogue says what is odd about it."""
        return self._ids[dataset, False].number(position)


class Killed(Exception):
    """The process was killed, as it was meant to be."""


class Failed(Exception):
    """The process ended by itself, with an error: Lambda would try the event again."""


@dataclass(slots=True)
class Nursery:
    """Where processes are born; one lives at a time."""

    process: asyncio.subprocess.Process
    gate: Gate
    _pid: int = 0

    async def invoke(self, order: dict[str, Any]) -> Any:
        """What a handler's process answers. Raises Killed, Failed."""
        self.gate.kill = self._kill
        assert self.process.stdin
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        await self.process.stdin.drain()
        self._pid = (await self._told())["pid"]
        end = await self._told()
        await self.gate.quiet()
        if end["status"] == -signal.SIGKILL:
            raise Killed
        if end["status"]:
            raise Failed(end["said"])
        return json.loads(end["said"])

    async def _told(self) -> dict[str, Any]:
        assert self.process.stdout
        line = await self.process.stdout.readline()
        if not line:
            raise RuntimeError("the nursery has ended")
        told: dict[str, Any] = json.loads(line)
        return told

    def _kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)


@dataclass(slots=True)
class Machine:
    """All that is running. `plant` names a bug that processes are born with, as `module:function`."""

    emulator: Emulator
    postgres: Postgres
    data_api: DataApi
    tmdb: FakeTmdb
    catalogue: Catalogue
    gate: Gate
    nursery: Nursery
    transport: AiohttpTransport
    folder: Path
    plant: str = ""
    lives: int = 0


@asynccontextmanager
async def started(folder: Path) -> AsyncIterator[Machine]:
    """A machine for the time of the context; what it keeps is in `folder`, whose path is short."""
    logging.getLogger("aiohttp.server").disabled = True  # of uploads that break off, as they are meant to
    async with AsyncExitStack() as stack:
        aws = stack.enter_context(emulator.start(folder / "aws"))
        server = stack.enter_context(postgres.own())
        catalogue = Catalogue(_SIZES, known=lambda share: 0.02 * share)
        behaviour = Behaviour(limit=_MANY, sockets=_MANY)
        tmdb = await stack.enter_async_context(running(FakeTmdb(catalogue, behaviour=behaviour, now=lambda: NOW)))
        gate = Gate()
        await stack.enter_async_context(gate.http("AWS", aws.url))
        await stack.enter_async_context(gate.http("TMDB", tmdb.root))
        data_api, url = await stack.enter_async_context(data_api_serving(server))
        await stack.enter_async_context(gate.http("RDS", url))
        socket = Path(server.host) / f".s.PGSQL.{server.port}"
        (folder / "pg").mkdir()
        await stack.enter_async_context(gate.postgres(socket, folder / "pg"))
        nursery = Nursery(await stack.enter_async_context(_nursery(folder)), gate)
        transport = AiohttpTransport(connections=8)
        stack.push_async_callback(transport.close)
        yield Machine(aws, server, data_api, tmdb, catalogue, gate, nursery, transport, folder)


@asynccontextmanager
async def _nursery(folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    scratch = folder / "tmp"
    scratch.mkdir()
    keep = ("PATH", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR")
    env = {name: os.environ[name] for name in keep if name in os.environ} | {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": emulator.REGION,
        "AWS_DEFAULT_REGION": emulator.REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "POWERTOOLS_METRICS_NAMESPACE": "chaos",
        "POWERTOOLS_SERVICE_NAME": "chaos",
        "TMPDIR": str(scratch),
        "TZ": "UTC",
    }
    with (folder / "processes.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.chaos.nursery"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            cwd=ROOT,
            env=env,
        )
    try:
        yield process
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()
