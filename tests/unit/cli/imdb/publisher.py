"""IMDb's server, made up: one list with a version, sent as web servers do, with whatever goes wrong on the way."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple

from tests.unit.cli.imdb.test_basics import HEADER, row


def packed(*rows: str) -> bytes:
    """A list with these lines, in gzip."""
    return gzip.compress("\n".join([HEADER, *rows, ""]).encode(), mtime=0)


class Cut(NamedTuple):
    """The connection ends after so many bytes."""

    at: int


class Status(NamedTuple):
    """An answer without the list."""

    code: int


class Page(NamedTuple):
    """Something else than the list, said to be it."""

    body: bytes


class Changed(NamedTuple):
    """Another list takes this one's place in the middle of the answer."""

    body: bytes
    etag: str


class Publisher:
    """What is published. Each request takes one of `faults` away, in order; None is none."""

    def __init__(self, body: bytes = b"", etag: str = '"1"') -> None:
        self.body = body or packed(*(row(f"tt{id:07d}") for id in range(1, 3_000)))
        self.etag = etag
        self.faults: list[Cut | Status | Page | Changed | None] = []
        self.asked: list[dict[str, str]] = []
        """The headers of each request."""
        self.sent = 0
        """Bytes of bodies."""
        self.url = ""

    @contextmanager
    def running(self) -> Iterator["Publisher"]:
        """Serve it on this machine, at `url`."""
        handler = type("Handler", (_Handler,), {"publisher": self})
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            self.url = f"http://127.0.0.1:{server.server_port}/title.basics.tsv.gz"
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()


class _Handler(BaseHTTPRequestHandler):
    publisher: Publisher

    def do_GET(self) -> None:
        told, given = self.publisher, {name.lower(): value for name, value in self.headers.items()}
        told.asked.append(given)
        fault = told.faults.pop(0) if told.faults else None
        body, status, start = told.body, 200, 0
        if isinstance(fault, Page):
            body = fault.body
        elif isinstance(fault, Status):
            status, body = fault.code, b""
        elif given.get("if-none-match") == told.etag:
            status, body = 304, b""
        elif "range" in given and given.get("if-range") == told.etag:
            start = int(given["range"].removeprefix("bytes=").removesuffix("-"))
            status, body = (206, told.body[start:]) if start < len(told.body) else (416, b"")
        self.send_response(status)
        if told.etag:
            self.send_header("ETag", told.etag)
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{len(told.body) - 1}/{len(told.body)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if isinstance(fault, Changed):
            half = len(body) // 2
            told.body, told.etag = fault
            body = (body[:half] + told.body[half:])[: len(body)].ljust(len(body), b"\0")
        elif isinstance(fault, Cut):
            body = body[: fault.at]
        told.sent += len(body)
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""
