"""What must hold at every moment of every run."""

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from lambdas.collector.collect import Collector
from lambdas.collector.suspicion import SUSPICIOUS_UNSEEN
from lambdas.common.receipts import Receipt
from lambdas.common.state import OUTCOMES
from tests.simulation.lambda_ import CURRENT
from tests.simulation.tally import Tally
from tests.simulation.tmdb import LIMIT, SOCKETS

if TYPE_CHECKING:
    from tests.simulation.lambda_ import Process
    from tests.simulation.world import World

GRACE = 5.0
"""Seconds before the end of an outage in which a failure may look like the id's own."""
STORM_GRACE = 60.0
"""The same after a storm, when there are seconds between a failure and the question whether TMDB answers at all."""
STOPS_WITHIN = 60.0
"""Seconds from TMDB's first word that the token is no good until the line has to be stopped."""
_SLOW = 60.0
"""Seconds after which an invocation may come to lack time."""
_BUG = re.compile(r"unexpected \w+ at \w+\.py:")


class Violated(AssertionError):
    """An invariant does not hold."""


class Watch:
    """Looks at every write, and at the world when all is quiet."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.own: set[int] = set()
        """Ids that met a fault of their own."""
        self.believed: set[int] = set()
        """Ids that TMDB had, and said to be gone: of which it was believed."""
        self.tallies: dict[str, Tally] = {}
        """By run."""
        self.neighbours = 0
        """Ids that were stored at once although an id beside them was poison."""
        self._suspended_at = 0.0
        self.stopping = 0.0
        """Seconds that it took at most to stop the line, once the token was refused."""
        self.violated = ""
        """The first thing that did not hold: whoever caught its exception, the run ends."""

    # as it happens

    def struck(self, fault: str, id: int | None, process: "Process") -> None:
        """A fault met a request, about this id if it was about one."""
        if id is not None:
            self.own.add(id)
        if fault.startswith("lambda_killed") and len(process.delivery.ids) == 1:
            self.own.update(process.delivery.ids)

    def outage(self, id: int | None, left: float) -> None:
        """A request met an outage that has `left` seconds to go."""
        grace = GRACE if not self._world.fired("tmdb_storm") else STORM_GRACE
        if left < grace and id is not None:
            self.own.add(id)

    def suspended(self) -> None:
        """TMDB said that the token is no good."""
        if self._world.enabled and isinstance(CURRENT.get().using, Collector):
            self._suspended_at = self._suspended_at or self._world.loop.time()

    def stopped(self) -> None:
        """The line was stopped."""
        self._stops_in_time()
        self._suspended_at = 0.0

    def _stops_in_time(self) -> None:
        took = self._world.loop.time() - self._suspended_at if self._suspended_at else 0.0
        self.stopping = max(self.stopping, took)
        self.demand(took <= STOPS_WITHIN, f"a suspended token stops the line within a minute: not in {took:.0f} s")

    def accepted(self, item: dict[str, Any]) -> None:
        """SQS took a work item of the harvester's."""
        self._tally(item["run"]).harvested.update(item["ids"])

    def written(self, operation: str, asked: dict[str, Any]) -> None:
        """DynamoDB did a write."""
        if operation == "TransactWriteItems":
            put = asked["TransactItems"][0]["Put"]["Item"]
            run, receipt = put["pk"]["S"].partition("#")[2], Receipt.from_json(put["receipt"]["S"])
            if self._tally(run).add(put["sk"]["S"], receipt):
                self._check_receipt(run, receipt)
        elif asked["Key"]["pk"]["S"] == "WATERMARK":
            self._check_watermark(asked["ExpressionAttributeValues"][":through"]["S"])

    def _tally(self, run: str) -> Tally:
        return self.tallies.setdefault(run, Tally())

    def _check_receipt(self, run: str, receipt: Receipt) -> None:
        world, poison = self._world, self._world.tmdb.poison
        innocent = {*receipt.retry, *receipt.dead} - self.own - poison
        if world.fired("mass_dead") or world.fired("mass_gone"):  # the batch in which it began is not dead by half
            innocent -= receipt.dead.keys()
        self.demand(not innocent, f"no id loses an attempt through others: {sorted(innocent)[:5]} of {run}")
        bugs = [reason for reason in receipt.dead.values() if _BUG.search(reason)]
        self.demand(not bugs, f"no id trips a bug: {bugs[:1]}")
        if "-export-" in run:
            twice = self._tally(run).twice
            self.demand(not twice, f"no id is settled twice: {twice[:5]} of {run}")
        if not world.accepted:
            self._check_masses(run, receipt)
        self._check_neighbours(run, receipt)

    def _check_masses(self, run: str, receipt: Receipt) -> None:
        """Nobody has accepted them: no mass of dead or gone ids is settled."""
        size = sum(len(getattr(receipt, name)) for name in (*OUTCOMES, "retry", "returned"))
        reason, dead = next(iter(Counter(receipt.dead.values()).most_common(1)), ("", 0))
        small = dead < 10 or 2 * dead <= size or self._world.tmdb.dataset == "imdb"
        self.demand(small, f"a mass of dead ids stops the line before any is buried: {dead} for {reason}")
        false = set(receipt.gone) - self._world.tmdb.gone
        if len(false) < SUSPICIOUS_UNSEEN and self._world.tmdb.dataset not in CURRENT.get().using.witnesses:
            self.believed |= false  # by who has nothing to ask for again
            return
        self.demand(not false, f"a mass of gone ids stops the line before any is removed: {sorted(false)[:5]} of {run}")

    def _check_neighbours(self, run: str, receipt: Receipt) -> None:
        """Beside poison everybody is stored when the message is received for the first time."""
        process, poison = CURRENT.get(), self._world.tmdb.poison
        slow = self._world.loop.time() - process.began > _SLOW
        if process.delivery.receives > 1 or receipt.split or slow or (receipt.delay and self._world.lately(120)):
            return
        if not poison.isdisjoint(process.delivery.ids):
            settled = {*receipt.stored, *receipt.unchanged, *receipt.gone}
            if self._world.fired("mass_dead"):
                settled |= receipt.dead.keys()
            left = set(process.delivery.ids) - settled - self.own - poison - self._world.tmdb.gone
            self.demand(not left, f"neighbours of poison are stored at first receive: {sorted(left)[:5]} of {run}")
            self.neighbours += len(settled)

    def _check_watermark(self, through: str) -> None:
        queued = [tally.harvested for run, tally in self.tallies.items() if "-sync-" in run]
        for day, ids in self._world.tmdb.changes.items():
            if day.isoformat() <= through:
                lost = [id for id in ids if not any(id in harvested for harvested in queued)]
                self.demand(not lost, f"the watermark {through} never passes work not queued: {lost[:5]}")

    def quiet(self) -> None:
        """Check what can be checked at any time."""
        self._stops_in_time()
        tmdb = self._world.tmdb
        self.demand(tmdb.most_a_second <= LIMIT, f"never more than {LIMIT} requests a second: {tmdb.most_a_second}")
        self.demand(tmdb.most_open <= SOCKETS, f"never more than {SOCKETS} sockets: {tmdb.most_open}")
        for function in (self._world.collector, self._world.harvester):
            self.demand(not function.cut, f"no invocation outlives its limit: {function.cut} did")

    def demand(self, holds: object, what: str) -> None:
        """Remember what does not hold. Raises Violated."""
        if not holds:
            self.violated = self.violated or what
            raise Violated(what)
