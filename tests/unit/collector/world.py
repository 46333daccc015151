"""A small world for the collector: TMDB answers from a dict, the edge and the queues are in memory, time is ours.

The state table is the real `State` on moto's DynamoDB.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import orjson

from lambdas.collector.collect import Collected, Collector, collect
from lambdas.collector.content import content_digest
from lambdas.collector.edge import EdgeDown
from lambdas.common import codec
from lambdas.common.bronze import Line, read_lines
from lambdas.common.datasets import Mode
from lambdas.common.http import Response
from lambdas.common.pacer import Pacer
from lambdas.common.state import Run, State
from lambdas.common.tmdb import Tmdb
from lambdas.common.work import WorkItem
from tests.unit.aws import aws

NOW = 1_790_000_000.0
RUN = "movie-export-20260921T130000Z-00ff"
GONE = Response(404, {}, b'{"success":false,"status_code":34,"status_message":"The resource could not be found."}')
NOTHING: dict[str, list[Any]] = {f"{kind}_results": [] for kind in ("movie", "person", "tv", "tv_episode", "tv_season")}
"""What /find shows of an id that TMDB does not know."""
OUTAGE = Response(503, {}, b"<html>503</html>")
HTML = Response(502, {}, b"<html>Bad Gateway</html>")
INVALID = Response(500, {}, b'{"success":false,"status_code":44,"status_message":"The ID is invalid."}')

Answer = Response | Exception | Callable[[], Response]


class FakeClock:
    """Stands still but for sleeps and `advance`."""

    def __init__(self) -> None:
        self.now = NOW

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def advance(self, seconds: float) -> None:
        self.now += seconds


class FakeTmdb:
    """Answers `movie/550` from what was put under that path: the last answer again and again, others once."""

    def __init__(self) -> None:
        self.answers: dict[str, deque[Answer]] = {}
        self.asked: list[str] = []
        self.queries: list[str] = []
        self.default: Answer | None = None
        self.tokens: list[str] = []
        self.on_request: Callable[[str], None] = lambda path: None

    def put(self, path: str, *answers: Answer | Mapping[str, Any]) -> None:
        self.answers[path] = deque(ok(answer) if isinstance(answer, Mapping) else answer for answer in answers)

    def put_pages(self, path: str, *pages: Mapping[str, Any]) -> None:
        """Answer each page of a list by its number."""
        self.put(path, lambda: ok(pages[int(self.queries[-1].removeprefix("page=")) - 1]))

    def finds(self, number: int, **rows: list[Any]) -> None:
        """Show these rows under an IMDb id, and nothing in the other lists."""
        self.put(f"find/tt{number:07d}", NOTHING | rows)

    def has_popular_movie(self, id: int = 11) -> None:
        """Show a movie among the popular ones, with its own number as IMDb id, under which it is found."""
        self.put("movie/popular", {"page": 1, "results": [{"id": id}], "total_pages": 1})
        self.put(f"movie/{id}", {"id": id, "imdb_id": f"tt{id:07d}"})
        self.finds(id, movie_results=[{"id": id}])

    async def request(self, method: str, url: str, **options: Any) -> Response:
        parts = urlsplit(url)
        path = parts.path.removeprefix("/3/")
        self.asked.append(path)
        self.queries.append(parts.query)
        self.tokens.append(options["headers"]["Authorization"])
        self.on_request(path)
        waiting = self.answers.get(path)
        answer = waiting.popleft() if waiting and len(waiting) > 1 else waiting[0] if waiting else self.default or GONE
        if isinstance(answer, Exception):
            raise answer
        if not isinstance(answer, Response):
            return answer()
        if answer.status != 200:
            return answer
        asked = parse_qs(parts.query).get("append_to_response", [""])[0].split(",")
        body = orjson.loads(answer.body)
        kept = {k: v for k, v in body.items() if not k.startswith("season/") or k in asked}
        return answer if kept == body else Response(200, {}, orjson.dumps(kept))


class MemoryEdge:
    """Objects in a dict; keys in `broken` are not taken."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.writes: list[str] = []
        self.broken: Callable[[str], bool] = lambda key: False
        self.digests: dict[str, str] = {}
        self.compares = False

    async def holds(self, key: str, digest: str, *, fetched_at: int) -> bool:
        return self.compares and self.digests.get(key) == digest

    async def put(self, key: str, blob: bytes, *, fetched_at: int, digest: str = "") -> None:
        self._check(key)
        self.writes.append(key)
        self.objects[key], self.digests[key] = blob, digest

    async def get(self, key: str) -> bytes | None:
        self._check(key)
        return self.objects.get(key)

    async def delete(self, key: str) -> None:
        self._check(key)
        self.objects.pop(key, None)

    async def list(self, folder: str) -> list[str]:
        return [key for key in self.objects if key.startswith(f"{folder}/")]

    def _check(self, key: str) -> None:
        if self.broken(key):
            raise EdgeDown(f"{key} not taken")


