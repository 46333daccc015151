"""The queues, as an argument: send work items and know that each was accepted.

SendMessageBatch answers 200 with some of its entries failed; those are sent again, and one that is still refused after
three tries is an error. A send that returns was accepted whole.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from lambdas.common.aws import Aws
from lambdas.common.batched import batched
from lambdas.common.body import whole_characters
from lambdas.common.errors import Retry
from lambdas.common.work import WorkItem

_ENTRIES = 10
_TRIES = 3
_CALLS = 5
IN_FLIGHT = 8
"""Calls at a time."""
MAX_DELAY = 900
"""Seconds; the longest SQS holds a message back."""


class WorkQueue(Protocol):
    """A queue of work items: the work queue itself, or its dead letters."""

    async def send(self, items: Iterable[WorkItem], *, delay: int = 0) -> int:
        """Send every item, visible after `delay` seconds; gives their number. Raises Retry if any was not accepted."""

    async def forward(self, body: str, reason: str) -> None:
        """Send a body that is no work item as it is, with the reason beside it. Raises Retry."""

    async def backlog(self) -> int:
        """About how many messages wait or are being worked on."""


class SqsQueue:
    """A WorkQueue on SQS."""

    def __init__(self, url: str, aws: Aws) -> None:
        self._url = url
        self._aws = aws

    async def send(self, items: Iterable[WorkItem], *, delay: int = 0) -> int:
        batches = batched(items, _ENTRIES)

        async def some() -> int:
            sent = 0
            try:
                for batch in batches:  # one after the other, from those that all senders share
                    sent += await self._send_batch(batch, delay)
            finally:
                batches.close()  # when this one fails the others begin no more
            return sent

        results = await asyncio.gather(*(some() for _ in range(IN_FLIGHT)), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return sum(result for result in results if isinstance(result, int))

    async def _send_batch(self, items: Sequence[WorkItem], delay: int) -> int:
        entries = {
            str(i): {"Id": str(i), "MessageBody": item.to_json(), "DelaySeconds": min(delay, MAX_DELAY)}
            for i, item in enumerate(items)
        }
        refused: list[str] = []
        for _ in range(_TRIES):
            try:
                answer = await self._call("SendMessageBatch", Entries=list(entries.values()))
            except Retry as error:
                raise Retry(f"SQS took none of {len(entries)} messages: {error}") from error
            for accepted in answer.get("Successful", ()):
                entries.pop(accepted["Id"], None)
            if not entries:
                return len(items)
            refused = [f"{entry.get('Code')}: {entry.get('Message', '')}" for entry in answer.get("Failed", ())]
        raise Retry(f"SQS refused {len(entries)} of {len(items)} messages {_TRIES} times: {refused[:1]}")

    async def forward(self, body: str, reason: str) -> None:
        attributes = {"reason": {"DataType": "String", "StringValue": whole_characters(reason[:1000])}}
        await self._call("SendMessage", MessageBody=whole_characters(body) or "(empty)", MessageAttributes=attributes)

    async def backlog(self) -> int:
        names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        answer = await self._call("GetQueueAttributes", AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)

    async def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        return await self._aws.call("sqs", operation, tries=_CALLS, QueueUrl=self._url, **arguments)
