"""What the product's edges lead to here: it takes everything, and remembers and checks every place it was led to.

The clients of TMDB, S3, SQS, DynamoDB and EventBridge are the real ones, down to the URL that they would ask. No URL
may be any that PLACES do not allow, whatever was thrown at the product.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from io import StringIO
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import orjson

from lambdas.common.aws import Aws
from lambdas.common.http import Response
from lambdas.common.metrics import Metric
from lambdas.common.pacer import Pacer
from lambdas.common.sigv4 import Credentials, Signer
from lambdas.common.telemetry import logger, metrics
from lambdas.common.tmdb import Tmdb
from tests.unit.aws import invocation

NOW = 1_795_000_000.0
REGION = "us-east-1"
_ID = r"[1-9]\d{0,9}"
_TITLE = rf"(?:(?:movie|tv|person|collection|company|keyword|network)/{_ID}|imdb/tt\d{{7,10}})"
_LIST = r"(?:movie|tv|trending/(?:movie|tv))/[a-z_]+"
_RUN = r"[a-z_]+-(?:export|sync|pages|ids)-\d{8}T\d{6}Z-[0-9a-f]{4}"
_DAY = r"\d{4}-\d\d-\d\d"
EDGE = rf"(?:{_TITLE}(?:/season/\d{{1,10}}|/reviews)?|{_LIST}/[1-9]\d{{0,2}})\.pb\.lz4"
BRONZE = rf"bronze/[a-z_]+/dt={_DAY}/{_RUN}/{_ID}-\d-[0-9a-f]{{8}}\.jsonl\.gz"
SILVER = rf"(?:silver|quarantine)/[a-z_]+/dt={_DAY}/{_RUN}-{_ID}-\d-[0-9a-f]{{8}}\.parquet"
EXPORTS = rf"exports/dataset=[a-z_]+/dt={_DAY}/ids\.csv\.gz"
PLACES = re.compile(
    "|".join(
        (
            rf"[A-Z]+ https://edge\.s3\.{REGION}\.amazonaws\.com/{EDGE}",
            rf"GET https://edge\.s3\.{REGION}\.amazonaws\.com/\?list-type=2&prefix={_TITLE.replace('/', '%2F')}%2F",
            rf"PUT https://lake\.s3\.{REGION}\.amazonaws\.com/(?:{BRONZE}|{EXPORTS})".replace("=", "%3D"),
            rf"POST https://(?:sqs|dynamodb|events|ssm|lambda)\.{REGION}\.amazonaws\.com/",
            rf"GET https://tmdb/3/(?:{_TITLE}(?:\?append_to_response=[a-z0-9_,/]+)?|{_LIST}\?page=[1-9]\d{{0,2}})",
            r"GET https://tmdb/3/find/tt\d{7,10}\?external_source=imdb_id",
            rf"GET https://tmdb/3/(?:movie|tv|person)/changes\?page=[1-9]\d{{0,2}}&start_date={_DAY}&end_date={_DAY}",
            r"GET https://tmdb/3/configuration",
            r"GET https://files/p/exports/[a-z_]+_\d\d_\d\d_\d{4}\.json\.gz",
        )
    )
)
CONTEXT = invocation("function", seconds=120)
"""What Lambda tells of an invocation."""
_LIST_PAGE = b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
_FOUND = ("movie", "person", "tv", "tv_episode", "tv_season")
_POPULAR = {"id": 550, "imdb_id": "tt0137523"}
"""A movie on every page of every list, and the only one under an IMDb id: with none a collector would not go on."""


class OutOfPlace(AssertionError):
    """The product was led to where it has no business."""


class Clock:
    """Every look at it takes a second, so that nothing goes on for ever."""

    def __init__(self) -> None:
        self.now = NOW

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        self.now += 1
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


class Unsigned(Signer):
    """Nobody looks at signatures here."""

    def headers(self, *what: Any, **more: Any) -> dict[str, str]:
        return dict(what[3])


class Services:
    """A Transport, to all services at once. `asked` are the places, `sent` what went to queues and the bus.

    TMDB answers with `body` and `status` if they are set, S3 stores and forgets, and the state table is empty.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.sent: list[dict[str, Any]] = []
        self.body: bytes | None = None
        self.status = 200
        self.export: tuple[int, Mapping[str, str], list[bytes]] = (404, {}, [])

    def forget(self) -> None:
        """Begin anew."""
        self.asked.clear()
        self.sent.clear()

    async def request(self, method: str, url: str, **options: Any) -> Response:
        self._note(method, url)
        if url.startswith("https://tmdb/3/"):
            return Response(self.status, {}, self._title(url) if self.body is None else self.body)
        if ".s3." in url:
            return _s3(method, url)
        target = str(options["headers"]["x-amz-target"]).partition(".")[2]
        return Response(200, {}, orjson.dumps(self._answer(target, orjson.loads(options["body"]))))

    @asynccontextmanager
    async def stream(self, url: str) -> AsyncIterator[tuple[int, Mapping[str, str], AsyncIterator[bytes]]]:
        """An export file."""
        self._note("GET", url)
        status, headers, pieces = self.export

        async def chunks() -> AsyncIterator[bytes]:
            for piece in pieces:
                yield piece

        yield status, headers, chunks()

    async def close(self) -> None:
        """Nothing is open."""

    def _note(self, method: str, url: str) -> None:
        self.asked.append(f"{method} {url}")
        if not PLACES.fullmatch(self.asked[-1]):
            raise OutOfPlace(self.asked[-1])

    def _title(self, url: str) -> bytes:
        """What was asked for, with nothing else in it."""
        found = urlsplit(url)
        if "/find/" in found.path:
            there = [_POPULAR] if found.path.endswith(f"/{_POPULAR['imdb_id']}") else []
            return orjson.dumps({f"{kind}_results": there if kind == "movie" else [] for kind in _FOUND})
        page = parse_qs(found.query).get("page")
        if page:
            return orjson.dumps({"page": int(page[0]), "results": [_POPULAR], "total_pages": 500, "total_results": 0})
        last = found.path.rpartition("/")[2]
        if last.isdecimal():
            return orjson.dumps(_POPULAR if found.path.endswith(f"movie/{_POPULAR['id']}") else {"id": int(last)})
        return b'{"images":{}}'

    def _answer(self, target: str, asked: dict[str, Any]) -> dict[str, Any]:
        match target:
            case "SendMessageBatch":
                self.sent += [orjson.loads(entry["MessageBody"]) for entry in asked["Entries"]]
                return {"Successful": [{"Id": entry["Id"]} for entry in asked["Entries"]]}
            case "SendMessage":
                self.sent.append({"forwarded": asked["MessageBody"]})
                return {"MessageId": "1"}
            case "PutEvents":
                self.sent += [orjson.loads(entry["Detail"]) for entry in asked["Entries"]]
                return {"FailedEntryCount": 0}
            case "GetQueueAttributes":
                return {"Attributes": dict.fromkeys(asked["AttributeNames"], "0")}
        return {}


