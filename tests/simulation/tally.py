"""What became of the ids of one run, as sets that a million ids fit into."""

from lambdas.common.receipts import Receipt
from lambdas.common.state import OUTCOMES
from lambdas.harvester.ids import IdSet


class Tally:
    """`harvested` are the ids that SQS took from the harvester; the others are settled, by their receipts."""

    def __init__(self) -> None:
        self.harvested = IdSet()
        self.settled = {name: IdSet() for name in OUTCOMES}
        self.counted = dict.fromkeys(OUTCOMES, 0)
        self.reasons: dict[int, str] = {}
        """Why ids are dead."""
        self.retried = 0
        """Attempts that went out."""
        self.twice: list[int] = []
        """Ids that were settled before."""
        self._known = IdSet()
        self._receipts: set[str] = set()

    def add(self, key: str, receipt: Receipt) -> bool:
        """Count a receipt; False when it was counted before."""
        if key in self._receipts:
            return False
        self._receipts.add(key)
        self.reasons |= receipt.dead
        self.retried += len(receipt.retry)
        for name in OUTCOMES:
            ids = getattr(receipt, name)
            self.counted[name] += len(ids)
            self.settled[name].update(ids)
            self.twice += [id for id in ids if id in self._known]
            self._known.update(ids)
        return True

    @property
    def known(self) -> IdSet:
        """Everything that is settled."""
        stored, unchanged, gone, dead = self.settled.values()
        return stored | unchanged | gone | dead
