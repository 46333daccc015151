"""The dead letters of a stage: one id each, with its reason. Who has received one has it alone for some minutes."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cli.errors import Failure
from cli.stage import Stage
from lambdas.common.datasets import DATASETS
from lambdas.common.errors import BadInput
from lambdas.common.work import WorkItem
from lambdas.harvester.send import batched

_VISIBILITY = 300
"""Seconds in which letters that were received are ours alone."""
_RECEIVED = 10
_WAIT = 1
"""Seconds; any wait asks all of SQS's servers, so that empty means empty."""


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
        sqs, url = self._queue
        kept: dict[str, Letter] = {}
        others: dict[str, Letter] = {}
        while len(kept) < most:
            found = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=_RECEIVED,
                VisibilityTimeout=_VISIBILITY,
                MessageAttributeNames=["reason"],
                WaitTimeSeconds=_WAIT,
            )
            known = (kept, others)
            messages = [it for it in found.get("Messages", []) if not any(it["MessageId"] in some for some in known)]
            if not messages:  # none, or those again that took so long that they can be seen again
                break
            for letter in map(_letter, messages):
                (kept if self._holds(letter) and letter.run not in but else others)[letter.id] = letter
        self.give_back(others.values())
        return list(kept.values())

    def give_back(self, letters: Iterable[Letter]) -> None:
        """Let others see them again at once; if that fails they are seen again in some minutes."""
        sqs, url = self._queue
        for entries in _entries(letters):
            for entry in entries:
                entry["VisibilityTimeout"] = 0
            sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)

    def delete(self, letters: Iterable[Letter]) -> None:
        """Raises Failure when some were not deleted: they were received too long ago, or the queue did not answer."""
        sqs, url = self._queue
        failed = 0
        for entries in _entries(letters):
            failed += len(sqs.delete_message_batch(QueueUrl=url, Entries=entries).get("Failed", ()))
        if failed:
            raise Failure(f"{failed} letters could not be deleted and are there still; run it again, it does no harm")

    @property
    def _queue(self) -> tuple[Any, str]:
        return self.stage.client("sqs"), self.stage.output("DeadLettersUrl")

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


def _entries(letters: Iterable[Letter]) -> Iterator[list[dict[str, Any]]]:
    for some in batched(letters, _RECEIVED):
        yield [{"Id": str(n), "ReceiptHandle": letter.receipt} for n, letter in enumerate(some)]
