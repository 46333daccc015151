"""RDS's Data API on this machine, in front of a real Postgres, as far as the catalog's migrator calls it.

A transaction is a connection of its own until it is committed or rolled back. Values are what the API makes of them;
an error of Postgres is a DatabaseErrorException, as there.
https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_Operations.html
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import psycopg

from local.postgres import Postgres
from local.serving import LOOPBACK

Json = dict[str, Any]


class Resuming(Exception):
    """The cluster is waking up."""


class DataApi:
    """Answers calls. The first `asleep` of them find a cluster that is waking up."""

    def __init__(self, server: Postgres, asleep: int = 0) -> None:
        self._server = server
        self._asleep = asleep
        self._open: dict[str, psycopg.Connection] = {}

    def answer(self, path: str, asked: Json) -> Json:
        """The answer to one call. Raises KeyError for what is no call, or no transaction, Resuming, psycopg.Error."""
        if self._asleep:
            self._asleep -= 1
            raise Resuming
        match path:
            case "/BeginTransaction":
                id = uuid4().hex
                self._open[id] = self._server.connect(asked["database"])
                self._open[id].autocommit = False
                return {"transactionId": id}
            case "/Execute":
                # Prepared, because then Postgres takes one statement and no more, as this API does.
                cursor = self._open[asked["transactionId"]].execute(asked["sql"].encode(), prepare=True)
                rows = cursor.fetchall() if cursor.description else []
                return {"records": [[_value(value) for value in row] for row in rows], "numberOfRecordsUpdated": 0}
            case "/CommitTransaction":
                with self._open.pop(asked["transactionId"]) as connection:
                    connection.commit()
                return {"transactionStatus": "Transaction Committed"}
            case "/RollbackTransaction":
                self._open.pop(asked["transactionId"]).close()
                return {"transactionStatus": "Rollback Complete"}
        raise KeyError(path)

    def close(self) -> None:
        """Roll back what nobody has ended."""
        for connection in self._open.values():
            connection.close()


def _value(value: object) -> Json:
    match value:
        case None:
            return {"isNull": True}
        case bool():
            return {"booleanValue": value}
        case int():
            return {"longValue": value}
        case float():
            return {"doubleValue": value}
    return {"stringValue": str(value)}


@contextmanager
def serving(server: Postgres, *, asleep: int = 0) -> Iterator[str]:
    """Serve the API of a server's databases while the context lasts; gives its URL."""
    api = DataApi(server, asleep)

    class Call(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                self._send(200, api.answer(self.path, asked))
            except psycopg.Error as error:
                self._send(400, {"message": f"ERROR: {error}; SQLState: {error.sqlstate}"}, "DatabaseErrorException")
            except Resuming:
                self._send(400, {"message": "Aurora is resuming"}, "DatabaseResumingException")
            except KeyError as error:
                self._send(404, {"message": f"there is no {error}"}, "NotFoundException")

        def _send(self, status: int, answer: Json, error: str = "") -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            if error:
                self.send_header("x-amzn-ErrorType", error)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is worth a line."""

    with ThreadingHTTPServer((LOOPBACK, 0), Call) as http:
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{http.server_port}"
        finally:
            http.shutdown()
            thread.join()
            api.close()
