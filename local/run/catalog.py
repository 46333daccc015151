"""The catalog of a run: a Postgres of its own where AWS has Aurora, which on the emulator is a name without a server.

All else is what goes to AWS. The stack's migrator brings the schema, by a Data API; its loader loads what comes into
the lake's bucket; and its API answers, with a plain HTTP server in front for the page.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lambdas.common.catalog.settings import DATABASE
from local import data_api, emulator, postgres
from local.catalog import gateway
from local.postgres import Postgres
from local.run.deployment import Deployment


@dataclass(frozen=True)
class Database:
    """An empty database, for a stage to fill."""

    server: Postgres
    data_api_url: str

    @property
    def settings(self) -> dict[str, str]:
        """What a stage with a catalog has to be told of it."""
        there = {"host": self.server.host, "port": self.server.port, "data_api_url": self.data_api_url}
        return {"catalog": "true", "database": json.dumps(there)}

    def movies(self) -> int:
        """How many there are."""
        with self.server.connect(DATABASE) as connection:
            row = connection.execute("SELECT count(*) FROM movie").fetchone()
        return int(row[0]) if row else 0


@contextmanager
def database(folder: Path) -> Iterator[Database]:
    """A server that lets in whom a stage's migrations make, as long as the context lasts; its data is left in `folder`.

    Until then the data is where temporary files are: Postgres does not run as root, and whom it runs as instead may not
    reach `folder`. Raises PostgresError.
    """
    with TemporaryDirectory(prefix="catalog-") as scratch:
        Path(scratch).chmod(0o755)
        data = Path(scratch) / "data"
        with postgres.own(data) as server:
            server.create(DATABASE)
            with data_api.serving(server) as url:
                yield Database(server, url)
        shutil.move(data, folder)


@contextmanager
def page(world: Deployment, port: int) -> Iterator[str]:
    """Serve API and page while the context lasts; gives their URL. Raises OSError when the port is taken.

    Who reaches this machine's own address is somebody, and may POST.
    """
    functions, name = world.emulator.client("lambda"), world.outputs["CatalogApiFunction"]

    def answer(event: dict[str, Any], _: Any) -> dict[str, Any]:
        event["requestContext"]["authorizer"] = {"iam": {"accountId": emulator.ACCOUNT}}
        answered = functions.invoke(FunctionName=name, Payload=json.dumps(event))
        found: dict[str, Any] = json.load(answered["Payload"])
        if "FunctionError" in answered:
            raise RuntimeError(f"{name} failed: {found}")
        return found

    with gateway.serving(answer, port) as url:
        yield url
