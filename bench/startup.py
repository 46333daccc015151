"""Area start-up: what importing a function's code costs, from its zip as it is deployed."""

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.measure import python, run
from bench.report import Row, at_most
from stacks.components.bundling import Target, bundle

AREA = "start-up"
_ENV = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": ""}
"""As in Lambda, where the code's folder is read-only: what bytecode was not shipped is made again at each start."""


def rows(rounds: int) -> Iterator[Row]:
    """Import the collector's handler in fresh interpreters that see nothing but its zip (-S: no site-packages)."""
    with tempfile.TemporaryDirectory(prefix="bench-zip-") as scratch:
        shipped, sources = Path(scratch) / "shipped", Path(scratch) / "sources"
        bundle("collector", Target.named("host"), shipped)
        shutil.copytree(shipped, sources, ignore=shutil.ignore_patterns("__pycache__"))
        works = {
            "bare": ("pass", shipped),
            "shipped": ("import lambdas.collector.handler", shipped),
            "sources": ("import lambdas.collector.handler", sources),
        }
        taken: dict[str, list[float]] = {name: [] for name in works}
        for name in list(works) * rounds:
            code, folder = works[name]
            taken[name].append(run(python("-S", "-c", code), _ENV, folder).cpu)
    ms = {name: 1e3 * statistics.median(times) for name, times in taken.items()}
    bare = "a bare interpreter"
    yield at_most(AREA, "import the collector", ms["shipped"], "ms", 10, against=bare, theirs=ms["bare"])
    yield at_most(AREA, "the same without bytecode", ms["sources"], "ms", None, against=bare, theirs=ms["bare"])