def _s3(method: str, url: str) -> Response:
    if method == "GET" and "?list-type" in url:
        return Response(200, {}, _LIST_PAGE)
    return Response({"HEAD": 404, "GET": 404, "DELETE": 204}.get(method, 200), {}, b"")


def aws(services: Services, clock: Clock) -> Aws:
    """The stages' own way to AWS, which ends at `services`."""
    return Aws(REGION, Unsigned(REGION, Credentials("k", "s")), services, clock)


def tmdb(services: Services, clock: Clock) -> Tmdb:
    """The stages' own way to TMDB."""
    return Tmdb("https://tmdb/3", token, services, Pacer(1e6, clock), clock)


def begin(services: Services, clock: Clock, client: Tmdb) -> None:
    """Another case: nothing was asked yet, it is NOW again, and nobody waits."""
    services.forget()
    clock.now = NOW
    client._pacer = Pacer(1e6, clock)


async def token(_: bool) -> str:
    """A token."""
    return "token-of-nobody"


class Told:
    """What functions log and count, which is their only word about what they refuse."""

    def __init__(self, out: StringIO) -> None:
        self._out = out

    def take(self) -> list[dict[str, Any]]:
        """The lines since this was last asked, log lines and metrics."""
        lines = [json.loads(line) for line in self._out.getvalue().split("\n") if line]
        self._out.seek(0)
        self._out.truncate()
        return lines


@contextmanager
def telling() -> Iterator[Told]:
    """Hear what the functions of this process tell, instead of standard output."""
    out = StringIO()
    stream = logger.registered_handler.setStream(out)  # type: ignore[attr-defined]  # Powertools makes a StreamHandler
    metrics.clear_metrics()
    try:
        with mock.patch("sys.stdout", out), mock.patch.object(metrics.provider, "namespace", "Tmdb/fuzz"):
            yield Told(out)
    finally:
        logger.registered_handler.setStream(stream)  # type: ignore[attr-defined]
        metrics.clear_metrics()


def measured(lines: list[dict[str, Any]], metric: Metric) -> float | None:
    """What a metric came to in those lines; None when nothing was said of it."""
    told = [value for line in lines if "_aws" in line for value in line.get(metric.label, ())]
    return sum(told) if told else None


def logged(lines: list[dict[str, Any]], event: str) -> list[dict[str, Any]]:
    """The lines of one event of the log."""
    return [line for line in lines if line.get("message") == event]


@contextmanager
def looped() -> Iterator[asyncio.Runner]:
    """A loop for what is asynchronous."""
    with asyncio.Runner() as runner:
        yield runner
