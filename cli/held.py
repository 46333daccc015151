"""Messages that an operator takes from a queue: who has received one has it alone for minutes, then others see it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import typer

from cli.errors import Failure
from lambdas.common.batched import batched

_SECONDS = 300
"""In which messages that were received are ours alone."""
_AT_ONCE = 10
_WAIT = 1
"""Seconds; any wait asks all of SQS's servers, so that empty means empty."""


@dataclass(frozen=True)
class Queue:
    """A queue, by a client of boto3's."""

    sqs: Any
    url: str

    def receive(self) -> Iterator[list[dict[str, Any]]]:
        """Handfuls of messages, each once, until none is left but those that took so long that they come again."""
        known: set[str] = set()
        while True:
            found = self.sqs.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=_AT_ONCE,
                VisibilityTimeout=_SECONDS,
                MessageAttributeNames=["All"],
                WaitTimeSeconds=_WAIT,
            )
            new = [message for message in found.get("Messages", []) if message["MessageId"] not in known]
            if not new:
                return
            known.update(message["MessageId"] for message in new)
            yield new

    def give_back(self, receipts: Iterable[str]) -> None:
        """Let others see them again at once; if that fails they are seen again in some minutes."""
        for entries in _entries(receipts):
            for entry in entries:
                entry["VisibilityTimeout"] = 0
            self.sqs.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)

    def delete(self, receipts: Iterable[str]) -> None:
        """Raises Failure when some were not deleted: they were received too long ago, or the queue did not answer."""
        failed = 0
        for entries in _entries(receipts):
            failed += len(self.sqs.delete_message_batch(QueueUrl=self.url, Entries=entries).get("Failed", ()))
        if failed:
            raise Failure(f"{failed} letters could not be deleted and are there still; run it again, it does no harm")


def make_sure(question: str, *, yes: bool, give_back: Callable[[], None]) -> None:
    """Ask unless `yes`. Whoever is not sure, or goes away, gives back what was taken. Raises Failure."""
    try:
        sure = yes or typer.confirm(question, err=True)
    except BaseException:
        give_back()
        raise
    if not sure:
        give_back()
        raise Failure("nothing was deleted")


def _entries(receipts: Iterable[str]) -> Iterator[list[dict[str, Any]]]:
    for some in batched(receipts, _AT_ONCE):
        yield [{"Id": str(n), "ReceiptHandle": receipt} for n, receipt in enumerate(some)]
