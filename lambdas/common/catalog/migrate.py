"""Brings a database to the schema that this code is written for: the files in migrations/, in order, each once.

All that is missing is applied in the one transaction that the caller has begun, under a lock: of two migrators that
start together one waits and finds nothing left to do, and one that fails leaves the schema as it was.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lambdas.common.errors import StopTheLine

MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 0x746D6462
"""The number of the advisory lock: "tmdb"."""
_NAME = re.compile(r"\d{4}_[a-z_]+")
_END = re.compile(r";[ \t]*\n[ \t]*(?:\n|\Z)")

Execute = Callable[[str], Sequence[Sequence[Any]]]
"""Executes one statement in the transaction that is open; gives its rows."""


def migrate(execute: Execute, folder: Path = MIGRATIONS) -> list[str]:
    """Apply what is missing; gives its names. Raises StopTheLine when a file that was applied has changed since."""
    execute(f"SELECT pg_advisory_xact_lock({_LOCK})::text")
    execute(
        "CREATE TABLE IF NOT EXISTS migration"
        " (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
    )
    applied = {str(row[0]): str(row[1]) for row in execute("SELECT name, sha256 FROM migration")}
    missing = []
    for path in sorted(folder.glob("*.sql")):
        name, text = path.stem, path.read_text()
        if not _NAME.fullmatch(name):
            raise StopTheLine(f"migration {path.name} is not named like 0001_what_it_does.sql")
        digest = hashlib.sha256(text.encode()).hexdigest()
        if name not in applied:
            for statement in statements(text):
                execute(statement)
            execute(f"INSERT INTO migration (name, sha256) VALUES ('{name}', '{digest}')")  # noqa: S608 - checked above
            missing.append(name)
        elif applied[name] != digest:
            raise StopTheLine(f"migration {name} was changed after it was applied; write a new one instead")
    return missing


def statements(text: str) -> Iterator[str]:
    """The statements of a file: each ends with a semicolon before a blank line, or before the end of the file."""
    return (part.strip() for part in _END.split(text) if part.strip())
