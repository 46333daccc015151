"""Surfaces of the queues: work items for the collector, and events of S3 for the lake writer and the catalog loader."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest import mock
from urllib.parse import unquote, urlsplit

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from obstore.store import MemoryStore

from lambdas.catalog_loader import handler as loader
from lambdas.catalog_loader.objects import S3Objects
from lambdas.collector import handler as collector
from lambdas.collector.bronze import S3Bronze
from lambdas.collector.collect import Collector
from lambdas.collector.content import content_digest
from lambdas.collector.edge.s3 import S3Edge
from lambdas.collector.line import MappingLine
from lambdas.common.body import whole_characters
from lambdas.common.lake import Lake
from lambdas.common.metrics import Metric
from lambdas.common.queue import SqsQueue
from lambdas.common.state import State
from lambdas.lake_writer import handler as writer
from lambdas.lake_writer.settings import LakeWriterSettings
from tests.fuzz import hostile
from tests.fuzz.shorter import Case
from tests.fuzz.surface import TAKEN, Throw
from tests.fuzz.world import (
    BRONZE,
    CONTEXT,
    REGION,
    Clock,
    OutOfPlace,
    Services,
    Told,
    aws,
    begin,
    logged,
    looped,
    measured,
    telling,
    tmdb,
)

_RUN = "movie-export-20261115T083000Z-1a2b"
_ITEMS: tuple[dict[str, Any], ...] = (
    {"v": 1, "run": _RUN, "dataset": "movie", "mode": "export", "ids": [550, 551, 680], "attempt": 0},
    {"v": 1, "run": "tv-sync-20261115T083000Z-00ff", "dataset": "tv", "mode": "sync", "ids": [1399], "attempt": 4},
    {"v": 1, "run": "imdb-ids-20261115T083000Z-00ff", "dataset": "imdb", "mode": "ids", "ids": [133093]},
    {
        "run": "imdb-ids-20261115T083000Z-00ff",
        "dataset": "imdb",
        "mode": "ids",
        "ids": [111161, 133093],
        "known": {"133093": "movie/603"},
    },
    {
        "v": 1,
        "run": "movie_popular-pages-20261115T083000Z-00ff",
        "dataset": "movie_popular",
        "mode": "pages",
        "ids": [1],
    },
    {"v": 1, "run": _RUN, "dataset": "movie", "mode": "export", "ids": [7], "attempt": 0, "reason": "5 attempts"},
)
_KEYS = (
    f"bronze/movie/dt=2026-11-15/{_RUN}/550-0-9f86d081.jsonl.gz",
    "bronze/tv/dt=2026-11-15/tv-sync-20261115T083000Z-00ff/1399-4-9f86d081.jsonl.gz",
    "drop/movies.json",
    "drop/2026/été 1.json",
)
_PIECES = (
    "..",
    ".",
    "",
    "%2e%2e",
    "%2E.",
    "a b",
    "a+b",
    "é",
    "\u202e",
    "drop",
    "bronze",
    "movie",
    "tv",
    "dt=2026-13-45",
)
_BUCKET = "lake"


def work_item(random: Random) -> Case:
    """The body of a message on the work queue."""
    return hostile.document(random, random.choice(_ITEMS))


@contextmanager
def collecting() -> Iterator[Throw]:
    """The collector's handler with one message, and all that it would ask, store and send on."""
    services, clock = Services(), Clock()
    way = aws(services, clock)
    using = Collector(
        tmdb=tmdb(services, clock),
        edge=S3Edge("edge", way),
        bronze=S3Bronze(_BUCKET, way),
        digest=content_digest(),
        queue=SqsQueue("https://queue", way),
        dead_letters=SqsQueue("https://dead", way),
        state=State("state", way),
        line=MappingLine("mapping", way),
        clock=clock,
        random=Random(1),
        connections=4,
        retry_delay=30,
        outage_delay=900,
    )
    with (
        looped() as loop,
        telling() as told,
        mock.patch.object(collector, "_collector", return_value=using),
        mock.patch.object(collector, "run", loop.run),
    ):

        def throw(case: Case) -> str:
            begin(services, clock, using.tmdb)
            record = {"messageId": "1", "body": str(case), "attributes": {"ApproximateReceiveCount": "1"}}
            answer = collector.handler({"Records": [record]}, CONTEXT)
            assert answer == {"batchItemFailures": []}, "it would come back"
            lines = told.take()
            refused = logged(lines, "message.rejected")
            if refused:
                assert measured(lines, Metric.FAILED_PERCENT) == 100 and len(refused) == 1, "not counted"
                assert services.sent == [{"forwarded": whole_characters(str(case)) or "(empty)"}], (
                    "not among the dead letters as it came"
                )
                return str(refused[0]["reason"])
            ids = json.loads(str(case))["ids"]
            (told_of,) = logged(lines, "batch.collected")
            settled = sum(told_of[name] for name in ("stored", "unchanged", "gone", "dead", "retried", "returned"))
            assert settled == len(ids), f"{len(ids)} ids, of which {settled} are counted"
            assert not told_of["retried"], "an id that can never be collected was taken for one that can"
            return TAKEN

        yield throw


