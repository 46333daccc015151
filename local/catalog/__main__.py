"""`python -m local.catalog`: Postgres, the catalog in it, and the API on localhost, until Ctrl-C.

With --data the movies are still there next time.
"""

import argparse
import signal
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event

import psycopg

from lambdas.catalog_api.api import resolver
from lambdas.catalog_api.session import STATEMENT_SECONDS, Session
from lambdas.catalog_api.settings import CatalogApiSettings
from lambdas.common.catalog.database import connect
from lambdas.common.catalog.settings import DATABASE
from lambdas.common.clock import SystemClock
from local import postgres
from local.catalog import gateway


def prepare(server: postgres.Postgres, database: str = DATABASE) -> None:
    """Make the database, if there is none, and bring it to the schema."""
    with suppress(psycopg.errors.DuplicateDatabase):
        server.create(database)
    server.migrate(database)


def settings(server: postgres.Postgres, *, database: str = DATABASE, edge_url: str = "") -> CatalogApiSettings:
    """What the API needs for a server on this machine: no gateway, so no IAM."""
    return CatalogApiSettings(
        database_host=server.host,
        database_port=server.port,
        database_name=database,
        database_user=server.user,
        database_iam=False,
        database_ca="",
        edge_url=edge_url,
        require_iam=False,
    )


def handler(of: CatalogApiSettings) -> gateway.Handler:
    """The API with these settings, as Lambda would call it."""
    return resolver(Session(partial(connect, of, statement_seconds=STATEMENT_SECONDS)), of, SystemClock()).resolve


def main() -> None:
    """Serve as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m local.catalog", description=__doc__)
    parser.add_argument("--port", type=int, default=8090, help="0 picks a free one")
    parser.add_argument("--edge-url", default="", help="where the page reads titles")
    parser.add_argument("--data", type=Path, help="folder that keeps the movies")
    arguments = parser.parse_args()
    stop = Event()
    for stopping in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stopping, lambda *_: stop.set())
    with postgres.serving(arguments.data) as server:
        prepare(server)
        with gateway.serving(handler(settings(server, edge_url=arguments.edge_url)), arguments.port) as url:
            print(f"listening on {url}", flush=True)
            stop.wait()


if __name__ == "__main__":
    main()
