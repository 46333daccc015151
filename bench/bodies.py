"""The bodies that everything is measured on: made-up movies with their twelve parts, sized as real ones are.

A long tail with little in it, some with more, a few blockbusters: of 500, the mean has 17 KB of JSON, the median 7, the
99th percentile 132. The same number of them is the same bytes on every machine.
"""

import datetime as dt
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import ascii_letters
from typing import Any

import orjson

from local.catalogue.ids import mix as scramble
from local.catalogue.made_up import MadeUpCatalogue, Sizes
from local.catalogue.protocol import InvalidId, Listed, Moment
from local.tmdb.exports import line

AT = Moment(dt.date(2026, 11, 1), 0)
CACHE = Path(__file__).resolve().parents[1] / ".cache" / "bench"
_LEVEL = 6
"""Of gzip, as TMDB sends it."""
SEED = 9
"""Its 500 movies are sized like TMDB's; other seeds miss the mean by some."""
_RUN = 50
"""Ascending ids in a row: the keyword file of June 2025 has 1,450 descents in 74,728 lines."""
_LETTERS = ascii_letters + "123 '-.:!éüж"


@dataclass(frozen=True, slots=True)
class Body:
    """One movie: its JSON, and the gzip of it that travels."""

    id: int
    json: bytes
    gzip: bytes


@cache
def mix(count: int) -> tuple[Body, ...]:
    """`count` movies."""
    texts = ((id, orjson.dumps(body)) for id, body in _movies(count))
    return tuple(Body(id, text, gzip.compress(text, _LEVEL, mtime=0)) for id, text in texts)


def _movies(count: int) -> Iterator[tuple[int, dict[str, Any]]]:
    catalogue = MadeUpCatalogue(Sizes(movie=listed(count)), seed=SEED, known=_known)
    left = count
    for row in catalogue.listed("movie", AT.day):
        try:
            body = catalogue.body("movie", row.id, AT)
        except InvalidId:
            continue
        if body is not None and left:
            left -= 1
            yield row.id, _of_today(body)


def _known(share: float) -> float:
    """How much is known of a title that `share` of all are smaller than: what makes bodies as large as TMDB's are."""
    return 0.75 if share > 0.997 else min(0.22, 0.006 * float((1.0001 - share) ** -1.1))


def listed(count: int) -> int:
    """How many movies a catalogue must list, so that `count` of them exist."""
    return count + count // 100 + 10


def _of_today(body: dict[str, Any]) -> dict[str, Any]:
    """Without numbers as text: old recordings have them, and the catalogue makes more of them than TMDB ever did."""
    for holder, key in [(body, "popularity"), *((poster, "vote_average") for poster in body["images"]["posters"])]:
        if isinstance(holder[key], str):
            holder[key] = float(holder[key])
    return body


def export(count: int) -> Path:
    """A gzipped export file of `count` movies; made once and kept.

    Its lines are as long as TMDB's and as hard to pack: 98 bytes, and 22.4 when packed (27.7 MB of 1.24 million). Its
    ids are as dense, and in the same disorder: ascending for fifty lines or so, then from somewhere else.
    """
    path = CACHE / f"movies_{count}.json.gz"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        with gzip.GzipFile(partial, "wb", compresslevel=_LEVEL, mtime=0) as packed:
            for id in _disorder(count):
                packed.write(line("movie", False, Listed(id, _name(id), _popularity(id))))
        partial.replace(path)
    return path


def _disorder(count: int) -> Iterator[int]:
    """Ids from 1 on, of which every fifth is missing."""
    runs = sorted(range(0, count, _RUN), key=scramble)
    return (1 + number * 5 // 4 for first in runs for number in range(first, min(first + _RUN, count)))


def _name(id: int) -> str:
    """Letters nobody has read: the words that the catalogue has are too few for a million titles."""
    length, bits = 12 + id % 8, scramble(id) | scramble(id, 1) << 64
    return "".join(_LETTERS[bits >> at & 63] for at in range(0, 6 * length, 6))


def _popularity(id: int) -> float:
    return round(0.2 * float((1.0001 - scramble(id, 2) % 10_000 / 10_000) ** -0.7), 4)


def sizes(bodies: tuple[Body, ...]) -> dict[str, int]:
    """How many there are, and the mean, median and 99th percentile of their bytes of JSON."""
    lengths = sorted(len(body.json) for body in bodies)
    return {
        "count": len(lengths),
        "mean": sum(lengths) // len(lengths),
        "median": lengths[len(lengths) // 2],
        "p99": lengths[len(lengths) * 99 // 100],
    }
