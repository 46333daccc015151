"""A lake that is compacted, and crashes wherever a test wants it to."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from lambdas.common.lake import Lake
from lambdas.lake_compactor.compact import Compacted, compact
from tests.unit.lake_writer.world import World

UNTIL = date(2026, 11, 20)


class Crash(Exception):
    """The process died here."""


class Compacting(World):
    """A World with the compactor."""

    def compact(self, until: date = UNTIL, *, lake: Lake | None = None, **asked: Any) -> Compacted:
        """Run it once."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            return compact(lake=lake or self.lake, database=self.database, folder=Path(folder), until=until, **asked)

    def crashing(self, after: int) -> "Watched":
        """The lake of a process that dies at its `after`th change, before it is made."""
        changes = iter(range(after))

        def crash(_: str) -> None:
            if next(changes, None) is None:
                raise Crash

        return Watched(self, crash)


class Watched(Lake):
    """A lake that tells of each change before it makes it: `put {key}` or `remove {key}`."""

    def __init__(self, world: World, tell: Callable[[str], None]) -> None:
        super().__init__(world.store)
        self._tell = tell

    def write(self, key: str, content: Path | bytes) -> None:
        self._tell(f"put {key}")
        super().write(key, content)

    def replace(self, key: str, content: Path | bytes, version: str | None) -> None:
        self._tell(f"put {key}")
        super().replace(key, content, version)

    def remove(self, key: str) -> None:
        self._tell(f"remove {key}")
        super().remove(key)
