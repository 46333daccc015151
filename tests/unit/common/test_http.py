"""The real transport against a real server on loopback: whatever is not a whole answer is typed, and nothing leaks."""

import gzip
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from lambdas.common import http
from lambdas.common.errors import GiveUp, Retry
from lambdas.common.http import AiohttpTransport, gunzip

CANARY = "canary-token-that-must-not-leak"
Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handle], Awaitable[str]]


@pytest.fixture
async def transport() -> AsyncIterator[AiohttpTransport]:
    """The real transport."""
    transport = AiohttpTransport(connections=4)
    yield transport
    await transport.close()


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts a server on loopback for a handler; gives its URL."""
    servers: list[TestServer] = []

    async def start(handle: Handle) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handle)
        servers.append(TestServer(app))
        await servers[-1].start_server()
        return str(servers[-1].make_url("/x"))

    yield start
    for server in servers:
        await server.close()


async def test_whole_answer(transport: AiohttpTransport, serve: Serve) -> None:
    """Status, lower-case headers and the gunzipped body arrive; our headers, name and body were sent."""
    seen: dict[str, object] = {}

    async def handle(request: web.Request) -> web.Response:
        seen.update(method=request.method, token=request.headers["Authorization"], body=await request.read())
        seen["name"] = request.headers["User-Agent"]
        return web.Response(body=gzip.compress(b'{"id":1}'), headers={"Content-Encoding": "gzip", "ETag": 'W/"1"'})

    answer = await transport.request("PUT", await serve(handle), headers={"Authorization": CANARY}, body=b"blob")
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b'{"id":1}', 'W/"1"')
    assert seen == {"method": "PUT", "token": CANARY, "body": b"blob", "name": "tmdb-mirror"}


@pytest.mark.filterwarnings("error::ResourceWarning")
async def test_a_large_body_is_sent_whole(transport: AiohttpTransport, serve: Serve) -> None:
    """A body of megabytes goes out with its length, piece by piece."""
    body = bytes(range(256)) * 20_000
    seen: dict[str, object] = {}

    async def handle(request: web.Request) -> web.Response:
        seen.update(length=request.content_length, body=await request.content.read())
        return web.Response()

    assert (await transport.request("PUT", await serve(handle), body=body)).status == 200
    assert seen == {"length": len(body), "body": body}


async def test_gzip_that_does_not_say_so(transport: AiohttpTransport, serve: Serve) -> None:
    """A gzip body without Content-Encoding is gunzipped all the same."""

    async def handle(request: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(b"plain"))

    assert (await transport.request("GET", await serve(handle))).body == b"plain"


async def _cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b"x" * 10)
    if request.transport:
        request.transport.close()
    return response


async def _reset(request: web.Request) -> web.StreamResponse:
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _cut_gzip(request: web.Request) -> web.StreamResponse:
    return web.Response(body=gzip.compress(b"x" * 10_000)[:-9])


async def _damaged_gzip(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"\x1f\x8b" + b"\x08" * 40)


@pytest.mark.parametrize("handle", [_cut, _reset, _cut_gzip, _damaged_gzip])
async def test_not_a_whole_answer_is_a_retry_without_the_token(
    transport: AiohttpTransport, serve: Serve, handle: Handle
) -> None:
    """Cut, reset and damaged answers are Retry, and neither message, repr nor traceback holds the token."""
    with pytest.raises(Retry) as raised:
        await transport.request("GET", await serve(handle), headers={"Authorization": CANARY})
    assert CANARY not in "".join(traceback.format_exception(raised.value)) + repr(raised.value)


async def test_unreachable_is_a_retry(transport: AiohttpTransport) -> None:
    """A refused connection is Retry."""
    with pytest.raises(Retry, match="GET failed: ClientConnectorError"):
        await transport.request("GET", "http://127.0.0.1:9/")


async def test_redirects_are_not_followed(transport: AiohttpTransport, serve: Serve) -> None:
    """A redirect is an answer like any other: a token never follows it to another host."""

    async def handle(request: web.Request) -> web.Response:
        raise web.HTTPFound("http://127.0.0.1:9/elsewhere")

    assert (await transport.request("GET", await serve(handle))).status == 302


async def test_endless_body_is_given_up(
    transport: AiohttpTransport, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body longer than the bound is given up while it comes, not after."""
    monkeypatch.setattr(http, "MAX_BODY", 100_000)

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 10_000)

    with pytest.raises(GiveUp, match="longer than 100000"):
        await transport.request("GET", await serve(handle))


def test_bomb_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gzip bomb is inflated to the bound and no further."""
    monkeypatch.setattr(http, "MAX_BODY", 1_000_000)
    with pytest.raises(GiveUp, match="after gunzip"):
        gunzip(gzip.compress(b"\0" * 50_000_000))


@pytest.mark.parametrize("size", [0, 1, 7, 100_000])
def test_gunzip_every_size(size: int) -> None:
    """Gunzipping undoes gzip at any size, and leaves what is not gzip alone."""
    body = b"a" * size
    assert gunzip(gzip.compress(body)) == body
    assert gunzip(body) == body
