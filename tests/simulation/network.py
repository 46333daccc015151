"""All that processes reach: each request finds its service, waits its time, and meets its fault on the way."""

import asyncio
import re
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

import orjson

from lambdas.common.clock import Clock
from lambdas.common.errors import Retry
from lambdas.common.http import Response
from tests.simulation.clock import VirtualClock
from tests.simulation.dynamodb import Answered
from tests.simulation.tmdb import SUSPENDED

if TYPE_CHECKING:
    from tests.simulation.lambda_ import Process
    from tests.simulation.world import World

HTML = b"<html>Bad gateway</html>"
LATE = 20.0
"""Seconds after its sender gave up that a late write arrives at the latest."""
MAY_ARRIVE = 0.5
"""How probably a call is done that was called off on its way."""
SKEW = 1.0
"""Seconds by which a process's clock may be wrong."""
_FIRST_NUMBER = re.compile(r"\d+")
_ANSWERS = {
    "tmdb_429": Response(429, {}, b""),
    "tmdb_429_retry_after": Response(429, {"retry-after": "3"}, b""),
    "tmdb_429_garbage": Response(429, {"retry-after": "soon"}, b""),
    "tmdb_401": SUSPENDED,
    "tmdb_500": Response(500, {}, b"{}"),
    "tmdb_502_html": Response(502, {}, HTML),
    "tmdb_503": Response(503, {}, b""),
    "tmdb_html_200": Response(200, {}, HTML),
    "tmdb_soft_404": Response(404, {}, HTML),
    "tmdb_redirect": Response(302, {"location": "https://elsewhere"}, b""),
    "tmdb_cut_json": Response(200, {}, b'{"id":1,"title":"Mov'),
    "tmdb_other_title": Response(200, {}, b'{"id":2147483647,"title":"Another"}'),
    "s3_409": Response(409, {}, b""),
    "s3_412": Response(412, {}, b""),
    "bunny_400": Response(400, {}, b""),
    "bunny_401": Response(401, {}, b""),
    "bunny_429": Response(429, {}, b""),
    "dynamodb_throttled": Response(400, {}, b'{"__type":"a#ProvisionedThroughputExceededException"}'),
    "dynamodb_conflict": Response(400, {}, b'{"__type":"a#TransactionConflictException"}'),
}
_ANSWERS |= {
    f"{name}_{status}": Response(status, {}, b"")
    for name in ("s3", "bunny", "dynamodb", "sqs", "ssm", "lambda_api", "events")
    for status in (500, 503)
}
_CONDITIONAL = ("s3_409", "s3_412")
_SLOWEST = {"tmdb": 25.0, "s3": 10.0, "bunny": 25.0, "dynamodb": 3.0}


class Call(NamedTuple):
    """What a process sends, and how many seconds it waits for an answer."""

    headers: Mapping[str, str]
    body: bytes
    timeout: float


class Asked(NamedTuple):
    """A call as the service gets it. `path` of S3 begins with the bucket."""

    service: str
    path: str
    query: str
    method: str
    call: Call

    @property
    def operation(self) -> str:
        """What names this request wherever else the run goes: no times, no versions."""
        if self.service in ("tmdb", "bunny", "s3"):
            page = self.query if "append_to_response" not in self.query else ""
            return f"{self.method} {self.service}/{self.path}{page}"
        name = self.call.headers.get("x-amz-target", self.path).rpartition(".")[2]
        if self.service == "sqs" and name == "SendMessageBatch":
            entries = orjson.loads(self.call.body)["Entries"]
            text = entries[0]["MessageBody"].partition('"dataset"')[2]
            return f"{name} {zlib.crc32(text.encode()):08x}"
        if self.service == "dynamodb":
            arguments = orjson.loads(self.call.body)
            item = arguments["TransactItems"][0]["Put"] if name == "TransactWriteItems" else arguments
            key = item.get("Key") or item.get("Item") or {"pk": {"S": ""}, "sk": {"S": ""}}
            sk = key["sk"]["S"] if key["pk"]["S"].startswith(("RECEIPT", "EXPORT")) else ""
            return f"{name} {key['pk']['S'].partition('#')[0]} {sk}"
        return f"{self.service} {name}"

    @property
    def id(self) -> int | None:
        """The id of the title or page that this is about, if it is about one."""
        if self.service not in ("tmdb", "bunny", "s3") or self.path.startswith("lake/") or "/changes" in self.path:
            return None
        number = _FIRST_NUMBER.search(self.path.removeprefix("edge/")) or _FIRST_NUMBER.search(self.query)
        return int(number[0]) if number else None


