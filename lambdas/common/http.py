"""HTTP, as an argument: stages see a Transport; only handlers, the CLI and the local world make a real one.

The real one is aiohttp with isal for gzip. Bodies are bounded twice, as they come and after gunzip, and are gunzipped
by their first bytes rather than their headers: in May 2026 TMDB's CDN served gzip without saying so. Errors of aiohttp
hold the request's headers in their repr, the token among them, so none of them ever leaves this module.
"""

import asyncio
import io
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import aiohttp
from isal import isal_zlib
from yarl import URL

from lambdas.common.errors import GiveUp, Retry

MAX_BODY = 16 * 1024 * 1024
"""Bytes of a body, after gunzip. The largest seen was under 1 MB."""
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 18
_LARGE = 1 << 20
"""Bytes beyond which aiohttp wants to send a body piece by piece."""
_NAME = "tmdb-mirror"
"""Who asks. To go without a name would cost aiohttp more than to send one."""
_BROKEN = (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError)
"""What comes instead of a whole answer."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer read to its end. Headers are found under their names in lower case; `body` is gunzipped."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Sends one request to a URL that is percent-encoded. Whatever keeps a whole answer from arriving is a Retry."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 30.0,  # noqa: ASYNC109 - passed to aiohttp, which bounds every phase by it
    ) -> Response:
        """Raises Retry when no whole answer arrives in `timeout` seconds, GiveUp when it is larger than MAX_BODY."""


class AiohttpTransport:
    """A Transport, and the streaming reads of export files. Lives as long as its process, connections included.

    It trusts what the machine trusts, or the certificates in the file `trust` alone.
    """

    def __init__(self, *, connections: int, trust: str = "") -> None:
        # True is the context that aiohttp made at import: to load the machine's certificates again takes 20 ms.
        context = ssl.create_default_context(cafile=trust) if trust else True
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections, ssl=context, ttl_dns_cache=300),
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"Accept-Encoding": "gzip", "User-Agent": _NAME},
        )

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 30.0,  # noqa: ASYNC109 - passed to aiohttp, which bounds every phase by it
    ) -> Response:
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                headers=headers,
                data=io.BytesIO(body) if body and len(body) > _LARGE else body,
                timeout=_whole(timeout),
                allow_redirects=False,
            ) as answer:
                chunks, length = [], 0
                while chunk := await answer.content.readany():
                    chunks.append(chunk)
                    length += len(chunk)
                    if length > MAX_BODY:
                        raise GiveUp(f"body longer than {MAX_BODY} bytes")
                return Response(answer.status, answer.headers, gunzip(b"".join(chunks)))
        except _BROKEN as error:
            broken = _retry(method, error)
        raise broken  # out here, so that it has no context either

    @asynccontextmanager
    async def stream(
        self, url: str, *, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[tuple[int, Mapping[str, str], AsyncIterator[bytes]]]:
        """Status, headers and the body as it comes (not gunzipped): for files too large to hold. Raises Retry."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=60)
        try:
            async with self._session.get(url, headers=headers, timeout=timeout, allow_redirects=False) as answer:
                yield answer.status, answer.headers, answer.content.iter_chunked(_CHUNK)
        except _BROKEN as error:
            raise _retry("GET", error) from None

    async def close(self) -> None:
        await self._session.close()


@lru_cache(maxsize=16)
def _whole(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds)


def _retry(method: str, error: BaseException) -> Retry:
    """To be raised without cause or context: they would carry the request's headers along; the type says enough."""
    return Retry(f"{method} failed: {type(error).__name__}")


def gunzip(data: bytes) -> bytes:
    """The body, gunzipped when it starts like gzip. Raises Retry when cut or damaged, GiveUp past MAX_BODY."""
    if not data.startswith(_GZIP):
        return data
    inflate = isal_zlib.decompressobj(wbits=31)
    try:
        body: bytes = inflate.decompress(data, MAX_BODY)
    except isal_zlib.error as error:  # type: ignore[misc]  # the stub takes the class for an instance
        raise Retry("damaged gzip body") from error
    if not inflate.eof:
        if len(body) >= MAX_BODY:
            raise GiveUp(f"body longer than {MAX_BODY} bytes after gunzip")
        raise Retry("gzip body was cut short")
    return body
