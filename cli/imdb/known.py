"""What is known of IMDb ids before TMDB is asked: by a lake, or a CSV or Parquet file of imdb_id, dataset and id."""

import csv
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from cli.errors import Failure
from cli.imdb.ids import IMDB
from cli.imdb.silver import known_of
from lambdas.collector.find import Pointer, pointer_to
from lambdas.common.work import MAX_ID

_COLUMNS = ("imdb_id", "dataset", "id")
_DATASETS = ("movie", "tv", "person")
"""An episode's place takes more than an id."""


def known(path: Path, wanted: Collection[int]) -> dict[int, Pointer]:
    """Pointers to what the `wanted` ids are, as far as the file has them, or a lake's folder. Raises Failure."""
    if path.is_dir():
        titles = known_of(path)
        return {id: pointer_to(IMDB, id, titles[id]) for id in wanted if id in titles}
    names = {IMDB.spelled(id): id for id in wanted}
    found: dict[int, Pointer] = {}
    for number, (imdb_id, dataset, id) in enumerate(_rows(path), 1):
        if imdb_id not in names:
            continue
        digits = str(id)
        if dataset not in _DATASETS or not (digits.isascii() and digits.isdecimal() and 0 < int(digits) < MAX_ID):
            row = f"row {number} of {path} has {imdb_id} as {str(dataset)[:20]} {digits[:20]}"
            raise Failure(f"{row}; a row is tt0133093,movie,603, with one of {', '.join(_DATASETS)}")
        found[names[imdb_id]] = {"imdb_id": imdb_id, "dataset": dataset, "id": int(digits)}
    return found


def _rows(path: Path) -> Iterator[tuple[Any, ...]]:
    try:
        with path.open("rb") as file:
            is_parquet = file.read(4) == b"PAR1"
        yield from (_parquet if is_parquet else _csv)(path)
    except (OSError, UnicodeError, csv.Error) as error:
        raise Failure(f"{path} cannot be read: {error}; give a CSV or Parquet file") from error


def _csv(path: Path) -> Iterator[tuple[Any, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        _expect(rows.fieldnames or (), path)
        for row in rows:
            yield tuple(row[name] for name in _COLUMNS)


def _parquet(path: Path) -> Iterator[tuple[Any, ...]]:
    import duckdb

    try:
        with duckdb.connect() as database:
            _expect(database.read_parquet(str(path)).columns, path)
            rows = database.execute("SELECT imdb_id, dataset, id FROM read_parquet(?)", [str(path)])
            while some := rows.fetchmany(10_000):
                yield from some
    except duckdb.Error as error:
        raise Failure(f"{path} is no Parquet file that can be read: {error}") from error


def _expect(columns: Collection[str], path: Path) -> None:
    if missing := [name for name in _COLUMNS if name not in columns]:
        raise Failure(f"{path} has no column {' and no '.join(missing)}; it needs {', '.join(_COLUMNS)}")
