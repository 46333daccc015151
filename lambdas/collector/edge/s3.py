"""The edge on S3, read through CloudFront.

A title whose content is there already costs a HEAD instead of its PUTs. Writes are conditional: a HEAD tells the
version we replace and when that was fetched, and the PUT holds only for that version. Of two collectors that fetched
the same title, the newer fetch stays, whoever is faster.
"""

from collections.abc import Awaitable
from typing import TypeVar

from lambdas.collector.edge import EdgeDown
from lambdas.common.aws import Aws
from lambdas.common.bucket import Bucket, Head
from lambdas.common.edge_keys import CACHE_CONTROL, CONTENT_TYPE
from lambdas.common.errors import Changed, Retry

T = TypeVar("T")

_TRIES = 5
_FETCHED_AT = "fetched-at"
_CONTENT = "content"
_DAY = 86_400
_HEADERS = {"content-type": CONTENT_TYPE, "cache-control": CACHE_CONTROL}


class S3Edge:
    """An Edge on the bucket `bucket`."""

    def __init__(self, bucket: str, aws: Aws, *, rewrite_days: float = 25) -> None:
        self._bucket = Bucket(bucket, aws)
        self._rewrite_seconds = rewrite_days * _DAY
        self._seen: dict[str, Head | None] = {}
        """What `holds` found, for the `put` that follows: if it is true no more by then, the PUT fails."""

    async def holds(self, key: str, digest: str, *, fetched_at: int) -> bool:
        there = await _done(f"tell of {key}", self._bucket.head(key))
        if there and there.metadata.get(_CONTENT) == digest and fetched_at - _fetched(there) < self._rewrite_seconds:
            return True
        self._seen[key] = there
        return False

    async def put(self, key: str, blob: bytes, *, fetched_at: int, digest: str = "") -> None:
        metadata = {_FETCHED_AT: str(fetched_at), _CONTENT: digest}
        for _ in range(_TRIES):
            there = self._seen.pop(key) if key in self._seen else await _done(f"take {key}", self._bucket.head(key))
            if there and _fetched(there) > fetched_at:
                return
            try:
                put = self._bucket.put(key, blob, over=there, headers=_HEADERS, metadata=metadata)
                await _done(f"take {key}", put)
            except Changed:
                continue
            return
        raise EdgeDown(f"S3 did not take {key}: it changed {_TRIES} times while it was written")

    async def get(self, key: str) -> bytes | None:
        return await _done(f"give {key}", self._bucket.get(key))

    async def delete(self, key: str) -> None:
        await _done(f"remove {key}", self._bucket.delete(key))

    async def list(self, folder: str) -> list[str]:
        return await _done(f"list {folder}/", self._bucket.list(f"{folder}/"))


def _fetched(there: Head) -> int:
    return int(there.metadata.get(_FETCHED_AT, 0))


async def _done(what: str, asked: Awaitable[T]) -> T:
    """What S3 gives; an S3 that does not is down."""
    try:
        return await asked
    except Changed:
        raise
    except Retry as error:
        raise EdgeDown(f"S3 did not {what}: {error}") from error
