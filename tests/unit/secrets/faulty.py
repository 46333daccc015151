"""A server on loopback that answers whatever it is asked with one fault, and says back what it was told, if it can.

Faults are written to the socket as they are: a client of any protocol may be sent to it.
"""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from html import escape

Fault = Callable[[str, asyncio.StreamWriter], Awaitable[None]]
"""Given the request's head, writes an answer or does worse."""


def _answer(status: str, body: bytes | None = None, **headers: str) -> Fault:
    """A whole answer; without a body it tells the request's head back, as a debugging proxy does."""

    async def write(head: str, writer: asyncio.StreamWriter) -> None:
        said = body if body is not None else _echo(head)
        lines = {"Content-Length": str(len(said)), **{name.replace("_", "-"): value for name, value in headers.items()}}
        writer.write(f"HTTP/1.1 {status}\r\n".encode())
        writer.write("".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode() + b"\r\n" + said)

    return write


def _echo(head: str) -> bytes:
    """What is said back, in the words of TMDB and of AWS; as XML to who asks in forms."""
    words = f"Invalid request.\n\nThe canonical string should have been\n{head}"
    code = "SignatureDoesNotMatch"
    if "x-www-form-urlencoded" in head:
        said = f"<Code>{code}</Code><Message>{escape(words)}</Message>"
        return f"<ErrorResponse><Error>{said}</Error></ErrorResponse>".encode()
    token = " ".join(line for line in head.splitlines() if "canary" in line)
    return json.dumps(
        {"success": False, "status_code": 7, "status_message": token, "__type": code, "message": words}
    ).encode()


def _raw(data: bytes) -> Fault:
    async def write(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return write


async def _says_back_what_is_no_http(head: str, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 what? " + head.replace("\r\n", " ").encode() + b"\r\n\r\n")


async def _reset(_: str, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def _hang(_: str, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


_ZIPPED = gzip.compress(b'{"id": 1}' * 1000)

FAULTS: dict[str, Fault] = {
    "401 that repeats the request": _answer("401 Unauthorized"),
    "403 that repeats the request": _answer("403 Forbidden"),
    "422 that repeats the request": _answer("422 Unprocessable Entity"),
    "429": _answer("429 Too Many Requests", b"{}", Retry_After="1"),
    "500 that repeats the request": _answer("500 Internal Server Error"),
    "html for json": _answer("200 OK", b"<html>", Content_Type="text/html"),
    "json cut short": _answer("200 OK", b'{"id": 1, "ti'),
    "json of another kind": _answer("200 OK", b"[1, 2, 3]"),
    "failure that calls itself a success": _answer("200 OK"),
    "redirect to itself": _answer("302 Found", b"", Location="/"),
    "redirect to no url": _answer("302 Found", b"", Location="http://[:::"),
    "gzip cut short": _answer("200 OK", _ZIPPED[:-9], Content_Encoding="gzip"),
    "damaged gzip": _answer("200 OK", _ZIPPED[:20] + b"x" * 20 + _ZIPPED[40:], Content_Encoding="gzip"),
    "body shorter than announced": _answer("200 OK", b"{", Content_Length="9999"),
    "chunks that are none": _answer("200 OK", b"zz\r\nzz\r\n", Transfer_Encoding="chunked"),
    "header without an end": _raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000),
    "not http, and repeats the request": _says_back_what_is_no_http,
    "silence, then the end": _raw(b""),
    "reset": _reset,
    "no answer in time": _hang,
}


@asynccontextmanager
async def faulty(fault: Fault) -> AsyncIterator[int]:
    """The port of such a server, as long as the context lasts."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            await fault(head, writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
