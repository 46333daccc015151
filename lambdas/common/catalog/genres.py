"""One spelling for each genre: genres.json lists under each name what else it is written as."""

import json
from collections.abc import Iterable
from pathlib import Path

from lambdas.common.catalog.text import normalise

FILE = Path(__file__).with_name("genres.json")


def spellings(file: Path = FILE) -> dict[str, str]:
    """The name of a genre by each way to write it, as `normalise` leaves it. Raises ValueError for one of two names."""
    found: dict[str, str] = {}
    for name, others in json.loads(file.read_text()).items():
        for other in (name, *others):
            if found.setdefault(normalise(other), name) != name:
                raise ValueError(f"{file.name} has {other!r} under {found[normalise(other)]} and under {name}")
    return found


_SPELLINGS = spellings()


def spelled(genres: Iterable[str]) -> dict[str, str]:
    """The name that each genre is kept under, in order; one that no list knows keeps its own."""
    return {genre: _SPELLINGS.get(normalise(genre), genre) for genre in genres}
