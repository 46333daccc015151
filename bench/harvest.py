"""Area harvest: an export file as large as TMDB's, read, and queued whole, against unpacking it."""

import statistics
from collections.abc import Iterator

from bench import bodies
from bench.measure import python, run
from bench.report import Row, at_most, bound
from bench.server import Served

AREA = "harvest"
WORKS = ("gunzip", "read", "all")


def rows(served: Served, lines: int, rounds: int) -> Iterator[Row]:
    """Harvest an export of `lines` lines, the one that the server has too."""
    path = bodies.export(lines)
    taken: dict[str, list[float]] = {work: [] for work in WORKS}
    peak = 0.0
    for work in WORKS * rounds:
        command = python("-m", "bench.harvesting", work, "--file", str(path), "--url", served.url)
        told = run(command, served.env).told
        if work != "gunzip" and told["done"] != lines:
            raise RuntimeError(f"{work}: {told['done']} of {lines} ids")
        taken[work].append(told["cpu"])
        peak = max(peak, told["peak_mb"])
    cpu = {work: statistics.median(times) for work, times in taken.items()}
    floor = "gunzip alone (isal)"
    ids = f"{lines / 1e6:g}M ids"
    yield at_most(AREA, f"read {ids}", cpu["read"], "s", 2.5, against=floor, theirs=cpu["gunzip"])
    yield at_most(
        AREA, f"read and queue {ids}, to the last call", cpu["all"], "s", 8, against=floor, theirs=cpu["gunzip"]
    )
    yield bound(AREA, "memory, all told", peak, "MB", "<=", 64)
