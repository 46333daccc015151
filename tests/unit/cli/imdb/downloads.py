"""Downloads of titles that a made-up TMDB has, and the files that they leave."""

import asyncio
import csv
import io
import json
from pathlib import Path
from typing import Any

from cli.main import main
from local.tmdb import FakeTmdb

HEADER = "imdb_id,outcome,dataset,id,detail"


def imdb_ids(fake: FakeTmdb) -> dict[str, str]:
    """The IMDb ids of all movies and shows that can be had, with where they are."""
    found = {}
    for dataset, odd in (("movie", 0), ("tv", 1)):
        for row in fake.catalogue.listed(dataset, fake.moment.day):
            number = 2 * row.id + odd
            try:
                if fake.catalogue.body(dataset, row.id, fake.moment):
                    found[f"tt{number:07d}"] = f"{dataset}/{row.id}"
            except Exception:  # noqa: BLE001 - an id that TMDB calls invalid
                continue
    return found


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of results.csv."""
    return list(csv.DictReader(io.StringIO(path.read_text())))


def lines(path: Path) -> list[dict[str, Any]]:
    """The titles of movies.jsonl."""
    return [json.loads(line) for line in path.read_text().splitlines()]


async def tmdb(fake: FakeTmdb, *arguments: str) -> int:
    """Run the command against the fake, beside it."""
    return await asyncio.to_thread(main, ["download", "--tmdb-url", fake.url, "--rate", "40", *arguments])
