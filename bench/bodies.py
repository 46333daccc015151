"""The bodies that everything is measured on: made-up movies with their twelve parts, sized as real ones are.

A long tail with little in it, some with more, a few blockbusters: of 500, the mean has 15 KB of JSON, the median 7, the
99th percentile 150. The same number of them is the same bytes on every machine.
"""

import datetime as dt
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from local.catalogue.ids import mix as scramble
from local.catalogue.made_up import MadeUpCatalogue, Sizes
from local.catalogue.protocol import InvalidId, Moment
from local.tmdb.exports import line

AT = Moment(dt.date(2026, 11, 1), 0)
CACHE = Path(__file__).resolve().parents[1] / ".cache" / "bench"
_LEVEL = 6
"""Of gzip, as TMDB sends it."""
_SYLLABLES = [a + b + c for a in "bcdfglmnprstvwzk" for b in "aeio" for c in ("", "n", "r", " ")]


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
    catalogue = MadeUpCatalogue(Sizes(movie=listed(count)))
    left = count
    for row in catalogue.listed("movie", AT.day):
        try:
            body = catalogue.body("movie", row.id, AT)
        except InvalidId:
            continue
        if body is not None and left:
            left -= 1
            yield row.id, _of_today(body)


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
    """A gzipped export file of `count` movies, in lines of a hundred bytes and in no order; made once and kept.

    Its names are as hard to pack as TMDB's: 1.2 million lines are 26 MB.
    """
    path = CACHE / f"movie_ids_{count}.json.gz"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        with gzip.GzipFile(partial, "wb", compresslevel=_LEVEL, mtime=0) as packed:
            for row in MadeUpCatalogue(Sizes(movie=count)).listed("movie", AT.day):
                packed.write(line("movie", False, replace(row, name=_name(row.id))))
        partial.replace(path)
    return path


def _name(id: int) -> str:
    """Words nobody has heard of: those that the catalogue has are too few for a million titles."""
    bits = scramble(id)
    return "".join(_SYLLABLES[bits >> at & 255] for at in range(0, 32 + bits % 5 * 8, 8)).strip().title()


def sizes(bodies: tuple[Body, ...]) -> dict[str, int]:
    """How many there are, and the mean, median and 99th percentile of their bytes of JSON."""
    lengths = sorted(len(body.json) for body in bodies)
    return {
        "count": len(lengths),
        "mean": sum(lengths) // len(lengths),
        "median": lengths[len(lengths) // 2],
        "p99": lengths[len(lengths) * 99 // 100],
    }
