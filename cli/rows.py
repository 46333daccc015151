"""Rows on standard output: a table for a person, CSV or JSON for a program."""

import csv
import datetime as dt
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.errors import Failure

Rows = Iterable[Sequence[Any]]


def show(columns: Sequence[str], rows: Rows) -> int:
    """A table; numbers to the right. Gives how many rows there were."""
    held = [list(row) for row in rows]
    table = Table()
    for number, column in enumerate(columns):
        values = [row[number] for row in held if row[number] is not None]
        right = bool(values) and all(isinstance(value, int | float) for value in values)
        table.add_column(Text(column), justify="right" if right else "left", overflow="fold")
    for row in held:
        table.add_row(*(Text(text(value)) for value in row))
    # Nobody's window bounds what goes into a file or a pipe.
    Console(width=None if sys.stdout.isatty() else 10_000).print(table)
    return len(held)


def write_csv(columns: Sequence[str], rows: Rows, file: TextIO | None = None) -> int:
    """CSV with a header, into a file or on standard output; null is empty. Gives how many rows there were."""
    writer, number = csv.writer(file or sys.stdout, lineterminator="\n"), 0
    writer.writerow(columns)
    for row in rows:
        writer.writerow([text(value) for value in row])
        number += 1
    return number


@contextmanager
def file_of(path: Path) -> Iterator[TextIO]:
    """A file to write to, that is at `path` when all of it is written. Raises Failure."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def write_json(columns: Sequence[str], rows: Rows) -> int:
    """One JSON object a line. Gives how many there were."""
    number = 0
    for row in rows:
        print(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, default=str))
        number += 1
    return number


def text(value: Any) -> str:
    """A value in a cell: text as it is, what is nested as JSON."""
    if value is None:
        return ""
    if isinstance(value, str | dt.date):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False, default=str)
