"""`python -m bench.harvesting WHAT`: a process that harvests an export, whole or a part of it, and prints what it cost.

`gunzip` is the floor, `read` is our reading of the file, `all` is the stage function up to its last SendMessageBatch.
"""

import argparse
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

from isal import igzip

from bench.peak import peak_mb
from lambdas.common import runtime
from lambdas.common.aws import Aws
from lambdas.common.clock import SystemClock
from lambdas.common.datasets import DATASETS
from lambdas.common.http import AiohttpTransport
from lambdas.common.queue import IN_FLIGHT, SqsQueue
from lambdas.common.sigv4 import Credentials, Signer
from lambdas.common.state import LastExport, Run
from lambdas.harvester.event import Event
from lambdas.harvester.exports import Exports
from lambdas.harvester.harvest import harvest
from lambdas.harvester.run import Harvester

EVENT = Event.parse({"dataset": "movie", "mode": "export", "select": "all"})
_PIECE = 1 << 18


def gunzip(path: Path) -> int:
    """The least there is to do: unpack the file, and count its bytes."""
    length = 0
    with igzip.open(path, "rb") as file:  # type: ignore[no-untyped-call]  # isal ships no types for it
        while piece := file.read(_PIECE):
            length += len(piece)
    return length


class _Disk:
    """A file on disk as if it came from TMDB."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @asynccontextmanager
    async def stream(self, url: str) -> AsyncIterator[tuple[int, dict[str, str], AsyncIterator[bytes]]]:  # noqa: ARG002 - there is one file
        async def chunks() -> AsyncIterator[bytes]:
            with self._path.open("rb") as file:
                while chunk := file.read(_PIECE):
                    yield chunk

        yield 200, {}, chunks()


async def _read(path: Path) -> int:
    listing = await Exports("", DATASETS["movie"], EVENT, _Disk(path), SystemClock()).newest()
    return len(listing.ids)


class _NoState:
    """A state table that knows of nothing and takes everything."""

    async def last_export(self, *_: Any) -> LastExport | None:
        return None

    async def claim_export(self, *_: Any) -> bool:
        return True

    async def start_run(self, _: Run) -> None: ...

    async def listing(self, _: Run) -> None: ...


class _Queue(SqsQueue):
    """The real queue, which it takes for an empty one."""

    async def backlog(self) -> int:
        return 0


async def _all(url: str) -> int:
    clock, files = SystemClock(), AiohttpTransport(connections=2)
    sending = AiohttpTransport(connections=IN_FLIGHT)
    aws = Aws("us-east-1", Signer("us-east-1", Credentials("bench", "bench")), sending, clock, url)
    nothing: Any = SimpleNamespace()
    state: Any = _NoState()
    queue = _Queue(f"{url}/000000000000/work", aws)
    using = Harvester(
        tmdb=nothing,
        files=files,
        exports_url=f"{url}/p/exports",
        queue=queue,
        state=state,
        lake=None,
        clock=clock,
        random=Random(1),
        continue_with=nothing,
        collect_per_second=32,
        refresh_days=120,
    )
    try:
        result = await harvest(EVENT, request="bench", deadline=clock.monotonic() + 600, using=using)
    finally:
        await files.close()
        await sending.close()
    if result.refused or result.rejected:
        raise RuntimeError(f"harvest went wrong: {result}")
    return result.ids


def main() -> None:
    """Harvest as the arguments say."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["gunzip", "read", "all"])
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--url", help="of TMDB's exports and SQS, for `all`")
    arguments = parser.parse_args()
    began, cpu = time.monotonic(), time.process_time()
    match arguments.what:
        case "gunzip":
            done = gunzip(arguments.file)
        case "read":
            done = runtime.run(_read(arguments.file))
        case _:
            done = runtime.run(_all(arguments.url))
    spent = {"cpu": time.process_time() - cpu, "seconds": time.monotonic() - began}
    print(json.dumps({"done": done, "peak_mb": peak_mb(), **spent}))


if __name__ == "__main__":
    main()
