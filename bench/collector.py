"""Area collector: CPU for each record, fetched, encoded and stored, against storing the gzip as it came; and memory."""

import statistics
from collections.abc import Iterator, Sequence

from bench.measure import python, run
from bench.report import Row, at_most, bound
from bench.server import Served

AREA = "collector"
SINKS = ("bunny", "s3")


def rows(served: Served, ids: Sequence[int], rounds: int) -> Iterator[Row]:
    """Collect the movies in each round, over TLS."""
    taken: dict[str, list[float]] = {f"{kind}-{sink}": [] for sink in SINKS for kind in ("ours", "floor")}
    for what in list(taken) * rounds:
        taken[what].append(record_cpu(served, what, ids))
    us = {what: 1e6 * statistics.median(times) for what, times in taken.items()}
    for sink, name in zip(SINKS, ("Bunny", "S3"), strict=True):
        yield at_most(
            AREA,
            f"GET, encode, PUT to {name}",
            us[f"ours-{sink}"],
            "us/record",
            2.5,
            against="GET, PUT of the gzip as it came",
            theirs=us[f"floor-{sink}"],
        )
    bare = run(python("-c", "from bench.peak import peak_mb; print('{\"peak_mb\": %f}' % peak_mb())")).told["peak_mb"]
    for sink, name in zip(SINKS, ("Bunny", "S3"), strict=True):
        peak = run(command(served, f"ours-{sink}", ids[:50], "--clients"), served.env).told["peak_mb"]
        yield bound(AREA, f"memory of 50 ids to {name}, beyond the bare runtime", peak - bare, "MB", "<=", 64)


def record_cpu(served: Served, what: str, ids: Sequence[int]) -> float:
    """CPU seconds a record takes, connections and imports aside."""
    told = run(command(served, what, ids, "--warm"), served.env).told
    if told["records"] != len(ids):
        raise RuntimeError(f"{what}: {told['records']:g} of {len(ids)} records were stored")
    cpu: float = told["cpu"]
    return cpu / len(ids)


def command(served: Served, what: str, ids: Sequence[int], *more: str) -> list[str]:
    """The command line of a collecting process."""
    api = ("--api", f"{served.url}/3", "--store", served.url)
    return python("-m", "bench.collecting", what, *api, "--ids", served.ids(ids), *more)
