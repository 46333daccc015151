"""Connections: who is believed to be the database, with which password, and for how long it is waited."""

import datetime as dt
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import boto3
import psycopg
import pytest
from cryptography import x509

from lambdas.common.catalog.database import DatabaseAway, connect, sign_in, within
from lambdas.common.catalog.settings import RDS_CA, DatabaseSettings
from lambdas.common.clock import SystemClock
from lambdas.common.errors import StopTheLine
from local import certificate, postgres
from local.postgres import Postgres

ROOT = Path(__file__).resolve().parents[4]


def settings(host: str, port: int, ca: str) -> DatabaseSettings:
    """Settings of a local server."""
    return DatabaseSettings(
        database_host=host,
        database_port=port,
        database_name="postgres",
        database_user="postgres",
        database_iam=False,
        database_ca=ca,
        database_connect_seconds=5,
    )


class StoppedClock(SystemClock):
    """It is always the same moment."""

    def time(self) -> float:
        return 1_795_000_000


def test_a_token_is_what_botos_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is a request to connect as one user to one host, signed here as AWS's own library signs it."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "canary",
        "AWS_SESSION_TOKEN": "a/session+token=",
        "AWS_REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(name, value)
    settings = DatabaseSettings(database_host="db.example.org", database_user="catalog_api")
    made = sign_in(settings, StoppedClock())()
    moment = dt.datetime.fromtimestamp(1_795_000_000, dt.UTC)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_, **__: moment.replace(tzinfo=None))
    boto = boto3.client("rds", region_name="eu-west-1").generate_db_auth_token("db.example.org", 5432, "catalog_api")
    assert _parts(made) == _parts(boto)
    assert "canary" not in made


def _parts(token: str) -> tuple[str, dict[str, list[str]]]:
    """Host, and the query, whose order is free."""
    host, _, query = token.partition("/?")
    return host, parse_qs(query, strict_parsing=True)


def test_a_server_that_trusts_gets_no_password() -> None:
    """Without IAM there is none, and none is asked for."""
    assert sign_in(settings("localhost", 5432, ""), StoppedClock())() == ""


def test_the_shipped_roots_are_rds_own() -> None:
    """Every certificate is a root of RDS that signed itself and holds for decades; each region has all kinds."""
    roots = x509.load_pem_x509_certificates((ROOT / RDS_CA).read_bytes())
    regions: dict[str, set[str]] = {}
    for root in roots:
        root.verify_directly_issued_by(root)
        assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        assert root.not_valid_after_utc > dt.datetime(2060, 1, 1, tzinfo=dt.UTC)
        (name,) = root.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        words = str(name.value).split()
        assert (words[:2], words[3:5], words[6:]) == (["Amazon", "RDS"], ["Root", "CA"], ["G1"])
        regions.setdefault(words[2], set()).add(words[5])
    assert {"us-east-1", "eu-west-1", "eu-central-1", "ap-southeast-2"} <= regions.keys()
    assert all(kinds == {"RSA2048", "RSA4096", "ECC384"} for kinds in regions.values())


@pytest.fixture(scope="module")
def secure() -> Iterator[tuple[int, Path]]:
    """The port of a server on 127.0.0.1 that speaks TLS, and the certificate that it shows."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        shown, key = certificate.write(Path(folder), "127.0.0.1")
        if owner := postgres.runs_as():  # who must be able to read the key
            for path in (Path(folder), key):
                shutil.chown(path, owner.pw_uid, owner.pw_gid)
        files = {"ssl_cert_file": str(shown), "ssl_key_file": str(key)}
        with postgres.own(settings={"port": str(port), "listen_addresses": "127.0.0.1", "ssl": "on", **files}):
            yield port, shown


def test_tls_is_verified(secure: tuple[int, Path]) -> None:
    """A server is believed with its own root and name; neither with the roots of others nor under another name."""
    port, shown = secure
    with connect(settings("127.0.0.1", port, str(shown)), statement_seconds=1) as connection:
        assert connection.pgconn.ssl_in_use
    for host, ca, why in (("127.0.0.1", RDS_CA, "certificate verify failed"), ("localhost", str(shown), "host name")):
        with pytest.raises(DatabaseAway, match=why):
            connect(settings(host, port, ca), statement_seconds=1)


def test_a_server_without_tls_is_left(secure: tuple[int, Path]) -> None:
    """What would be said in clear is not said: no TLS, no connection."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with postgres.own(settings={"port": str(port), "listen_addresses": "127.0.0.1"}):
        with pytest.raises(DatabaseAway, match="does not support SSL"):
            connect(settings("127.0.0.1", port, str(secure[1])), statement_seconds=1)
        connect(settings("127.0.0.1", port, ""), statement_seconds=1).close()


def test_a_connection_that_is_lost_is_closed(server: Postgres) -> None:
    """Whoever was cut off makes a new one."""
    connection = connect(settings(server.host, server.port, ""), statement_seconds=60)
    with pytest.raises(DatabaseAway), within(connection, 0.1):
        connection.execute("SELECT pg_sleep(50)")
    assert connection.closed


def test_a_writer_that_became_the_reader_is_left(server: Postgres) -> None:
    """After a failover the old connection only reads: it is closed, so that the next one asks where the writer is."""
    connection = connect(settings(server.host, server.port, ""), statement_seconds=5)
    connection.execute("SET default_transaction_read_only = on")
    with pytest.raises(DatabaseAway, match="ReadOnlySqlTransaction"), within(connection, 5):
        connection.execute("CREATE TABLE written ()")
    assert connection.closed


def test_a_session_that_nobody_uses_ends(server: Postgres) -> None:
    """The server itself ends it after a minute, and a statement after what it was given."""
    with connect(settings(server.host, server.port, ""), statement_seconds=2) as connection:
        shown = [
            connection.execute(f"SHOW {name}".encode()).fetchone()
            for name in ("idle_session_timeout", "statement_timeout")
        ]
    assert shown == [("1min",), ("2s",)]


def test_an_error_names_no_row(server: Postgres) -> None:
    """What is told of a refusal is its kind, not the values in it."""
    connecting = connect(settings(server.host, server.port, ""), statement_seconds=5)
    with connecting as connection, pytest.raises(StopTheLine) as raised, within(connection, 5):
        connection.execute("SELECT 'canary'::int")
    assert "InvalidTextRepresentation 22P02" in str(raised.value) and "canary" not in str(raised.value)
    assert isinstance(raised.value.__cause__, psycopg.Error)
