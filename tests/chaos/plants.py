"""Bugs that only a death brings to light, for processes to be born with: a harness that misses them proves nothing."""

from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

from lambdas.collector import collect
from lambdas.collector.edge.bunny import BunnyEdge
from lambdas.common.lake import Lake
from lambdas.harvester.sync import _Days


def acknowledged_before_stored() -> AbstractContextManager[Any]:
    """The receipt is put first, the titles are stored after."""
    put, settle = BunnyEdge.put, collect._settle
    later: list[Any] = []

    async def wrong_put(self: BunnyEdge, *what: Any, **how: Any) -> None:
        later.append(lambda: put(self, *what, **how))

    async def wrong_settle(*what: Any) -> Any:
        settled = await settle(*what)
        while later:
            await later.pop(0)()
        return settled

    stack = ExitStack()
    stack.enter_context(mock.patch.object(BunnyEdge, "put", wrong_put))
    stack.enter_context(mock.patch.object(collect, "_settle", wrong_settle))
    return stack


def watermark_before_sent() -> AbstractContextManager[Any]:
    """The watermark passes a day whose ids are not queued yet."""
    queue = _Days.queue

    async def wrong(self: _Days) -> None:
        await self._move_watermark()
        await queue(self)

    return mock.patch.object(_Days, "queue", wrong)


def removed_before_merged() -> AbstractContextManager[Any]:
    """The files of a day are removed, then the one that they become is written."""
    replace = Lake.replace

    def wrong(self: Lake, key: str, content: Path | bytes, version: str | None) -> None:
        if "/merged-" in key:
            for found in list(self.objects(key.rpartition("/")[0])):
                if found.key.endswith(".parquet"):
                    self.remove(found.key)
        replace(self, key, content, version)

    return mock.patch.object(Lake, "replace", wrong)