def s3_event(random: Random) -> Case:
    """The body of a message that says that an object was made."""
    told = {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {
            "bucket": {"name": random.choice([_BUCKET] * 9 + ["another"])},
            "object": {"key": _key(random), "size": 1},
        },
    }
    return json.dumps(told, ensure_ascii=False) if random.randrange(2) else hostile.document(random, told)


def _key(random: Random) -> str:
    """A key that is nearly one of ours: another piece of its path, another character, encoded once or twice."""
    key = random.choice(_KEYS)
    pieces = key.split("/")
    for _ in range(random.choice([0, 1, 1, 2, 3])):
        at = random.randrange(len(pieces) + 1)
        piece = random.choice([hostile.text(random), random.choice(_PIECES), random.choice(_PIECES)])
        pieces[at : at + random.randrange(2)] = [piece]
    key = "/".join(pieces)
    match random.randrange(8):
        case 0:
            at = random.randrange(len(key) + 1)
            return key[:at] + random.choice(hostile.TEXTS) + key[at + 1 :]
        case 1:
            return "".join(f"%{ord(letter):02x}" if random.randrange(4) == 0 else letter for letter in key)
        case 2:
            return random.choice(["/", "./", "../", "s3://lake/", "\ufeff", " "]) + key
    return key


class _Objects(Lake):
    """A lake with nothing in it, which remembers what was asked for."""

    def __init__(self) -> None:
        super().__init__(MemoryStore())
        self.asked: list[str] = []

    def read(self, key: str) -> bytes | None:
        self.asked.append(key)
        if not re.fullmatch(BRONZE, key, re.ASCII):
            raise OutOfPlace(key)
        return super().read(key)


@contextmanager
def writing_the_lake() -> Iterator[Throw]:
    """The lake writer's handler with one message. What it takes is not there: that is refused, too, with its name."""
    lake, forwarded = _Objects(), list[str]()
    settings = SimpleNamespace(lake_bucket=_BUCKET, dead_letters_url="https://dead")

    def send_message(*, QueueUrl: str, MessageBody: str, MessageAttributes: Any) -> None:  # noqa: N803 - boto3's
        MessageBody.encode()
        MessageAttributes["reason"]["StringValue"].encode()
        forwarded.append(QueueUrl)

    with (
        telling() as told,
        mock.patch("boto3.client", return_value=SimpleNamespace(send_message=send_message)),
        mock.patch.object(writer, "_lake", return_value=lake),
        mock.patch.object(writer, "_database"),
        mock.patch.object(LakeWriterSettings, "from_env", return_value=settings),
    ):

        def throw(case: Case) -> str:
            lake.asked.clear()
            forwarded.clear()
            answer = writer.handler({"Records": [{"messageId": "1", "body": str(case)}]}, CONTEXT)
            lines = told.take()
            assert not answer["batchItemFailures"], f"it would come back: {logged(lines, 'object.failed')}"
            (refused,) = logged(lines, "object.rejected")
            assert len(forwarded) == 1, "not among the dead letters"
            return TAKEN if lake.asked else str(refused["reason"])

        yield throw


@contextmanager
def loading_the_catalog() -> Iterator[Throw]:
    """The loader's handler with one message; of S3 nothing is made up but the answer: nothing is there."""
    client = boto3.client(
        "s3",
        region_name=REGION,
        aws_access_key_id="k",
        aws_secret_access_key="s",
        config=Config(retries={"max_attempts": 0}),
    )
    asked: list[str] = []
    client.meta.events.register("before-send.s3.GetObject", partial(_not_there, asked))
    with (
        telling() as told,
        mock.patch.object(loader, "_objects", return_value=S3Objects(client)),
        mock.patch.object(loader, "_settings", return_value=SimpleNamespace(lake_bucket=_BUCKET)),
    ):

        def throw(case: Case) -> str:
            asked.clear()
            answer = loader.handler({"Records": [{"messageId": "1", "body": str(case)}]}, CONTEXT)
            missing = bool(asked) and not answer["batchItemFailures"]
            return _refused(answer, told, missing)

        yield throw


def _not_there(asked: list[str], request: Any, **_: Any) -> AWSResponse:
    """S3's answer to a request for what it does not have; a request for what is not the loader's is a finding."""
    found = urlsplit(request.url)
    key = unquote(found.path.removeprefix("/"))
    asked.append(request.url)
    if found.hostname != f"{_BUCKET}.s3.amazonaws.com" or found.query or not key.startswith(("drop/", "bronze/movie/")):
        raise OutOfPlace(request.url)
    body = b"<Error><Code>NoSuchKey</Code></Error>"
    return AWSResponse(request.url, 404, {}, SimpleNamespace(stream=lambda: iter([body])))


def _refused(answer: dict[str, Any], told: Told, missing: bool) -> str:
    """Why a message was refused, as its function logs it."""
    lines = told.take()
    refused = logged(lines, "object.failed")
    assert len(answer["batchItemFailures"]) == len(refused), "not counted"
    assert not any("exception" in line for line in refused), f"a bug: {refused[0].get('exception', '')[-300:]}"
    assert bool(refused) or missing, "neither taken nor refused"
    return TAKEN if missing else str(refused[0]["reason"])
