"""The dead letters of a stage: one id each, with its reason. Who has received one has it alone for some minutes."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from cli.held import Queue
from cli.stage import Stage
from lambdas.common.datasets import DATASETS
from lambdas.common.errors import BadInput
from lambdas.common.work import WorkItem


@dataclass(frozen=True)
class Letter:
    """A dead letter. `item` is None when somebody else's message got there."""

    id: str
    receipt: str
    item: WorkItem | None
    reason: str

    @property
    def dataset(self) -> str | None:
        return self.item.dataset if self.item else None

    @property
    def run(self) -> str:
        return self.item.run if self.item else ""

    @property
    def titles(self) -> list[str]:
        if self.item is None:
            return []
        return [f"{self.item.dataset}/{DATASETS[self.item.dataset].spelled(id)}" for id in self.item.ids]


@dataclass(frozen=True)
class DeadLetters:
    """Those of a stage that are of this dataset, and whose reason holds this text; all unless told."""

    stage: Stage
    dataset: str | None = None
    reason: str | None = None

    def look(self) -> list[Letter]:
        """They, left in their queue."""
        letters = self.take()
        self.give_back(letters)
        return letters

    def take(self, most: int = 1_000_000, *, but: Container[str] = ()) -> list[Letter]:
        """Receive them; what is of others, or died in one of the runs `but`, is given back at once."""
        kept: dict[str, Letter] = {}
        others: dict[str, Letter] = {}
        for messages in self._queue.receive():
            for letter in map(_letter, messages):
                (kept if self._holds(letter) and letter.run not in but else others)[letter.id] = letter
            if len(kept) >= most:
                break
        self.give_back(others.values())
        return list(kept.values())

    def give_back(self, letters: Iterable[Letter]) -> None:
        """Let others see them again at once; if that fails they are seen again in some minutes."""
        self._queue.give_back(letter.receipt for letter in letters)

    def delete(self, letters: Iterable[Letter]) -> None:
        """Raises Failure when some were not deleted: they were received too long ago, or the queue did not answer."""
        self._queue.delete(letter.receipt for letter in letters)

    @property
    def _queue(self) -> Queue:
        return Queue(self.stage.client("sqs"), self.stage.output("DeadLettersUrl"))

    def _holds(self, letter: Letter) -> bool:
        return self.dataset in (None, letter.dataset) and (self.reason or "") in letter.reason


def _letter(message: dict[str, Any]) -> Letter:
    given = message.get("MessageAttributes", {}).get("reason", {}).get("StringValue", "")
    try:
        item = WorkItem.from_json(message["Body"])
    except BadInput as error:
        return Letter(message["MessageId"], message["ReceiptHandle"], None, given or str(error))
    reason = item.reason if isinstance(item.reason, str) else "its collectors died, or its message came back too often"
    return Letter(message["MessageId"], message["ReceiptHandle"], item, reason)
