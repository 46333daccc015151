"""The API on a real Postgres: events in, answers out, as API Gateway has them."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from lambdas.catalog_api.api import resolver
from lambdas.catalog_api.session import Session
from lambdas.catalog_api.settings import CatalogApiSettings
from lambdas.common.catalog.database import Connect, connect
from lambdas.common.clock import SystemClock
from local.catalog import gateway

Answer = tuple[int, Any, dict[str, str]]


NOW = 1_795_000_000


class StoppedClock(SystemClock):
    """It is always NOW."""

    def time(self) -> float:
        return NOW


@dataclass
class Api:
    """Asks the API."""

    handle: gateway.Handler

    def ask(self, method: str, path: str, query: str = "", body: bytes = b"", **headers: str) -> Answer:
        """Status, body (from JSON when it is that), headers."""
        event = gateway.event(method, path, query, headers, body)
        answer = self.handle(event, gateway.CONTEXT)
        found = {name.lower(): value for name, value in answer["headers"].items()}
        text = answer["body"]
        return answer["statusCode"], json.loads(text) if "json" in found["content-type"] else text, found

    def get(self, path: str, /, **parameters: Any) -> Answer:
        """GET with parameters."""
        return self.ask("GET", path, urlencode(parameters))

    def titles(self, **parameters: Any) -> list[str]:
        """The titles of a search."""
        status, body, _ = self.get("/movies", **parameters)
        assert status == 200, body
        return [movie["title"] for movie in body["movies"]]

    def post(self, rows: Any, **headers: str) -> Answer:
        """POST of movies."""
        return self.ask("POST", "/movies", body=json.dumps(rows).encode(), **headers)


Serve = Callable[..., Api]
"""serve(settings), or serve(settings, connecting) with connections made otherwise."""


@contextmanager
def serving() -> Iterator[Serve]:
    """Make APIs, whose connections end with the context."""
    with ExitStack() as stack:

        def serve(settings: CatalogApiSettings, connecting: Connect | None = None) -> Api:
            session = Session(connecting or partial(connect, settings, statement_seconds=2))
            stack.callback(session.close)
            return Api(resolver(session, settings, StoppedClock()).resolve)

        yield serve