class Fate(NamedTuple):
    """What becomes of a call: its fault and its death if it has any, the seconds of its way, and a number in [0, 1)."""

    fault: str
    death: str
    seconds: float
    chance: float


class Network:
    """The way from a process to the services of a world."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._loop = asyncio.get_running_loop()

    async def request(self, process: "Process", method: str, url: str, call: Call) -> Response:
        """What the service at `url` answers. Raises Retry when no answer comes, CancelledError in a dead process."""
        process.check()
        where, _, query = url.removeprefix("https://").partition("?")
        host, _, path = where.partition("/")
        asked = Asked(*self._service(host, path), query, method, call)
        service = asked.service
        faults, tmdb = self._world.faults, self._world.tmdb
        operation = asked.operation
        fault, length = faults.strike(service, operation)
        if fault in _CONDITIONAL and method != "PUT":
            fault = "s3_503"
        death, _ = faults.strike("process", operation)
        if fault or death:
            self._world.watch.struck(fault or death, asked.id, process)
        seconds = (0.08 + 0.2 * length) if service == "tmdb" else 0.005 + 0.04 * length
        if fault.endswith("_late"):
            seconds = LATE * length
        elif fault.endswith("_slow"):
            seconds = min(length * _SLOWEST[service], call.timeout - 0.1)
        fate = Fate(fault, death, seconds, length)
        if service != "tmdb":
            return await self._exchange(process, asked, fate)
        fate = fate._replace(seconds=seconds * tmdb.slowness(self._loop.time()))
        tmdb.asked(self._loop.time())
        tmdb.open += 1
        tmdb.most_open = max(tmdb.most_open, tmdb.open)
        try:
            return await self._exchange(process, asked, fate)
        finally:
            tmdb.open -= 1

    async def _exchange(self, process: "Process", asked: Asked, fate: Fate) -> Response:
        """A request on its way: done at its end, unless its fault or a death comes before.

        A late one is done so long after who sent it gave up, and one that is called off may be done all the same.
        """
        fault, death, seconds, chance = fate
        kind, timeout = fault.partition("_")[2], asked.call.timeout
        if kind in ("late", "hang") or seconds > timeout:
            if kind == "late":
                self._loop.call_later(timeout + seconds, self._answer, asked, fault)
            await asyncio.sleep(timeout)
            raise Retry(f"{asked.method} failed: TimeoutError")
        arrives = self._loop.time() + seconds
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            if chance < MAY_ARRIVE:
                self._loop.call_at(arrives, self._answer, asked, "")
            raise
        process.check()
        if death == "lambda_killed_before":
            process.kill()
        if kind == "reset":
            raise Retry(f"{asked.method} failed: ClientOSError")
        tmdb = asked.service == "tmdb"
        answer = (self._windows(asked) if tmdb else None) or _ANSWERS.get(fault) or self._answer(asked, fault)
        if death or (tmdb and self._world.tmdb_kills(asked)):
            process.kill()
        if kind == "lost_answer":
            raise Retry(f"{asked.method} failed: ServerDisconnectedError")
        if kind == "timeout_after_commit":
            await asyncio.sleep(timeout - seconds)
            raise Retry(f"{asked.method} failed: TimeoutError")
        return answer

    def _service(self, host: str, path: str) -> tuple[str, str]:
        if host in ("tmdb", "bunny"):
            return host, path.partition("/")[2]
        first, second, *_ = host.split(".")
        return ("s3", f"{first}/{path}") if second == "s3" else (first, path)

    def _answer(self, asked: Asked, fault: str) -> Response:
        """Have the service do it. Bytes that are wrong became so on their way there, or back."""
        if fault != "bunny_wrong_bytes":
            return self._done(asked, fault)
        answer = self._done(asked._replace(call=asked.call._replace(body=_damaged(asked.call.body))), "")
        return Response(answer.status, answer.headers, _damaged(answer.body))

    def _done(self, asked: Asked, fault: str) -> Response:
        world, now = self._world, self._world.clock.time()
        _, path, query, method, (headers, body, _) = asked
        match asked.service:
            case "tmdb":
                return world.tmdb.answer(path, query)
            case "bunny" if world.open("edge_outage"):
                return Response(503, {}, b"")
            case "bunny":
                return world.edge.answer(method, path, query, headers, body, now)
            case "s3":
                bucket, _, key = path.partition("/")
                if bucket == "edge" and world.open("edge_outage"):
                    return Response(503, {}, b"")
                store = world.edge if bucket == "edge" else world.lake
                return store.answer(method, key, query, headers, body, now)
            case "dynamodb":
                operation = headers["x-amz-target"].rpartition(".")[2]
                try:
                    arguments = orjson.loads(body)
                    answer = world.dynamodb.answer(operation, arguments)
                except Answered as error:
                    return Response(400, {}, orjson.dumps(error.said))
                if operation in ("TransactWriteItems", "UpdateItem"):
                    world.watch.written(operation, arguments)
                return Response(200, {}, orjson.dumps(answer))
            case _:
                return Response(200, {}, orjson.dumps(world.aws(asked.service, fault, headers, body)))

    def _windows(self, asked: Asked) -> Response | None:
        world = self._world
        if world.open("tmdb_outage"):
            world.watch.outage(asked.id, world.left("tmdb_outage"))
            return Response(503, {}, HTML)
        if world.open("tmdb_storm"):
            return _ANSWERS["tmdb_429"]
        if world.open("token_suspended"):
            world.watch.suspended()
            return SUSPENDED
        if world.tmdb.mass_gone and asked.id:
            return world.tmdb.answer(asked.path, asked.query)
        return world.tmdb.refuses(self._loop.time())

    def cold_clock(self, function: str) -> Clock:
        """The clock of a process that starts: none tells the time of another, and some are wrong."""
        fault, length = self._world.faults.strike("cold", f"start of a {function}")
        skew = SKEW * (2 * length - 1) if fault else 0.0
        return VirtualClock(self._world.loop, skew=skew, origin=10_000 * length)

    @asynccontextmanager
    async def stream(
        self, process: "Process", url: str
    ) -> AsyncIterator[tuple[int, Mapping[str, str], AsyncIterator[bytes]]]:
        process.check()
        fault, _ = self._world.faults.strike("exports", f"GET {url.rpartition('/')[2]}")
        await asyncio.sleep(0.5)
        process.check()
        data = self._world.tmdb.export()
        if fault == "exports_damaged":
            data = data[: len(data) // 2] + b"?" + data[len(data) // 2 + 1 :]
        length = {"content-length": str(len(data))}
        if fault in ("exports_cut", "exports_reset"):
            data = data[: len(data) // 2]

        async def chunks() -> AsyncIterator[bytes]:
            for start in range(0, len(data), 1 << 16):
                yield data[start : start + (1 << 16)]
            if fault == "exports_reset":
                raise Retry("GET failed: ClientOSError")

        yield (500 if fault == "exports_500" else 200), length, chunks()


def _damaged(data: bytes) -> bytes:
    """The same with one bit turned."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :] if data else data
