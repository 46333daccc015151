"""Area peers: the same movies from the same server, by tools that others would take. What starts up is left out.

A peer's CPU for each record is the difference between a long and a short run of its whole process.
"""

import statistics
import tempfile
from collections.abc import Iterator, Sequence

from bench.collector import record_cpu
from bench.measure import ROOT, run
from bench.report import Row, cheaper
from bench.server import Served

AREA = "peers"
PYTHON = ROOT / ".venv" / "bench" / "bin" / "python"
PEERS = {
    "singer_tap": "singer-sdk tap, to a file",
    "airbyte_source": "airbyte-cdk declarative source, to a file",
    "requests_loop": "requests loop, to files",
    "dlt_rest_api": "dlt rest_api, to Parquet",
    "naive": "json, ParseDict, lz4, aioboto3 to S3",
}


def rows(served: Served, ids: Sequence[int], rounds: int) -> Iterator[Row]:
    """Fetch the movies in the long run, a fifth of them in the short one."""
    taken: dict[str, list[float]] = {name: [] for name in ("ours-bunny", "ours-s3", *PEERS)}
    for name in list(taken) * rounds:
        taken[name].append(_cpu(served, name, ids) if name in PEERS else record_cpu(served, name, ids))
    us = {name: 1e6 * statistics.median(times) for name, times in taken.items()}
    best = min(PEERS, key=lambda name: us[name])
    for name, words in PEERS.items():
        target = 3 if name == best else None
        ours = "ours-s3" if name == "naive" else "ours-bunny"
        yield cheaper(
            AREA, f"collect to {ours[5:].title()}", us[ours], "us/record", target, against=words, theirs=us[name]
        )


def _cpu(served: Served, name: str, ids: Sequence[int]) -> float:
    few = ids[: len(ids) // 5]
    return (_whole(served, name, ids) - _whole(served, name, few)) / (len(ids) - len(few))


def _whole(served: Served, name: str, ids: Sequence[int]) -> float:
    with tempfile.TemporaryDirectory(prefix="bench-peer-") as scratch:
        command = [str(PYTHON), "-m", f"bench.peers.{name}", f"{served.url}/3", served.ids(ids), scratch]
        return run(command, served.env | {"RUNTIME__DLTHUB_TELEMETRY": "false", "HOME": scratch}).cpu
