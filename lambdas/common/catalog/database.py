"""Connections to the catalog's Postgres: verified TLS, a token of IAM for a password, and no wait without an end.

A server that refuses, sleeps, hangs or goes away is DatabaseAway: the same work may succeed later. What the server
itself says about a statement is no such error.
"""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import Any

import psycopg
from psycopg import errors

from lambdas.common.catalog.settings import DatabaseSettings
from lambdas.common.errors import Retry

_ROOT = Path(__file__).resolve().parents[3]
_AWAY = (psycopg.OperationalError, psycopg.InterfaceError)
"""Also deadlocks, a server that shuts down, one without free connections, and statements that took too long."""

Connect = Callable[[], psycopg.Connection]


class DatabaseAway(Retry):
    """The database did not answer, or not in time."""


class TooSlow(Retry):
    """The database is there, but this statement took longer than it may."""


def connect(settings: DatabaseSettings, *, statement_seconds: float) -> psycopg.Connection:
    """A new connection on which each statement is a transaction of its own. Raises DatabaseAway."""
    tls = {"sslmode": "verify-full", "sslrootcert": str(_ROOT / settings.database_ca)} if settings.database_ca else {}
    with _told("did not take a connection"):
        return psycopg.connect(
            host=settings.database_host,
            port=settings.database_port,
            dbname=settings.database_name,
            user=settings.database_user,
            password=token(settings) if settings.database_iam else None,
            connect_timeout=settings.database_connect_seconds,
            application_name=settings.database_user,
            # Aurora must be able to pause: it counts sessions that wait for nothing.
            options=f"-c statement_timeout={round(1000 * statement_seconds)} -c idle_in_transaction_session_timeout=60s",
            # A plan made for other words is the wrong one: common words want another index than rare ones.
            prepare_threshold=None,
            autocommit=True,
            **tls,
        )


def token(settings: DatabaseSettings) -> str:
    """A password for 15 minutes, made on this machine from the function's own credentials: no call, no secret."""
    import boto3

    signed: str = boto3.client("rds").generate_db_auth_token(
        settings.database_host, settings.database_port, settings.database_user
    )
    return signed


@contextmanager
def within(connection: psycopg.Connection, seconds: float) -> Iterator[psycopg.Connection]:
    """Use a connection for `seconds` at most, even if the server says nothing at all. Raises DatabaseAway, TooSlow.

    After DatabaseAway the connection is of no use any more, and closed.
    """
    with socket.socket(fileno=os.dup(connection.fileno())) as line:  # of our own: numbers are given again
        timer = Timer(max(seconds, 0), _hang_up, [line])
        timer.daemon = True
        timer.start()
        try:
            with _told("did not do what it was asked"):
                yield connection
        except DatabaseAway:
            connection.close()
            raise
        finally:
            timer.cancel()
            timer.join()


def _hang_up(line: socket.socket) -> None:
    """End the conversation: whoever waits for an answer on it reads its end."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Errors of the driver as ours. Their messages hold the state that SQL has for them, never a statement or a row."""
    try:
        yield
    except errors.QueryCanceled as error:
        raise TooSlow("the database was asked for more than it finds in time") from error
    except _AWAY as error:
        raise DatabaseAway(f"the database {what}: {type(error).__name__} {_state(error)}".strip()) from error


def _state(error: Any) -> str:
    return str(error.sqlstate or "")
