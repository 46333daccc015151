"""Lambda on this machine: the Runtime API, and AWS's own runtime client in an interpreter that sees nothing but a zip.

The emulator runs functions beside its own packages, which can hide one that is missing from a zip; this does not.
"""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any, NamedTuple, Self

from packaging.requirements import Requirement

PROVIDED = ("awslambdaric", "boto3")
"""What Lambda's Python runtime brings along, with all they need."""
_PATIENCE = 60
_START = """
import sys
sys.path[:0] = [{task!r}, {provided!r}]
from awslambdaric.__main__ import main
main(["awslambdaric", {handler!r}])
"""


class Answer(NamedTuple):
    """What the function said: `result`, or `error` with errorMessage and errorType."""

    result: Any = None
    error: dict[str, Any] | None = None


AWS = "http://127.0.0.1:9"
"""Stands for the address of AWS in an environment, before there is one."""


class Runtime:
    """Runs one function. `calls` are the bodies of the AWS calls it made, each answered with an empty object."""

    def __init__(self, task: Path, provided: Path, stage: str, environment: Mapping[str, str]) -> None:
        self.calls: list[dict[str, Any]] = []
        self.events: Queue[Any] = Queue()
        self.answers: Queue[Answer] = Queue()
        self._server = _Server(self)
        handler = f"lambdas.{stage}.handler.handler"
        address = f"127.0.0.1:{self._server.server_port}"
        self._command = [
            *(sys.executable, "-I", "-S", "-B", "-c"),
            _START.format(task=str(task), provided=str(provided), handler=handler),
        ]
        self._environment = {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://{address}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_LAMBDA_FUNCTION_NAME": stage,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_GROUP_NAME": stage,
            "AWS_LAMBDA_LOG_STREAM_NAME": stage,
            "AWS_LAMBDA_RUNTIME_API": address,
            "AWS_REGION": "us-east-1",
            "AWS_SECRET_ACCESS_KEY": "test",
            "LAMBDA_TASK_ROOT": str(task),
            "POWERTOOLS_METRICS_NAMESPACE": "Tmdb-test-Pipeline",
            "TZ": ":UTC",
            "_HANDLER": handler,
            **{name: value.replace(AWS, f"http://{address}") for name, value in environment.items()},
        }
        self._task = task

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()
        self._process = subprocess.Popen(
            self._command, cwd=self._task, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self.events.put(None)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def peak_bytes(self) -> int:
        """The most memory that it ever had."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return 1024 * int(status.partition("VmHWM:")[2].split()[0])

    def invoke(self, event: Any) -> Answer:
        """Send an event and wait for the answer; a function that cannot start answers with an error too."""
        self.events.put(event)
        return self.answers.get(timeout=_PATIENCE)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.runtime = runtime

    def handle_error(self, *_: object) -> None:
        """A function that is stopped leaves its connections, which is no error."""


class _Handler(BaseHTTPRequestHandler):
    """The Runtime API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html; all else is a call to AWS."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        event = self.server.runtime.events.get()
        if event is None:
            self.close_connection = True
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + _PATIENCE) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:test",
        }
        self._answer(event, headers)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "null")
        if self.path.endswith("/response"):
            self.server.runtime.answers.put(Answer(result=body))
        elif self.path.endswith("/error"):
            self.server.runtime.answers.put(Answer(error=body))
        else:
            self.server.runtime.calls.append(body)
        self._answer({}, {})

    def _answer(self, body: Any, headers: Mapping[str, str]) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing is worth a line."""


def provide(folder: Path) -> None:
    """Fill `folder` with links to what Lambda's runtime brings along."""
    waiting, seen = list(PROVIDED), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        found = distribution(name)
        for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            link = folder / top
            if not link.exists():
                link.symlink_to(Path(str(found.locate_file(top))))
        needed = [Requirement(text) for text in found.requires or ()]
        waiting += [item.name for item in needed if item.marker is None or item.marker.evaluate({"extra": ""})]
