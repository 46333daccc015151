"""The real stages as their handlers would make them, each process its own, and the handlers that use them."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest import mock

from lambdas.collector import handler as collector_handler
from lambdas.collector.bronze import S3Bronze
from lambdas.collector.collect import Collected, Collector
from lambdas.collector.content import content_digest
from lambdas.collector.edge.bunny import BunnyEdge
from lambdas.collector.edge.s3 import S3Edge
from lambdas.collector.line import MappingLine
from lambdas.common.aws import Aws
from lambdas.common.pacer import Pacer
from lambdas.common.queue import SqsQueue
from lambdas.common.sigv4 import Credentials, Signer
from lambdas.common.state import State
from lambdas.common.tmdb import Tmdb
from lambdas.harvester import handler as harvester_handler
from lambdas.harvester.bus import EventBus
from lambdas.harvester.lake import S3Lake
from lambdas.harvester.run import Harvester
from tests.simulation.lambda_ import CURRENT, Process

COLLECTORS = 2
PER_SECOND, HARVEST_PER_SECOND, CONNECTIONS = 16.0, 2.0, 9
"""A collector's and the harvester's shares of the budget, and a collector's connections."""


class Unsigned(Signer):
    """Nobody looks at signatures here, and they cost more than all the rest."""

    def headers(self, *what: Any, **more: Any) -> dict[str, str]:
        return dict(what[3])


class Stages:
    """Makes what a process keeps from one invocation to the next."""

    def __init__(self, random: Random, *, on_s3: bool) -> None:
        self._random = random
        self._on_s3 = on_s3

    def collector(self, process: Process) -> Collector:
        aws, clock = self._aws(process), process.clock
        return Collector(
            tmdb=self._tmdb(process, PER_SECOND),
            edge=S3Edge("edge", aws) if self._on_s3 else BunnyEdge("https://bunny/zone", _token, process, clock),
            bronze=S3Bronze("lake", aws),
            digest=content_digest(),
            queue=SqsQueue("work", aws),
            dead_letters=SqsQueue("dead", aws),
            state=State("state", aws),
            line=MappingLine("mapping", aws),
            clock=clock,
            random=Random(self._random.getrandbits(32)),
            connections=CONNECTIONS,
            retry_delay=30,
            outage_delay=900,
        )

    def harvester(self, process: Process) -> Harvester:
        aws = self._aws(process)
        return Harvester(
            tmdb=self._tmdb(process, HARVEST_PER_SECOND),
            files=process,
            exports_url="https://files/p/exports",
            queue=SqsQueue("work", aws),
            state=State("state", aws),
            lake=S3Lake("lake", aws),
            clock=process.clock,
            random=Random(self._random.getrandbits(32)),
            continue_with=EventBus("prod", aws).put,
            collect_per_second=COLLECTORS * PER_SECOND,
            refresh_days=120,
        )

    def _aws(self, process: Process) -> Aws:
        return Aws("us-east-1", Unsigned("us-east-1", Credentials("k", "s")), process, process.clock)

    def _tmdb(self, process: Process, per_second: float) -> Tmdb:
        return Tmdb("https://tmdb/3", _token, process, Pacer(per_second, process.clock), process.clock)


async def _token(afresh: bool) -> str:
    return "token-of-the-simulation"


async def _unreported(item: Any, collected: Collected, using: Collector) -> None:
    pass


def _unmeasured(*what: Any) -> None:
    pass


class _Silent:
    """A logger that says nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *what, **more: None


@contextmanager
def handlers() -> Iterator[None]:
    """The handlers' own code, with what the simulation makes in the place of what they would make."""

    def using() -> Any:
        return CURRENT.get().using

    with (
        mock.patch.object(collector_handler, "_collector", using),
        mock.patch.object(collector_handler, "report", _unreported),
        mock.patch.object(collector_handler, "report_failure", _unmeasured),
        mock.patch.object(collector_handler, "measure", _unmeasured),
        mock.patch.object(collector_handler, "logger", _Silent()),
        mock.patch.object(harvester_handler, "_harvester", using),
    ):
        yield
