"""An invocation's stay in the database: connected when first needed, and gone at its end, so that Aurora can pause."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

import psycopg

from lambdas.common.catalog.database import Connect, within
from lambdas.common.errors import Retry


class Visit:
    """One connection at most; a lost one is made again for the next object. `remaining` tells the seconds left."""

    def __init__(self, connect: Connect, remaining: Callable[[], float]) -> None:
        self._connect = connect
        self._remaining = remaining
        self._connection: psycopg.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection:
            self._connection.close()

    @contextmanager
    def connected(self) -> Iterator[psycopg.Connection]:
        """The connection, until the time is up. Raises DatabaseAway, TooSlow, StopTheLine, Retry."""
        if self._remaining() <= 0:
            raise Retry("there is no time left in this invocation")
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
        with within(self._connection, self._remaining()) as connection:
            yield connection
