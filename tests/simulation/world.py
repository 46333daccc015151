"""One made-up world: a TMDB, the services of AWS, and the functions, which live until nothing is left to do."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
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
from tests.simulation.end import End
from tests.simulation.faults import WINDOWS, Faults
from tests.simulation.invariants import Violated, Watch
from tests.simulation.lambda_ import CURRENT, Context, Delivery, Function, Killed
from tests.simulation.network import Asked, Network
from tests.simulation.sqs import Message, Queue, accepted
from tests.simulation.stages import COLLECTORS, PER_SECOND, Stages
from tests.simulation.stores import Store
from tests.simulation.tmdb import Tmdb

COLLECTOR_SECONDS, HARVESTER_SECONDS = 120.0, 900.0
PERSON_SECONDS = 600.0
"""So long it takes until a person looks at a stopped line."""
_DAYS, _SECONDS_AN_ID = 2.5 * 86_400, 0.5
"""How long a run may take: one that has not ended after this never will."""
LONGEST_DELAY = 3600.0
"""Seconds by which SQS may be late."""
_AGAIN_AFTER = {"sqs_delivered_twice": 60.0, "sqs_visibility_expired": 3.0}
"""Seconds in which a message is seen once more: by then it is done, or in the middle of the work."""
_LASTS = {"tmdb_outage": 3600.0, "tmdb_storm": 60.0, "edge_outage": 1800.0}


class World:
    """Everything there is in one run."""

    def __init__(self, loop: VirtualLoop, tmdb: Tmdb, faults: Faults, seed: int) -> None:
        self.loop = loop
        self.clock = VirtualClock(loop)
        self.faults = faults
        self.on_s3 = seed % 2 == 1
        self._random = Random(seed)
        self.tmdb = tmdb
        self.queue = Queue()
        self.dead_letters: list[str] = []
        self.dynamodb = DynamoDb()
        self.edge = Store(conditional=self.on_s3)
        self.lake = Store(conditional=True)
        self.watch = Watch(self)
        self.network = Network(self)
        stages = Stages(self._random, on_s3=self.on_s3)
        self.collector = Function(self.network, "collector", stages.collector, COLLECTOR_SECONDS)
        self.harvester = Function(self.network, "harvester", stages.harvester, HARVESTER_SECONDS)
        self.longest = _DAYS + _SECONDS_AN_ID * len(tmdb.ids)
        self.enabled = True
        self.stops = self.harvests = self.delivered_while_stopped = 0
        self.accepted = False
        self.ended = False
        self._events: deque[dict[str, Any]] = deque()
        self._until: dict[str, float] = {}
        self._background: list[asyncio.Task[None]] = []

    # windows

    def open(self, window: str) -> bool:
        return self._until.get(window, 0.0) > self.clock.monotonic()

    def left(self, window: str) -> float:
        return self._until[window] - self.clock.monotonic()

    def fired(self, window: str) -> bool:
        return window in self._until

    def lately(self, seconds: float) -> bool:
        """Whether anything went wrong for everybody in the last `seconds`."""
        return not self.enabled or any(until > self.clock.monotonic() - seconds for until in self._until.values())

    def tmdb_kills(self, asked: Asked) -> bool:
        return asked.id in self.tmdb.deadly and not self.tmdb.mass_gone

    async def _window(self, name: str, start: float) -> None:
        await asyncio.sleep(start)
        if self.ended or not self.faults.window(name, start):
            return
        self._until[name] = self.clock.monotonic() + _LASTS.get(name, self.longest)
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
                late = LONGEST_DELAY * self._random.random() if fault == "sqs_delayed" else 0
                for entry in taken:
                    self._send(asked["QueueUrl"], entry["MessageBody"], entry["DelaySeconds"] + late)
                return answer
            case "sqs", "GetQueueAttributes":
                return {"Attributes": dict.fromkeys(asked["AttributeNames"], str(self.queue.waiting))}
            case "ssm", "GetParameter":
                return {"Parameter": {"Value": "the-mapping"}}
            case "lambda", "":
                self.stops += self.enabled
                self.enabled = False
                self.watch.stopped()
                return {}
            case "events", "PutEvents":
                if fault == "events_refused":
                    return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}
                self._events += [orjson.loads(entry["Detail"]) for entry in asked["Entries"]]
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

    async def live(self, story: Callable[["World"], Awaitable[None]]) -> None:
        """Let things happen as the story tells, and check what came of them. Raises Violated."""
        self._background = [asyncio.create_task(self._poll()) for _ in range(COLLECTORS)]
        self._background.append(asyncio.create_task(self._person()))
        try:
            await story(self)
            await self.drain()
            End(self).check()
        finally:
            self.ended = True
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, *self._background, return_exceptions=True)

    def break_down(self, windows: Iterable[str] = WINDOWS) -> None:
        """Let some of these things go wrong for everybody, each for a while and at its time."""
        estimate = len(self.tmdb.ids) / (COLLECTORS * PER_SECOND)
        for name in windows:
            chance = WINDOWS[name]
            if self.faults.chance(name, "opens") < chance:
                self.break_down_at(name, round(3 + 0.8 * estimate * self.faults.chance(name, "when")))

    def break_down_at(self, window: str, start: float) -> None:
        """Let a thing go wrong for everybody `start` seconds from now, for as long as it lasts."""
        self._background.append(asyncio.create_task(self._window(window, start)))

    async def harvest(self, **event: Any) -> None:
        """Have an event harvested, and what continues it; one that fails is tried again as the same request."""
        self._events.append(event)
        self.harvests += 1
        number = 0
        while self._events:
            number += 1
            await self._try(self._events.popleft(), f"{event['mode']}-{number}-{self.clock.monotonic():.0f}")

    async def _try(self, event: dict[str, Any], request: str) -> None:
        async def work(context: Context) -> Result:
            seconds = context.get_remaining_time_in_millis() / 1000
            return await harvester_handler._harvest(Event.parse(event), request, seconds)

        for _ in range(1000):
            self._check()
            try:
                await self.harvester.invoke(work)
            except (Killed, PipelineError):
                await asyncio.sleep(60)
            else:
                return
        raise Violated(f"{event} is never harvested")

    async def drain(self, down_to: int = 0) -> None:
        """Wait until the queue has become this short."""
        while self.queue.waiting > down_to:
            self._check()
            await asyncio.sleep(1)

    def _check(self) -> None:
        for task in self._background:
            if task.done() and not task.cancelled():
                task.result()
        if self.watch.violated:
            raise Violated(self.watch.violated)
        self.watch.quiet()
        if self.clock.monotonic() > self.longest:
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
        self.delivered_while_stopped += not self.enabled
        item = orjson.loads(message.body)
        place = f"deliver {item['ids'][0]}-{item['attempt']}-{len(item['ids'])} of {item['mode']}"
        fault, length = self.faults.strike("delivery", place)
        if fault.startswith("lambda") and len(item["ids"]) == 1:
            self.watch.own.update(item["ids"])
        if fault == "lambda_throttled":
            return
        if fault in _AGAIN_AFTER:
            self.queue.again(message, self.clock.monotonic() + _AGAIN_AFTER[fault] * length)
        delivery = Delivery(
            ids=tuple(item["ids"]),
            receives=message.receives,
            dies_after=3 * length if fault in ("lambda_out_of_memory", "lambda_timeout") else None,
            hangs=fault == "lambda_timeout",
        )
        attributes = {"ApproximateReceiveCount": str(message.receives)}
        record = {"body": message.body, "messageId": message.id, "attributes": attributes}

        async def work(context: Context) -> dict[str, Any]:
            return await collector_handler._collect_records([record], context)

        try:
            answer = await self.collector.invoke(work, delivery)
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
