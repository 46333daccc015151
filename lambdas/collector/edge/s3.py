"""The edge on S3, read through CloudFront.

A title whose content is there already costs a HEAD instead of its PUTs. Writes are conditional: a HEAD tells the
version we replace and when that was fetched, and the PUT holds only for that version. Of two collectors that fetched
the same title, the newer fetch stays, whoever is faster.
"""

from typing import Any

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import S3Store

from lambdas.collector.edge import EdgeDown
from lambdas.common.edge_keys import CACHE_CONTROL, CONTENT_TYPE
from lambdas.common.errors import StopTheLine

_TRIES = 5
_FETCHED_AT = "fetched-at"
_CONTENT = "content"
_DAY = 86_400


class S3Edge:
    """An Edge on the bucket `bucket`."""

    def __init__(self, bucket: str, *, rewrite_days: float = 50) -> None:
        self._rewrite_seconds = rewrite_days * _DAY
        self._seen: dict[str, dict[str, Any] | None] = {}
        """What `holds` found, for the `put` that follows: if it is true no more by then, the PUT fails."""
        # http only where the endpoint in the environment says so; AWS's own endpoints are https.
        self._store = S3Store(
            bucket,
            client_options={"allow_http": True, "timeout": "20s"},
            retry_config={"max_retries": 3},
        )

    async def holds(self, key: str, digest: str, *, fetched_at: int) -> bool:
        try:
            there = await self._head(key)
        except BaseError as error:
            raise _typed(f"S3 did not tell of {key}", error) from error
        if there and there["content"] == digest and fetched_at - there["fetched_at"] < self._rewrite_seconds:
            return True
        self._seen[key] = there
        return False

    async def put(self, key: str, blob: bytes, *, fetched_at: int, digest: str = "") -> None:
        attributes = {
            "Content-Type": CONTENT_TYPE,
            "Cache-Control": CACHE_CONTROL,
            _FETCHED_AT: str(fetched_at),
            _CONTENT: digest,
        }
        for _ in range(_TRIES):
            try:
                there = self._seen.pop(key) if key in self._seen else await self._head(key)
                if there and there["fetched_at"] > fetched_at:
                    return
                mode: Any = {"e_tag": there["e_tag"]} if there else "create"
                await obstore.put_async(self._store, key, blob, attributes=attributes, mode=mode, use_multipart=False)
                return
            except (AlreadyExistsError, PreconditionError, FileNotFoundError):
                continue  # somebody wrote or removed it since the HEAD
            except BaseError as error:
                raise _typed(f"S3 did not take {key}", error) from error
        raise EdgeDown(f"S3 did not take {key}: it changed {_TRIES} times while it was written")

    async def _head(self, key: str) -> dict[str, Any] | None:
        try:
            found = await obstore.get_async(self._store, key, options={"head": True})
        except FileNotFoundError:
            return None
        attributes = found.attributes
        return {
            "e_tag": found.meta["e_tag"],
            "fetched_at": int(attributes.get(_FETCHED_AT, 0)),
            "content": attributes.get(_CONTENT, ""),
        }

    async def get(self, key: str) -> bytes | None:
        try:
            found = await obstore.get_async(self._store, key)
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise _typed(f"S3 did not give {key}", error) from error

    async def delete(self, key: str) -> None:
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return
        except BaseError as error:
            raise _typed(f"S3 did not remove {key}", error) from error

    async def list(self, folder: str) -> list[str]:
        try:
            return [found["path"] async for page in obstore.list(self._store, f"{folder}/") for found in page]
        except BaseError as error:
            raise _typed(f"S3 did not list {folder}/", error) from error


def _typed(what: str, error: BaseError) -> EdgeDown | StopTheLine:
    if isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return StopTheLine(f"{what}: {type(error).__name__}; check the collector's role and the bucket")
    return EdgeDown(f"{what}: {type(error).__name__}")
