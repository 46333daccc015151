"""Bronze: what TMDB answered, recorded as it came, for the lake (`lambdas.common.bronze` says in which form).

One object a work item and dataset, put before its receipt: a crash in between fetches and records again, and loses
nothing. What is recorded is what the work item settles: the titles at the edge, those that no object can hold, and the
gone ones in TMDB's own words. Errors say nothing of a title; its id comes again, or its dead letter holds the reason.

When the line stops, titles are recorded all the same: their bodies are true, and most are at the edge by then. What is
said to be gone is not. That very word is in doubt, nothing was removed for it, and the lake would forget what the edge
still has. The ids come again, and are recorded as gone when they are believed to be.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol

from lambdas.common.aws import Aws
from lambdas.common.bronze import Answer, Packer, bronze_key
from lambdas.common.bucket import Bucket
from lambdas.common.datasets import DATASETS, Dataset
from lambdas.common.errors import Retry
from lambdas.common.tmdb import Fetched
from lambdas.common.work import WorkItem

_HEADERS = {"content-type": "application/gzip"}


class Bronze(Protocol):
    """Where recordings are kept for good."""

    async def put(self, key: str, blob: bytes) -> None:
        """Store `blob`, unless `key` is there: then it holds the same. Raises Retry, or StopTheLine when refused."""


class S3Bronze:
    """Bronze in the lake bucket."""

    def __init__(self, bucket: str, aws: Aws) -> None:
        self._bucket = Bucket(bucket, aws)

    async def put(self, key: str, blob: bytes) -> None:
        await self._bucket.write(key, blob, headers=_HEADERS, if_absent=True)


class Recording:
    """The answers to one work item, packed as they come. Without a bronze nothing is kept."""

    def __init__(self, item: WorkItem, bronze: Bronze | None) -> None:
        self._item = item
        self._bronze = bronze
        self._packers: defaultdict[str, Packer] = defaultdict(Packer)
        self._gone: dict[tuple[str, int], Fetched] = {}

    def title(self, dataset: Dataset, id: int, answers: Sequence[Fetched]) -> None:
        """All calls that a title took, in order."""
        if self._bronze is None or dataset.name not in DATASETS:
            return
        for call, answer in enumerate(answers):
            described = Answer(
                id=id, status=answer.status, fetched_at=int(answer.fetched_at), run=self._item.run, call=call
            )
            self._packers[dataset.name].add(described, answer.body)

    def gone(self, dataset: Dataset, id: int, answer: Fetched) -> None:
        """What says that an id is gone; recorded if `put` confirms it."""
        self._gone[dataset.name, id] = answer

    async def put(self, gone: Iterable[int], seconds: float) -> None:
        """Store what was recorded, and the answers of these `gone` ids of the work item's own dataset.

        Raises Retry, StopTheLine. A bronze that does not take it within `seconds` has an outage.
        """
        if self._bronze is None:
            return
        own = DATASETS[self._item.dataset]
        for id in sorted(gone):
            if answer := self._gone.get((own.name, id)):
                self.title(own, id, [answer])
        try:
            async with asyncio.timeout(seconds):
                for dataset, packer in sorted(self._packers.items()):
                    key = bronze_key(self._item, packer.content, dataset)
                    await self._bronze.put(key, packer.finish())
        except TimeoutError as error:
            raise Retry(f"S3 did not take what {self._item.run} recorded in time") from error
