"""One run: a made-up TMDB mirrored by the real harvester and collectors, to its end or to what breaks."""

import asyncio
import datetime as dt
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any

import orjson

from lambdas.collector import handler as collector_handler
from lambdas.common.errors import PipelineError
from lambdas.harvester import handler as harvester_handler
from lambdas.harvester.event import Event
from lambdas.harvester.run import Harvester, Result
from tests.simulation.clock import VirtualClock, VirtualLoop
from tests.simulation.dynamodb import DynamoDb
from tests.simulation.faults import Faults
from tests.simulation.invariants import Violated, Watch
from tests.simulation.lambda_ import CURRENT, Context, Function, Killed
from tests.simulation.network import Network
from tests.simulation.sqs import Message, Queue, accepted
from tests.simulation.stages import COLLECTORS, PER_SECOND, Stages
from tests.simulation.stores import Store
from tests.simulation.tmdb import Tmdb

COLLECTOR_SECONDS, HARVESTER_SECONDS = 120.0, 900.0
PERSON_SECONDS = 600.0
"""So long it takes until a person looks at a stopped line."""
LONGEST = 2.5 * 86_400
"""Virtual seconds after which a run that has not ended never will."""
_LASTS = {"tmdb_outage": 3600.0, "tmdb_storm": 60.0, "edge_outage": 1800.0}


