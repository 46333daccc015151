"""The catalog of a run: the movies of its lake in a Postgres of its own, and the page in front of them.

The emulator's RDS is a name without a server, so the loader is called here as a function, with the bucket's files for
S3: the same code on the same objects. A file that is dropped below `lake/drop` is found a second later.
"""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import psycopg

from lambdas.catalog_loader.load import load
from lambdas.catalog_loader.objects import DROPS, MOVIES, Content, Name
from lambdas.common.errors import PipelineError
from local import postgres
from local.catalog import gateway
from local.catalog.__main__ import DATABASE, handler, prepare, settings

_META = ".meta.json"
"""What the emulator keeps beside each object."""


class Version(NamedTuple):
    """A file as it was at one look: one that somebody is still writing is another at the next."""

    path: Path
    size: int
    written_at: int


@dataclass
class Catalog:
    """A database, filled from the folder of a bucket."""

    server: postgres.Postgres
    bucket: Path
    edge_url: str
    _seen: set[Version] = field(default_factory=set)

    def fill(self) -> Counter[str]:
        """Load what is new or other than it was; counts rows stored, removed and rejected, and bad objects."""
        counts: Counter[str] = Counter()
        with self.server.connect(DATABASE) as connection:
            for version in sorted(self._objects() - self._seen):
                self._seen.add(version)
                counts.update(self._load(version.path, connection))
        return counts

    def movies(self) -> int:
        """How many there are."""
        with self.server.connect(DATABASE) as connection:
            row = connection.execute("SELECT count(*) FROM movie").fetchone()
        return int(row[0]) if row else 0

    @contextmanager
    def page(self, port: int) -> Iterator[str]:
        """Serve API and page while the context lasts; gives their URL. Raises OSError when the port is taken."""
        with gateway.serving(handler(settings(self.server, edge_url=self.edge_url)), port) as url:
            yield url

    def _objects(self) -> set[Version]:
        found = set()
        for prefix in (DROPS, MOVIES):
            for path in (self.bucket / prefix).rglob("*"):
                if path.is_file() and not path.name.endswith(_META):
                    stat = path.stat()
                    found.add(Version(path, stat.st_size, stat.st_mtime_ns))
        return found

    def _load(self, path: Path, connection: psycopg.Connection) -> dict[str, int]:
        name = Name(self.bucket.name, str(path.relative_to(self.bucket)))
        try:
            loaded = load(name, self, lambda work: work(connection))
        except PipelineError:
            return {"unreadable": 1}
        if loaded is None:
            return {}
        return {"stored": loaded.stored, "removed": loaded.removed, "rejected": loaded.rejected}

    def open(self, name: Name) -> Content | None:
        """An object, as the loader asks for it."""
        path = self.bucket / name.key
        try:
            return Content(int(path.stat().st_mtime), iter([path.read_bytes()]))
        except FileNotFoundError:
            return None


@contextmanager
def catalog(folder: Path, bucket: Path, edge_url: str) -> Iterator[Catalog]:
    """A Postgres with the catalog's schema; its data is left in `folder`. Raises PostgresError.

    Until then the data is where temporary files are: Postgres does not run as root, and whom it runs as instead may not
    reach `folder`.
    """
    with TemporaryDirectory(prefix="catalog-") as scratch:
        Path(scratch).chmod(0o755)
        data = Path(scratch) / "data"
        with postgres.serving(data) as server:
            prepare(server)
            yield Catalog(server, bucket, edge_url)
        if data.exists():  # none of ours, where POSTGRES_DSN names a server
            shutil.move(data, folder)
