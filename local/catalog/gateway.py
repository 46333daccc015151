"""API Gateway as far as the catalog's API needs it: HTTP on loopback, an event of format 2.0, and the answer back.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import sys
import traceback
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

from local.serving import LOOPBACK

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

_LARGEST_BODY = 6 * 1024 * 1024
"""What Lambda takes."""
CONTEXT = SimpleNamespace(
    function_name="catalog_api",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:catalog_api",
    aws_request_id="8476a536-e9f4-11e8-9739-2dfe598c3fcd",
)


def event(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """A request as the function gets it; the path is still quoted, the query too."""
    path = unquote(path, errors="replace")
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": {"http": {"method": method, "path": path, "protocol": "HTTP/1.1"}, "stage": "$default"},
        "isBase64Encoded": bool(body),
        **({"body": b64encode(body).decode()} if body else {}),
    }


@contextmanager
def serving(handler: Handler, port: int = 0) -> Iterator[str]:
    """Serve a handler while the context lasts; gives the root URL. Port 0 picks a free one.

    Requests go through one by one, as they do through one environment of a function.
    """
    server = _Server((LOOPBACK, port), _Request)
    server.handler = handler
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    handler: Handler

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.one_by_one = Lock()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that gave up on an answer is no error: who types on has given up on each search but the last."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Request(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > _LARGEST_BODY:
            self.close_connection = True
            self._send({"statusCode": 413, "body": '{"message":"Request Entity Too Large"}'})
            return
        path, _, query = self.path.partition("?")
        asked = event(self.command, path, query, dict(self.headers), self.rfile.read(int(length)))
        try:
            with self.server.one_by_one:
                answer = self.server.handler(asked, CONTEXT)
        except Exception:  # noqa: BLE001 - whatever a function fails with, its caller learns nothing of it
            traceback.print_exc()  # for who runs this
            answer = {"statusCode": 500, "body": '{"message":"Internal Server Error"}'}
        self._send(answer)

    do_DELETE = do_GET = do_HEAD = do_OPTIONS = _serve  # noqa: N815 - http.server's names
    do_PATCH = do_POST = do_PUT = do_TRACE = _serve  # noqa: N815

    def _send(self, answer: dict[str, Any]) -> None:
        text = str(answer.get("body") or "")
        body = b64decode(text) if answer.get("isBase64Encoded") else text.encode()
        self.send_response(int(answer["statusCode"]))
        for name, value in {"Content-Type": "application/json", **(answer.get("headers") or {})}.items():
            self.send_header(name, str(value))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is worth a line."""
