"""`python -m bench.collecting WHAT`: a process that collects, ours or the floor, and prints what it cost as JSON.

Ours is the stage as it runs in Lambda, but for its state table and queues, which take a few calls a batch. The floor
stores the gzip as it came, through the same libraries, without looking into it.
"""

import argparse
import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from itertools import chain, cycle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp

from bench.peak import peak_mb
from lambdas.collector.collect import Collector, collect
from lambdas.collector.content import content_digest
from lambdas.collector.edge import Edge
from lambdas.collector.edge.bunny import BunnyEdge
from lambdas.collector.edge.s3 import S3Edge
from lambdas.common import runtime
from lambdas.common.aws import Aws
from lambdas.common.clock import SystemClock
from lambdas.common.datasets import DATASETS, Mode
from lambdas.common.http import AiohttpTransport
from lambdas.common.pacer import Pacer
from lambdas.common.settings import AwsSettings
from lambdas.common.tmdb import Tmdb
from lambdas.common.work import MAX_IDS, WorkItem, run_id

IN_FLIGHT = 20

Work = Callable[[tuple[int, ...]], Awaitable[int]]
"""Collects a batch of ids; gives the number stored."""


async def _secret(_: bool) -> str:
    return "fake-token"


class _Memory:
    """Queues and state that take everything and remember nothing."""

    async def send(self, items: Iterable[WorkItem], *, delay: int = 0) -> int:  # noqa: ARG002 - a WorkQueue
        return len(list(items))

    async def receipt(self, item: WorkItem) -> None:  # noqa: ARG002 - a State
        return None

    async def record(self, *_: Any, **__: Any) -> bool:
        return True

    async def run(self, _: str) -> None:
        return None


def _ours(sink: str, arguments: argparse.Namespace, stack: AsyncExitStack) -> Work:
    """The collector's stage function, with everything real that costs time for each record."""
    clock, memory = SystemClock(), _Memory()

    def transport() -> AiohttpTransport:
        made = AiohttpTransport(connections=arguments.connections)
        stack.push_async_callback(made.close)
        return made

    def edge() -> Edge:
        if sink == "bunny":
            return BunnyEdge(f"{arguments.store}/zone", _secret, transport(), clock)
        return S3Edge("edge", Aws.from_settings(AwsSettings.from_env(), transport(), clock))

    nothing: Any = SimpleNamespace(send=memory.send)
    state: Any = memory
    using = Collector(
        tmdb=Tmdb(arguments.api, _secret, transport(), Pacer(arguments.rate, clock), clock),
        edge=edge(),
        bronze=None,
        digest=content_digest(),
        queue=nothing,
        dead_letters=nothing,
        state=state,
        line=nothing,
        clock=clock,
        random=random.Random(1),
        connections=arguments.connections,
        retry_delay=1,
        outage_delay=1,
    )

    async def batch(ids: tuple[int, ...]) -> int:
        item = WorkItem(run=run_id("movie", Mode.IDS, time.time(), 0), dataset="movie", mode=Mode.IDS, ids=ids)
        collected = await collect(item, receives=1, deadline=clock.monotonic() + 600, using=using)
        return len(collected.receipt.stored)

    return batch


async def _floor(sink: str, arguments: argparse.Namespace, stack: AsyncExitStack) -> Work:
    """Store the gzip as it came; in S3 with obstore, which ours does without."""
    import obstore
    from obstore.store import S3Store

    api, store = arguments.api, arguments.store
    session = await stack.enter_async_context(
        aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=IN_FLIGHT), auto_decompress=False, headers={"Accept-Encoding": "gzip"}
        )
    )
    putting = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=IN_FLIGHT)))
    bucket = S3Store("edge")
    parts = ",".join(DATASETS["movie"].parts)

    async def one(id: int) -> None:
        url, key = f"{api}/movie/{id}?append_to_response={parts}", f"movie/{id}.json.gz"
        async with session.get(url, headers={"Authorization": "Bearer fake-token"}) as answer:
            body = await answer.read()
        if sink == "s3":
            await obstore.put_async(bucket, key, body, use_multipart=False)
        else:
            async with putting.put(f"{store}/zone/{key}", data=body, headers={"AccessKey": "fake-key"}) as stored:
                await stored.read()

    async def batch(ids: tuple[int, ...]) -> int:
        waiting = iter(ids)

        async def worker() -> int:
            done = 0
            for id in waiting:
                await one(id)
                done += 1
            return done

        return sum(await asyncio.gather(*(worker() for _ in range(IN_FLIGHT))))

    return batch


async def _main(arguments: argparse.Namespace) -> dict[str, float]:
    ids: list[int] = sorted(json.loads(arguments.ids.read_text()))
    batches = [tuple(ids[at : at + MAX_IDS]) for at in range(0, len(ids), MAX_IDS)]
    kind, _, sink = arguments.what.partition("-")
    if arguments.clients:
        import lambdas.collector.handler  # noqa: F401 - for its weight
    async with AsyncExitStack() as stack:
        work = await _floor(sink, arguments, stack) if kind == "floor" else _ours(sink, arguments, stack)
        if arguments.warm:
            await work(batches[0])
        began, cpu, records = time.monotonic(), time.process_time(), 0
        for batch in chain(batches, cycle(batches) if arguments.seconds else ()):
            records += await work(batch)
            if arguments.seconds and time.monotonic() - began > arguments.seconds:
                break
        spent = {"cpu": time.process_time() - cpu, "seconds": time.monotonic() - began}
        return {"records": records, "peak_mb": peak_mb(), **spent}


def main() -> None:
    """Collect as the arguments say."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["ours-bunny", "ours-s3", "floor-bunny", "floor-s3"])
    parser.add_argument("--api", required=True, help="of TMDB")
    parser.add_argument("--store", required=True, help="of Bunny; S3's comes from the environment")
    parser.add_argument("--ids", type=Path, required=True, help="a JSON list in a file")
    parser.add_argument("--warm", action="store_true", help="collect a batch before measuring")
    parser.add_argument("--clients", action="store_true", help="hold in memory what the handler holds besides")
    parser.add_argument("--rate", type=float, default=1e6, help="requests a second")
    parser.add_argument("--connections", type=int, default=IN_FLIGHT)
    parser.add_argument("--seconds", type=float, default=0, help="go on for so long")
    print(json.dumps(runtime.run(_main(parser.parse_args()))))


if __name__ == "__main__":
    main()