class World:
    """Everything there is in one run."""

    def __init__(self, loop: VirtualLoop, ids: int, faults: Faults, seed: int) -> None:
        self.clock = VirtualClock(loop)
        self.faults = faults
        self.on_s3 = seed % 2 == 1
        self._random = Random(seed)
        self.tmdb = Tmdb(ids)
        self.queue = Queue()
        self.dead_letters: list[str] = []
        self.dynamodb = DynamoDb()
        self.edge = Store(conditional=self.on_s3)
        self.lake = Store(conditional=True)
        self.watch = Watch(self)
        self.network = Network(self)
        stages = Stages(self.clock, self._random, on_s3=self.on_s3)
        self.collector = Function(self.network, stages.collector, COLLECTOR_SECONDS)
        self.harvester = Function(self.network, stages.harvester, HARVESTER_SECONDS)
        self.events: deque[dict[str, Any]] = deque()
        self.enabled = True
        self.stops = 0
        self.accepted = False
        self.ended = False
        self._until: dict[str, float] = {}

    # windows

    def open(self, window: str) -> bool:
        return self._until.get(window, 0.0) > self.clock.monotonic()

    def left(self, window: str) -> float:
        return self._until[window] - self.clock.monotonic()

    def fired(self, window: str) -> bool:
        return window in self._until

    @property
    def hung(self) -> int:
        """Calls that took their whole timeout: each may cost an invocation its end."""
        return sum(fault.startswith(("s3_late", "bunny_late", "dynamodb_slow")) for fault in self.faults.fired)

    def tmdb_kills(self, path: str) -> bool:
        id = path.removeprefix("movie/")
        return id.isdigit() and int(id) in self.tmdb.deadly and not self.tmdb.mass_gone

    async def _window(self, name: str, start: float) -> None:
        await asyncio.sleep(start)
        if self.ended or not self.faults.window(name, start):
            return
        self._until[name] = self.clock.monotonic() + _LASTS.get(name, LONGEST)
        if name.startswith("mass"):
            setattr(self.tmdb, name, True)

    # what the functions reach

    def aws(self, service: str, fault: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """The answers of the smaller services."""
        asked = orjson.loads(body)
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        match service, operation:
            case "sqs", "SendMessageBatch":
                taken, answer = accepted(asked["Entries"], fault)
                for entry in taken:
                    self._send(asked["QueueUrl"], entry["MessageBody"], entry["DelaySeconds"])
                return answer
            case "sqs", "GetQueueAttributes":
                return {"Attributes": dict.fromkeys(asked["AttributeNames"], str(self.queue.waiting))}
            case "ssm", "GetParameter":
                return {"Parameter": {"Value": "the-mapping"}}
            case "lambda", "":
                self.stops += self.enabled
                self.enabled = False
                return {}
            case "events", "PutEvents":
                if fault == "events_refused":
                    return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}
                self.events += [orjson.loads(entry["Detail"]) for entry in asked["Entries"]]
                return {"FailedEntryCount": 0, "Entries": [{}]}
        raise NotImplementedError(f"{service} {operation}")

    def _send(self, queue: str, body: str, delay: float) -> None:
        if queue == "dead":
            self.dead_letters.append(body)
            return
        if isinstance(CURRENT.get().using, Harvester):
            self.watch.accepted(orjson.loads(body))
        self.queue.put(body, self.clock.monotonic(), delay)

    def runs(self) -> Iterator[Any]:
        yield from self.dynamodb.items.get("RUN", {}).values()

    # what happens

    async def live(self) -> None:
        """From the first event to the end. Raises Violated."""
        estimate = len(self.tmdb.ids) / (COLLECTORS * PER_SECOND)
        background = [asyncio.create_task(self._poll()) for _ in range(COLLECTORS)]
        background.append(asyncio.create_task(self._person()))
        for name, chance in (
            ("tmdb_outage", 0.3),
            ("tmdb_storm", 0.5),
            ("edge_outage", 0.3),
            ("mass_gone", 0.3),
            ("mass_dead", 0.3),
            ("token_suspended", 0.2),
        ):
            if self.faults.chance(name, "opens") < chance:
                start = round(3 + 0.8 * estimate * self.faults.chance(name, "when"))
                background.append(asyncio.create_task(self._window(name, start)))
        try:
            await self._harvest({"dataset": "movie", "mode": "export", "select": "all"}, background)
            await self._drain(len(self.tmdb.ids) // 100, background)
            self._change()
            await self._harvest({"dataset": "movie", "mode": "sync"}, background)
            await self._drain(0, background)
            self.watch.finish()
        finally:
            self.ended = True
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

    def _change(self) -> None:
        """What changes at TMDB between export and sync, over five days of its feed."""
        today = dt.datetime.fromtimestamp(self.clock.time(), dt.UTC).date()
        before = today - dt.timedelta(days=5)
        item = {"pk": {"S": "WATERMARK"}, "sk": {"S": "movie"}, "through": {"S": before.isoformat()}}
        self.dynamodb.items["WATERMARK"] = {"movie": item}
        for ago in range(5):
            day = today - dt.timedelta(days=ago)
            ids = [id for id in self.tmdb.ids if self.faults.chance("change", ago, id) < 0.02]
            self.tmdb.changes[day] = ids
            for id in ids:
                self.tmdb.versions[id] = self.tmdb.versions.get(id, 0) + 1

    async def _harvest(self, event: dict[str, Any], background: Iterable["asyncio.Task[None]"]) -> None:
        """Have an event harvested, and what continues it; one that fails is tried again as the same request."""
        self.events.append(event)
        number = 0
        while self.events:
            number += 1
            await self._try(self.events.popleft(), f"{event['mode']}-{number}", background)

    async def _try(self, event: dict[str, Any], request: str, background: Iterable["asyncio.Task[None]"]) -> None:
        async def work(context: Context) -> Result:
            seconds = context.get_remaining_time_in_millis() / 1000 - harvester_handler.RESERVE_SECONDS
            return await harvester_handler._harvest(Event.parse(event), request, seconds)

        for _ in range(1000):
            self._check(background)
            try:
                await self.harvester.invoke(work)
            except (Killed, PipelineError):
                await asyncio.sleep(60)
            else:
                return
        raise Violated(f"{event} is never harvested")

    async def _drain(self, down_to: int, background: Iterable["asyncio.Task[None]"]) -> None:
        while self.queue.waiting > down_to:
            self._check(background)
            await asyncio.sleep(1)

    def _check(self, background: Iterable["asyncio.Task[None]"]) -> None:
        for task in background:
            if task.done() and not task.cancelled():
                task.result()
        if self.watch.violated:
            raise Violated(self.watch.violated)
        if self.clock.monotonic() > LONGEST:
            raise Violated(f"the run comes to an end: {self.queue.waiting} messages wait")

    async def _poll(self) -> None:
        """The event source mapping: one of its pollers, which waits for its invocation."""
        while True:
            message = self.queue.receive(self.clock.monotonic(), self._random.random()) if self.enabled else None
            if message is None:
                await asyncio.sleep(1)
            else:
                await self._deliver(message)

    async def _deliver(self, message: Message) -> None:
        item = orjson.loads(message.body)
        place = f"deliver {item['ids'][0]}-{item['attempt']}-{len(item['ids'])} of {item['mode']}"
        fault, length = self.faults.strike("delivery", place)
        if fault == "lambda_throttled":
            if len(item["ids"]) == 1:
                self.watch.own.update(item["ids"])
            return
        if fault == "sqs_delivered_twice":
            self.queue.again(message, self.clock.monotonic() + 10 * length)
        attributes = {"ApproximateReceiveCount": str(message.receives)}
        record = {"body": message.body, "messageId": message.id, "attributes": attributes}

        async def work(context: Context) -> dict[str, Any]:
            return await collector_handler._collect_records([record], context)

        try:
            answer = await self.collector.invoke(work, tuple(item["ids"]))
        except Killed:
            return
        self.watch.quiet()
        if not answer["batchItemFailures"] and fault != "sqs_acknowledgement_lost":
            self.queue.acknowledge(message)

    async def _person(self) -> None:
        """Looks at a stopped line, mends what is broken, and lets the run go on when that was not enough."""
        while True:
            await asyncio.sleep(30)
            if self.enabled:
                continue
            await asyncio.sleep(PERSON_SECONDS)
            self.tmdb.mass_gone = self.tmdb.mass_dead = False
            for window in ("mass_gone", "mass_dead", "token_suspended"):
                if self.fired(window):
                    self._until[window] = 0.0
            if self.stops > 2:
                self.accepted = True
                for run in self.runs():
                    run["accepted"] = {"N": "1"}
            self.enabled = True
