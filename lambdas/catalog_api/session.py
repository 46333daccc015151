"""The API's connection: made when it is needed, kept for the next request, made again when the server has ended it."""

from collections.abc import Callable
from typing import TypeVar

import psycopg

from lambdas.common.catalog.database import Connect, DatabaseAway, within

T = TypeVar("T")

STATEMENT_SECONDS = 2
_WORK_SECONDS = 4
"""For all statements of a request, from a server that may have stopped answering."""


class Session:
    """One connection at most. The server ends it when it was idle for a minute, so that the database can pause."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._kept: psycopg.Connection | None = None

    def run(self, work: Callable[[psycopg.Connection], T]) -> T:
        """Give what `work` makes of the connection; it may be called twice. Raises DatabaseAway, TooSlow."""
        if self._kept and not self._kept.closed:
            try:
                return self._attempt(self._kept, work)
            except DatabaseAway:
                pass  # ended since: whether the server is there, a new connection tells
        self._kept = self._connect()
        return self._attempt(self._kept, work)

    def close(self) -> None:
        """End the connection."""
        if self._kept:
            self._kept.close()

    def _attempt(self, connection: psycopg.Connection, work: Callable[[psycopg.Connection], T]) -> T:
        with within(connection, _WORK_SECONDS):
            return work(connection)
