"""What must hold at every moment of every run, and at its end."""

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import orjson

from lambdas.collector.edge.bunny import MAX_AGE
from lambdas.common import codec
from lambdas.common.receipts import Receipt
from lambdas.common.state import OUTCOMES, Run
from tests.simulation.network import LATE
from tests.simulation.tmdb import LIMIT, SOCKETS

if TYPE_CHECKING:
    from tests.simulation.lambda_ import Process
    from tests.simulation.world import World

PUT_SECONDS = 30.0
_BUG = re.compile(r"unexpected \w+ at \w+\.py:")
GRACE = 5.0
"""Seconds before the end of an outage in which a failure may look like the id's own."""
MASS_GONE, MESSAGE = 100, 50


class Violated(AssertionError):
    """An invariant does not hold."""


class Watch:
    """Looks at every write, and at the world when all is quiet."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.own: set[int] = set()
        """Ids that met a fault of their own."""
        self.sent: dict[str, Counter[int]] = {}
        """By run, what its harvester had accepted by SQS."""
        self.receipts: dict[str, dict[str, Receipt]] = {}
        self.violated = ""
        """The first thing that did not hold: whoever caught its exception, the run ends."""

    # as it happens

    def struck(self, fault: str, path: str, process: "Process") -> None:
        """A fault met a request."""
        name = path.partition(".")[0].rpartition("/")[2]
        if name.isdigit():
            self.own.add(int(name))
        if fault.startswith("lambda_killed") and len(process.ids) == 1:
            self.own.update(process.ids)

    def outage(self, path: str, left: float) -> None:
        """A request met an outage that has `left` seconds to go."""
        if left < GRACE and path != "configuration":
            self.own.add(int(path.rpartition("/")[2]) if path.rpartition("/")[2].isdigit() else 0)

    def accepted(self, item: dict[str, Any]) -> None:
        """SQS took a work item of the harvester's."""
        self.sent.setdefault(item["run"], Counter()).update(item["ids"])

    def written(self, operation: str, asked: dict[str, Any]) -> None:
        """DynamoDB did a write."""
        if operation == "TransactWriteItems":
            put = asked["TransactItems"][0]["Put"]["Item"]
            run, key = put["pk"]["S"].partition("#")[2], put["sk"]["S"]
            receipts = self.receipts.setdefault(run, {})
            if key not in receipts:
                receipts[key] = Receipt.from_json(put["receipt"]["S"])
                self._check_receipt(run, receipts[key])
        elif asked["Key"]["pk"]["S"] == "WATERMARK":
            self._check_watermark(asked["ExpressionAttributeValues"][":through"]["S"])

    def _check_receipt(self, run: str, receipt: Receipt) -> None:
        poison = self._world.tmdb.poison
        blamed = {*receipt.retry, *receipt.dead}
        innocent = blamed - self.own - poison
        if self._world.fired("mass_dead") or self._world.fired("mass_gone"):
            innocent = {id for id in innocent if id not in receipt.dead}
        self._demand(not innocent, f"no id loses an attempt through others: {sorted(innocent)[:5]} of {run}")
        bugs = [reason for reason in receipt.dead.values() if _BUG.search(reason)]
        self._demand(not bugs, f"no id trips a bug: {bugs[:1]}")
        reasons = Counter(receipt.dead.values()).most_common(1)
        if reasons and not self._world.accepted:
            size = sum(len(getattr(receipt, name)) for name in (*OUTCOMES, "retry", "returned"))
            self._demand(
                reasons[0][1] < 10 or 2 * reasons[0][1] <= size, f"a mass of dead ids stops the line: {reasons[0]}"
            )

    def _check_watermark(self, through: str) -> None:
        queued = {id for run, ids in self.sent.items() if "-sync-" in run for id in ids}
        for day, ids in self._world.tmdb.changes.items():
            if day.isoformat() <= through:
                lost = set(ids) - queued
                self._demand(not lost, f"the watermark {through} never passes work not queued: {sorted(lost)[:5]}")

    def quiet(self) -> None:
        """Check what can be checked at any time."""
        tmdb = self._world.tmdb
        self._demand(tmdb.most_a_second <= LIMIT, f"never more than {LIMIT} requests a second: {tmdb.most_a_second}")
        self._demand(tmdb.most_open <= SOCKETS, f"never more than {SOCKETS} sockets: {tmdb.most_open}")

    # at the end

    def finish(self) -> None:
        """Check everything, when nothing is left to do."""
        self.quiet()
        world = self._world
        self._demand(not world.queue.redriven, "no message is buried whole")
        self._demand(world.collector.cut <= world.hung, f"{world.collector.cut} invocations were ended by their limit")
        runs = [Run.from_item({k: next(iter(v.values())) for k, v in item.items()}) for item in world.runs()]
        listed = [run for run in runs if run.listed_at is not None]
        self._demand(len(listed) >= 2, "export and sync came to their ends")
        for run in listed:
            self._check_run(run)
        self._check_dead()
        self._check_edge()
        self._check_replaced()

    def _check_run(self, run: Run) -> None:
        receipts = self.receipts.get(run.run, {}).values()
        settled = {name: [id for receipt in receipts for id in getattr(receipt, name)] for name in OUTCOMES}
        for name, ids in settled.items():
            self._demand(len(ids) == getattr(run, name), f"counter {name} of {run.run} agrees with its receipts")
        known = [id for ids in settled.values() for id in ids]
        sent = set(self.sent.get(run.run, ()))
        lost, made_up = sent - set(known), set(known) - sent
        self._demand(not lost, f"nothing is lost: {len(lost)} ids of {run.run}, as {sorted(lost)[:5]}")
        self._demand(not made_up, f"nothing is settled that was not harvested: {sorted(made_up)[:5]}")
        self._demand(run.done, f"{run.run} is done: {run.settled} of {run.harvested} settled")
        if run.mode == "export":
            self._demand(sent == set(self._world.tmdb.ids), f"{run.run} harvests every id")
            twice = [id for id, times in Counter(known).items() if times > 1]
            self._demand(not twice, f"no id is settled twice: {twice[:5]} of {run.run}")
            self._demand(run.harvested == len(sent), f"{run.run} counts what it harvested")

    def _check_dead(self) -> None:
        world, tmdb = self._world, self._world.tmdb
        letters = [orjson.loads(body) for body in world.dead_letters]
        self._demand(
            all(len(letter["ids"]) == 1 and letter["reason"] for letter in letters), "dead alone, with a reason"
        )
        buried = {(letter["run"], letter["ids"][0]) for letter in letters}
        dead = {(run, id) for run, rs in self.receipts.items() for receipt in rs.values() for id in receipt.dead}
        self._demand(buried == dead, f"dead letters are the dead: {sorted(buried ^ dead)[:5]}")
        mass = world.fired("mass_gone") or world.fired("mass_dead")
        innocent = {id for _, id in dead} - tmdb.poison - self.own
        self._demand(bool(mass) or not innocent, f"only poison dies: {sorted(innocent)[:5]}")
        alive = tmdb.poison - {id for _, id in dead}
        self._demand(bool(mass) or not alive, f"all poison dies: {sorted(alive)[:5]}")

    def _check_edge(self) -> None:
        world, tmdb = self._world, self._world.tmdb
        receipts = [receipt for receipts in self.receipts.values() for receipt in receipts.values()]
        kept = {id for receipt in receipts for id in (*receipt.stored, *receipt.unchanged)}
        gone = {id for receipt in receipts for id in receipt.gone}
        false = gone - tmdb.gone
        most = MASS_GONE + 2 * MESSAGE if world.fired("mass_gone") and not world.accepted else len(gone)
        self._demand(world.fired("mass_gone") or not false, f"only what TMDB lacks is gone: {sorted(false)[:5]}")
        self._demand(len(false) <= most, f"a mass of gone ids stops the line: {len(false)}")
        overtaken = {int(key.partition(".")[0].rpartition("/")[2]) for key, _, _ in world.edge.replaced}
        for id in kept - false - overtaken:
            there = world.edge.objects.get(f"movie/{id}.pb.lz4")
            self._demand(there is not None, f"what is stored is at the edge: {id}")
            if there:
                body = codec.decode("movie", there.blob)
                right = body["title"] == orjson.loads(tmdb.body(id))["title"]
                self._demand(right, f"the newest is at the edge: {body['title']}")
        left = {id for id in gone - false if f"movie/{id}.pb.lz4" in world.edge.objects}
        self._demand(not left, f"what is gone is not at the edge: {sorted(left)[:5]}")

    def _check_replaced(self) -> None:
        for key, older, age in self._world.edge.replaced:
            bound = 0.0 if self._world.on_s3 else MAX_AGE + PUT_SECONDS + LATE
            self._demand(age <= bound, f"an older fetch never wins: {key}, {older} s older, written {age:.0f} s after")

    def _demand(self, holds: object, what: str) -> None:
        if not holds:
            self.violated = self.violated or what
            raise Violated(what)
