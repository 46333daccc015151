"""The schema as a deployment asks for it: answered whatever happens, or the deployment would hang."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from lambdas.catalog_migrator import resource
from lambdas.catalog_migrator.resource import provide, put
from lambdas.common.errors import StopTheLine

REQUEST = {
    "StackId": "arn:stack",
    "RequestId": "1",
    "LogicalResourceId": "Schema",
    "ResponseURL": "https://answer.example/here?signed",
}


def said(kind: str, migrate: Any) -> dict[str, Any]:
    """The answer to a request of this kind."""
    answers: list[tuple[str, bytes]] = []
    provide(REQUEST | {"RequestType": kind}, migrate, lambda url, body: answers.append((url, body)))
    ((url, body),) = answers
    assert url == REQUEST["ResponseURL"] and len(body) < 4096
    answer: dict[str, Any] = json.loads(body)
    assert {name: answer[name] for name in ("StackId", "RequestId", "LogicalResourceId")}.items() <= REQUEST.items()
    assert answer["PhysicalResourceId"] == resource.SCHEMA
    return answer


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_deployment_migrates(kind: str) -> None:
    """A new stack and one that brings other migrations."""
    done: list[str] = []
    assert said(kind, lambda: done.append("migrated"))["Status"] == "SUCCESS"
    assert done == ["migrated"]


def test_a_stack_that_goes_undoes_nothing() -> None:
    """The data outlives it, where it is kept."""
    assert said("Delete", lambda: pytest.fail("it migrated"))["Status"] == "SUCCESS"


@pytest.mark.parametrize("error", [StopTheLine("migration 0001_movies was changed"), ValueError("x" * 5_000)])
def test_a_migration_that_fails_fails_the_deployment(error: Exception) -> None:
    """With its reason, at any length, and nothing raised: Lambda would try again what CloudFormation has given up."""

    def fail() -> None:
        raise error

    answer = said("Update", fail)
    assert answer["Status"] == "FAILED"
    assert f"was not migrated: {error}"[:100] in answer["Reason"]


@contextmanager
def answered() -> Iterator[tuple[str, list[tuple[str, str | None, bytes]]]]:
    """A URL that takes answers, and those it was given: method, type, body."""
    requests: list[tuple[str, str | None, bytes]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            requests.append((self.command, self.headers["Content-Type"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is worth a line."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", requests
        server.shutdown()
        thread.join()


def test_the_answer_is_put_without_a_type() -> None:
    """As the URL was signed for: with a Content-Type S3 would refuse it."""
    with answered() as (url, requests):
        put(url, b'{"Status": "SUCCESS"}')
    assert requests == [("PUT", "", b'{"Status": "SUCCESS"}')]
