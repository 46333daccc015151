"""`python -m bench`: measure everything, print the table, and write bench/results.json if all was measured in full."""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench import (
    bodies,
    catalog,
    codec,
    collector,
    harvest,
    imdb,
    lake,
    lake_queries,
    report,
    side_by_side,
    startup,
    throughput,
)
from bench.report import Row
from bench.server import serving

AREAS = ("codec", "collector", "start-up", "harvest", "peers", "throughput", "lake", "lake-queries", "catalog", "imdb")

BODIES = 500
"""So many come closest to the sizes that were measured."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How much is measured, and how often; throughput takes `seconds`."""

    rounds: int
    lines: int
    peer_rounds: int
    peer_ids: int
    seconds: float
    lake_bodies: int
    show_rows: int
    movies: int


FULL = Scale(
    rounds=5,
    lines=1_200_000,
    peer_rounds=3,
    peer_ids=BODIES,
    seconds=40,
    lake_bodies=4000,
    show_rows=1_000_000,
    movies=1_000_000,
)
QUICK = Scale(
    rounds=1,
    lines=150_000,
    peer_rounds=1,
    peer_ids=200,
    seconds=5,
    lake_bodies=1500,
    show_rows=100_000,
    movies=20_000,
)


def measure(scale: Scale, areas: list[str]) -> Iterator[Row]:
    """Yield the rows of the areas as they are measured."""
    mix = bodies.mix(BODIES)
    ids = [body.id for body in mix]
    with serving(BODIES, scale.lines) as served:
        works: dict[str, Callable[[], Iterator[Row]]] = {
            "codec": lambda: codec.rows(mix, scale.rounds),
            "collector": lambda: collector.rows(served, ids, scale.rounds),
            "start-up": lambda: startup.rows(2 * scale.rounds + 1),
            "harvest": lambda: harvest.rows(served, scale.lines, scale.rounds),
            "peers": lambda: side_by_side.rows(served, ids[: scale.peer_ids], scale.peer_rounds),
            "lake-queries": lambda: lake_queries.rows(scale.rounds, scale.show_rows),
            "throughput": lambda: throughput.rows(served, round(40 * scale.seconds), scale.seconds),
            "lake": lambda: lake.rows(bodies.mix(scale.lake_bodies), scale.rounds),
            "catalog": lambda: catalog.rows(scale.movies, scale.rounds),
            "imdb": lambda: imdb.rows(scale.lines, scale.rounds),
        }
        for area in areas:
            print(f"measuring {area} ...", file=sys.stderr, flush=True)
            yield from works[area]()


def main() -> None:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything, in under a minute")
    parser.add_argument("--area", action="append", choices=AREAS, help="only this one")
    arguments = parser.parse_args()
    scale = QUICK if arguments.quick else FULL
    rows = list(measure(scale, arguments.area or list(AREAS)))
    if not (arguments.area or arguments.quick):
        report.write(rows, bodies.sizes(bodies.mix(BODIES)))
    report.show(rows)


if __name__ == "__main__":
    main()
