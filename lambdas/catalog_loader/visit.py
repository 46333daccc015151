"""An invocation's stay in the database: connected when first needed, and gone at its end, so that Aurora can pause."""

from collections.abc import Callable
from typing import Self, TypeVar

import psycopg

from lambdas.common.catalog.database import Connect, DatabaseAway, within
from lambdas.common.errors import Retry

T = TypeVar("T")

TRIES = 12
PAUSE = 5
"""Seconds between tries: together the minute that a long-paused cluster takes to be back, or another to take over."""


class Visit:
    """One connection at most; a lost one is made again. `remaining` tells the seconds left to the invocation.

    A database that is away is waited for: the queue would bring its messages back in half an hour.
    """

    def __init__(self, connect: Connect, *, remaining: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._connect = connect
        self._remaining = remaining
        self._sleep = sleep
        self._connection: psycopg.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection:
            self._connection.close()

    def run(self, work: Callable[[psycopg.Connection], T]) -> T:
        """Give what `work` makes of the connection; it is called again if the database goes away under it.

        Raises DatabaseAway, TooSlow, StopTheLine, and Retry when the time is up.
        """
        for _ in range(TRIES - 1):
            try:
                return self._attempt(work)
            except DatabaseAway:
                if self._remaining() <= PAUSE:
                    raise
                self._sleep(PAUSE)
        return self._attempt(work)

    def _attempt(self, work: Callable[[psycopg.Connection], T]) -> T:
        if self._remaining() <= 0:
            raise Retry("there is no time left in this invocation")
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
        with within(self._connection, self._remaining()) as connection:
            return work(connection)
