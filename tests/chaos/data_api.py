"""RDS's Data API in front of a real Postgres: https://docs.aws.amazon.com/rdsdataservice/latest/APIReference.

A transaction whose caller is dead is rolled back by RDS three minutes after its last call: `forget` is that.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
import psycopg
from aiohttp import web

from local.postgres import Postgres
from local.serving import listening


class DataApi:
    """The calls that the migrator makes."""

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._open: dict[str, psycopg.Connection] = {}
        self._calls: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "/BeginTransaction": self._begin,
            "/Execute": self._execute,
            "/CommitTransaction": lambda asked: self._end(asked, psycopg.Connection.commit),
            "/RollbackTransaction": lambda asked: self._end(asked, psycopg.Connection.rollback),
        }

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Answer one call."""
        asked = orjson.loads(await request.read())
        said = await asyncio.to_thread(self._calls[request.path], asked)
        return web.Response(body=orjson.dumps(said), content_type="application/json")

    def forget(self) -> None:
        """Three minutes have passed."""
        while self._open:
            self._open.popitem()[1].close()

    def _begin(self, asked: dict[str, Any]) -> dict[str, Any]:
        connection = self._server.connect(asked["database"])
        connection.autocommit = False
        id = f"transaction-{len(self._open)}"
        self._open[id] = connection
        return {"transactionId": id}

    def _execute(self, asked: dict[str, Any]) -> dict[str, Any]:
        cursor = self._open[asked["transactionId"]].execute(asked["sql"].encode())
        rows = cursor.fetchall() if cursor.description else []
        return {"records": [[{"stringValue": str(value)} for value in row] for row in rows]}

    def _end(self, asked: dict[str, Any], end: Callable[[psycopg.Connection], None]) -> dict[str, Any]:
        with self._open.pop(asked["transactionId"]) as connection:
            end(connection)
        return {"transactionStatus": "Transaction Ended"}


@asynccontextmanager
async def serving(server: Postgres) -> AsyncIterator[tuple[DataApi, str]]:
    """The API and its URL, while the context lasts."""
    api = DataApi(server)
    async with listening(web.Server(api.handle)) as url:
        yield api, url
    api.forget()
