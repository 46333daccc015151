"""Area throughput: two collectors at the rate they are given, against a TMDB that enforces its limits."""

import statistics
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson

from bench import bodies
from bench.collector import command
from bench.measure import finish, start
from bench.report import Row, bound
from bench.server import Served
from local.processes import started

AREA = "throughput"
LIMIT, SOCKETS = 40, 20
BUDGET = 34
COLLECTORS = 2
LATENCY = 0.09
"""Seconds, as TMDB takes to answer."""


def rows(served: Served, records: int, seconds: float) -> Iterator[Row]:
    """Collect for so many seconds, which is fewer than `records` movies."""
    ids = [body.id for body in bodies.mix(records)]
    with tempfile.TemporaryDirectory(prefix="bench-tmdb-") as scratch:
        port_file = Path(scratch) / "port"
        fake = [
            sys.executable,
            "-m",
            "local.tmdb",
            "--movie",
            str(bodies.listed(records)),
            "--seed",
            str(bodies.SEED),
            "--port-file",
            str(port_file),
        ]
        limits = ["--limit", str(LIMIT), "--sockets", str(SOCKETS), "--latency", str(LATENCY)]
        now = f"{bodies.AT.day}T12:00:00"
        with started([*fake, *limits, "--now", now], Path(scratch) / "fake-tmdb.log") as process:
            process.wait_until(port_file.exists, 30)
            urls = orjson.loads(port_file.read_bytes())
            told = _collect(served, urls["api"], ids, seconds)
            with urllib.request.urlopen(f"{urls['root']}/_fake/state") as answer:  # noqa: S310 - loopback
                state = orjson.loads(answer.read())
    rate = sum(each["records"] / each["seconds"] for each in told)
    yield bound(AREA, f"{COLLECTORS} collectors, budget {BUDGET}/s: stored", rate, "records/s", ">=", 30)
    yield bound(AREA, "most requests in any second", state["peak_per_second"], "requests", "<=", LIMIT)
    refused = 100 * state["rate_limited"] / state["requests"]
    yield bound(AREA, "answered with 429", refused, "%", "<=", 0.05)
    busy = 100 * statistics.mean(each["cpu"] / each["seconds"] for each in told)
    yield bound(AREA, "of one core that a collector needs", busy, "%")


def _collect(served: Served, api: str, ids: Sequence[int], seconds: float) -> list[dict[str, float]]:
    share = ["--rate", str(BUDGET / COLLECTORS), "--connections", str(SOCKETS // COLLECTORS)]
    there = ["--seconds", str(seconds), "--api", api]
    parts = [ids[first::COLLECTORS] for first in range(COLLECTORS)]
    processes = [start(command(served, "ours-bunny", part, *share, *there), served.env) for part in parts]
    return [finish(process).told for process in processes]
