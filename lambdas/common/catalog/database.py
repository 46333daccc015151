"""Connections to the catalog's Postgres: verified TLS, a token of IAM for a password, and no wait without an end.

A server that refuses, sleeps, hangs or goes away is DatabaseAway: the same work may succeed later. One that is there
and does not know a table, or its user, waits for a person: StopTheLine.
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
from lambdas.common.clock import Clock
from lambdas.common.errors import Retry, StopTheLine
from lambdas.common.settings import AwsSettings
from lambdas.common.sigv4 import Credentials, Signer

_ROOT = Path(__file__).resolve().parents[3]
_AWAY = (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction)
"""Also deadlocks, a server that shuts down, one without free connections, and one that another has taken over from."""
_IDLE = "-c idle_session_timeout=60s -c idle_in_transaction_session_timeout=60s"

Connect = Callable[[], psycopg.Connection]
Password = Callable[[], str]


class DatabaseAway(Retry):
    """The database did not answer, or not in time."""


class TooSlow(Retry):
    """The database is there, but this statement took longer than it may."""


def connect(settings: DatabaseSettings, *, statement_seconds: float, password: Password = str) -> psycopg.Connection:
    """A new connection on which each statement is a transaction of its own. Raises DatabaseAway."""
    tls: dict[str, Any] = (
        {"sslmode": "verify-full", "sslrootcert": str(_ROOT / settings.database_ca)} if settings.database_ca else {}
    )
    try:
        return psycopg.connect(
            host=settings.database_host,
            port=settings.database_port,
            dbname=settings.database_name,
            user=settings.database_user,
            password=password() or None,
            connect_timeout=settings.database_connect_seconds,
            application_name=settings.database_user,
            # Aurora pauses once no session is left: one that nobody uses ends by itself.
            options=f"-c statement_timeout={round(1000 * statement_seconds)} {_IDLE}",
            # A plan made for other words is the wrong one: common words want another index than rare ones.
            prepare_threshold=None,
            autocommit=True,
            **tls,
        )
    except psycopg.Error as error:
        away = DatabaseAway(f"the database did not take a connection: {_first_line(error)}")
    raise away  # out here, without cause or context: psycopg's error holds the connection, and that the password


def sign_in(settings: DatabaseSettings, clock: Clock) -> Password:
    """What signs in: a token of IAM, made for each connection; nothing where the server trusts.

    A token holds for 15 minutes and is made on this machine, from the function's own credentials: no call, no secret.
    """
    if not settings.database_iam:
        return str
    aws = AwsSettings.from_env()
    keys = Credentials(aws.aws_access_key_id, aws.aws_secret_access_key, aws.aws_session_token)
    signer = Signer(aws.aws_region, keys)
    url = f"https://{settings.database_host}:{settings.database_port}/"
    asked = {"Action": "connect", "DBUser": settings.database_user}
    return lambda: signer.presigned("rds-db", url, asked, at=clock.time(), seconds=900).removeprefix("https://")


@contextmanager
def within(connection: psycopg.Connection, seconds: float) -> Iterator[psycopg.Connection]:
    """Use a connection for `seconds` at most, even if the server says nothing at all. Raises DatabaseAway, TooSlow,
    StopTheLine. After DatabaseAway the connection is of no use any more, and closed.
    """
    with socket.socket(fileno=os.dup(connection.fileno())) as line:  # of our own: numbers are given again
        timer = Timer(max(seconds, 0), _hang_up, [line])
        timer.daemon = True
        timer.start()
        try:
            with _told():
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
def _told() -> Iterator[None]:
    """Errors of the driver as ours. They name the state that SQL has for what happened, never a statement or a row."""
    try:
        yield
    except errors.QueryCanceled as error:
        raise TooSlow("the database was asked for more than it finds in time") from error
    except _AWAY as error:
        raise DatabaseAway(f"the database did not do what it was asked: {_state(error)}") from error
    except psycopg.Error as error:
        raise StopTheLine(
            f"the database refuses: {_state(error)}; is it migrated, and may this user do that?"
        ) from error


def _state(error: psycopg.Error) -> str:
    return f"{type(error).__name__} {error.sqlstate or ''}".strip()


def _first_line(error: psycopg.Error) -> str:
    return str(error).strip().partition("\n")[0]
