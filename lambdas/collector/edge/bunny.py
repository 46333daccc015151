"""The edge on Bunny Edge Storage (https://docs.bunny.net/reference/storage-api).

PUT answers 201 once it holds a body whose SHA-256 is the one we sent. Bunny has no conditional writes: the last writer
wins. So a body older than MAX_AGE at the moment of its PUT is fetched again: that bounds how far an older fetch wins.
"""

import hashlib
import math
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import orjson

from lambdas.collector.edge import EdgeDown, TooOld
from lambdas.common.clock import Clock
from lambdas.common.edge_keys import CONTENT_TYPE
from lambdas.common.errors import Retry, StopTheLine
from lambdas.common.http import Response, Transport

MAX_AGE = 30.0
"""Seconds from the fetch of a body to its PUT."""
_TRIES = 3
_PAUSE = 0.5


class BunnyEdge:
    """An Edge on one storage zone. `url` is the endpoint of its main region with the zone's name as the path."""

    def __init__(self, url: str, key: Callable[[bool], Awaitable[str]], transport: Transport, clock: Clock) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._transport = transport
        self._clock = clock

    async def holds(self, key: str, digest: str, *, fetched_at: int) -> bool:  # noqa: ARG002 - Bunny keeps no digest
        return False  # and charges nothing for a PUT

    async def put(self, key: str, blob: bytes, *, fetched_at: int, digest: str = "") -> None:  # noqa: ARG002 - as above
        headers = {"Checksum": hashlib.sha256(blob).hexdigest().upper(), "Content-Type": CONTENT_TYPE}
        await self._request("PUT", key, (201,), headers, blob, fetched_at=fetched_at)

    async def get(self, key: str) -> bytes | None:
        answer = await self._request("GET", key, (200, 404))
        return answer.body if answer.status == 200 else None

    async def delete(self, key: str) -> None:
        await self._request("DELETE", key, (200, 404))

    async def list(self, folder: str) -> list[str]:
        answer = await self._request("GET", f"{folder}/", (200, 404))
        try:
            entries = orjson.loads(answer.body) if answer.status == 200 else []
        except orjson.JSONDecodeError as error:
            raise EdgeDown(f"Bunny: the list of {folder} is no JSON") from error
        keys: list[str] = []
        for entry in entries:
            path = f"{folder}/{entry['ObjectName']}"
            keys += await self.list(path) if entry["IsDirectory"] else [path]
        return keys

    async def _request(
        self,
        method: str,
        path: str,
        good: tuple[int, ...],
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        *,
        fetched_at: float = math.inf,
    ) -> Response:
        """Ask until the answer is a good one. A 400 may be a body damaged on its way or a folder not made yet."""
        problem, afresh = "", False
        for attempt in range(_TRIES):
            if attempt:
                await self._clock.sleep(_PAUSE * 2**attempt)
            if self._clock.time() - fetched_at > MAX_AGE:
                raise TooOld(f"{path} was fetched more than {MAX_AGE:g} s before its PUT")
            try:
                answer = await self._transport.request(
                    method,
                    f"{self._url}/{quote(path)}",
                    headers={"AccessKey": await self._key(afresh), **(headers or {})},
                    body=body,
                )
            except Retry as error:
                problem = str(error)
                continue
            if answer.status in good:
                return answer
            problem = f"answered {answer.status}"
            if answer.status == 401:
                if afresh:
                    raise StopTheLine("Bunny refuses the storage key; the zone's password goes into its secret")
                afresh = True
        raise EdgeDown(f"Bunny: {method} {path} {problem}")