class MemoryBronze:
    """Objects in a dict, each put once; `failure` is raised instead."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.failure: Exception | None = None

    async def put(self, key: str, blob: bytes) -> None:
        if self.failure:
            raise self.failure
        self.objects.setdefault(key, blob)

    @property
    def lines(self) -> list[Line]:
        """All that was recorded, object after object."""
        return [line for blob in self.objects.values() for line in read_lines(blob)]


class MemoryQueue:
    """Remembers what was sent: (item, delay)."""

    def __init__(self) -> None:
        self.sent: list[tuple[WorkItem, int]] = []
        self.forwarded: list[tuple[str, str]] = []
        self.failure: Exception | None = None

    async def send(self, items: Iterable[WorkItem], *, delay: int = 0) -> int:
        if self.failure:
            raise self.failure
        new = [(WorkItem.from_json(item.to_json()), delay) for item in items]
        self.sent += new
        return len(new)

    async def forward(self, body: str, reason: str) -> None:
        self.forwarded.append((body, reason))

    async def backlog(self) -> int:
        return len(self.sent)

    @property
    def items(self) -> list[WorkItem]:
        return [item for item, _ in self.sent]


class FakeLine:
    """Counts how often the line was stopped."""

    def __init__(self) -> None:
        self.stops = 0

    async def stop(self) -> None:
        self.stops += 1


class World:
    """Everything a collector works with, and `collect` to use it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.transport = FakeTmdb()
        self.transport.put("configuration", {"images": {}})
        self.edge = MemoryEdge()
        self.bronze = MemoryBronze()
        self.queue = MemoryQueue()
        self.dead_letters = MemoryQueue()
        self.line = FakeLine()
        make_table("state")
        self.state = State("state", aws())
        self.token = "token-of-the-tests"
        self.using = Collector(
            tmdb=Tmdb("https://tmdb/3", self._token, self.transport, Pacer(1000, self.clock), self.clock),
            edge=self.edge,
            bronze=self.bronze,
            digest=content_digest(),
            queue=self.queue,
            dead_letters=self.dead_letters,
            state=self.state,
            line=self.line,
            clock=self.clock,
            random=Random(1),
            connections=4,
            retry_delay=30,
            outage_delay=900,
        )

    async def _token(self, afresh: bool) -> str:
        return self.token

    def movies(self, *ids: int) -> None:
        for id in ids:
            self.transport.put(f"movie/{id}", {"id": id, "title": f"Movie {id}"})

    async def collect(self, item: WorkItem, *, receives: int = 1, seconds: float = 100) -> Collected:
        return await collect(item, receives=receives, deadline=self.clock.now + seconds, using=self.using)

    async def run(self) -> Run:
        run = await self.state.run(RUN)
        assert run is not None
        return run

    def title(self, key: str, dataset: str = "movie") -> dict[str, Any]:
        return codec.decode(dataset, self.edge.objects[key])


def ok(body: Mapping[str, Any]) -> Response:
    """An answer with this body."""
    return Response(200, {}, orjson.dumps(body))


def keys(*ids: int) -> set[str]:
    """Edge keys of movies."""
    return {f"movie/{id}.pb.lz4" for id in ids}


def item(*ids: int, attempt: int = 0, dataset: str = "movie", run: str = "") -> WorkItem:
    """A work item, of RUN or one like it."""
    return WorkItem(
        run=run or RUN.replace("movie", dataset), dataset=dataset, mode=Mode.EXPORT, ids=ids, attempt=attempt
    )


def reviews(*ids: str, pages: int = 1, total: int = 0) -> dict[str, Any]:
    """A page of reviews."""
    return {"results": [{"id": id, "content": id} for id in ids], "total_pages": pages, "total_results": total}


def make_table(name: str) -> None:
    """Create a state table."""
    client = boto3.client("dynamodb", region_name="us-east-1")
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )
