"""IMDb ids as people write them, tt0133093, and as everything else has them: the number after `tt`."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import typer

from cli.errors import Failure
from lambdas.common.datasets import DATASETS
from lambdas.common.work import MAX_ID

IMDB = DATASETS["imdb"]
_ID = re.compile(r"tt(\d{7,10})", re.ASCII)


def parse_id(text: str) -> int:
    """The number of an id. Raises ValueError for anything that `IMDB.spelled` does not write."""
    match = _ID.fullmatch(text)
    number = int(match[1]) if match else 0
    if not 0 < number < MAX_ID or IMDB.spelled(number) != text:
        raise ValueError(f"{text[:40]!r} is no IMDb id of a title; one is written tt0133093")
    return number


def wanted(given: list[str], file: Path | None) -> list[int]:
    """The ids of a command's arguments and of a file (`-` is standard input), each once, in their order.

    All of them are looked at before anything is done. Raises typer.BadParameter and Failure with what is wrong where.
    """
    ids = dict.fromkeys(_parsed(given, "an argument"))
    if "-" in given:
        raise typer.BadParameter("standard input is read with --ids -", param_hint="TT...")
    if file is not None:
        ids |= dict.fromkeys(_read(file))
    if not ids:
        raise typer.BadParameter("name at least one: tmdb download tt0133093", param_hint="TT...")
    return list(ids)


def _read(file: Path) -> Iterator[int]:
    name = "standard input" if str(file) == "-" else str(file)
    try:
        lines = sys.stdin if str(file) == "-" else file.open(encoding="utf-8")
        with lines:
            for number, line in enumerate(lines, 1):
                if text := line.strip():
                    yield from _parsed([text], f"line {number} of {name}")
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise Failure(f"{name} cannot be read: {reason}; give a file of one IMDb id a line") from error


def _parsed(texts: Iterable[str], where: str) -> Iterator[int]:
    for text in texts:
        if text == "-":
            continue
        try:
            yield parse_id(text)
        except ValueError as error:
            raise typer.BadParameter(f"{error} ({where})", param_hint="TT...") from error
