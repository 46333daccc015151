"""As much of S3 as a function needs that lists, reads parts of and puts objects: enough for a zip to do its work."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

_TIME = "2026-11-25T08:30:00.000Z"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    objects: dict[str, bytes]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        key = unquote(address.path).removeprefix("/lake").lstrip("/")
        if not key:
            self._answer(200, self._listing(parse_qs(address.query).get("prefix", [""])[0]))
            return
        content = self.server.objects[key]
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        first, last = (int(asked[1]), int(asked[2])) if asked else (0, len(content) - 1)
        part = content[first : last + 1]
        self._answer(206 if asked else 200, part, {"Content-Range": f"bytes {first}-{last}/{len(content)}"})

    def do_PUT(self) -> None:
        key = unquote(urlsplit(self.path).path).removeprefix("/lake/")
        self.server.objects[key] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, b"")

    def _listing(self, prefix: str) -> bytes:
        entries = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>{_TIME}</LastModified><ETag>e</ETag>"
            f"<Size>{len(content)}</Size></Contents>"
            for key, content in sorted(self.server.objects.items())
            if key.startswith(prefix)
        )
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>".encode()

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        more = {"Content-Length": str(len(body)), "Last-Modified": "Wed, 25 Nov 2026 08:30:00 GMT", "ETag": '"e"'}
        for name, value in {**more, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is worth a line."""


@contextmanager
def serving(objects: dict[str, bytes]) -> Iterator[str]:
    """Serve the bucket `lake` with these objects, which change with it; gives the address of S3."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.objects = objects
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
