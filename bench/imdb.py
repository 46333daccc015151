"""Area imdb: IMDb's list of titles, read and chosen from, against unpacking it and splitting its lines at the tabs.

Each of the two is a process of its own, `python -m bench.imdb split|select FILE`, whose start does not count.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from isal import igzip

from bench.measure import python, run
from bench.peak import peak_mb
from bench.report import Row, at_most, bound
from cli.imdb.basics import Counts, Selection, select

AREA = "imdb"
WORKS = ("split", "select")
_TYPES = ("tvEpisode",) * 15 + ("short", "short", "movie", "tvSeries", "video")
"""Three lines in four are episodes, as in IMDb's list of 2026."""
_HEADER = "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres\n"
_WORDS = [
    "the",
    "of",
    "a",
    "Love",
    "Blood",
    "night",
    "day",
    '"quoted',
    "Ærø",
    "千と",
    "L'été",
    "¡Ay!",
    "story",
    "Harbour",
    "winter",
]
_PIECE = 1 << 20


def rows(lines: int, rounds: int) -> Iterator[Row]:
    """Choose the movies and series of twenty years from a list of so many lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "title.basics.tsv.gz"
        _write(path, lines)
        cpu: dict[str, list[float]] = {work: [] for work in WORKS}
        peak = 0.0
        for work in WORKS * rounds:
            told = run(python("-m", "bench.imdb", work, str(path))).told
            if told["lines"] != lines:
                raise RuntimeError(f"{work}: {told['lines']} of {lines} lines")
            cpu[work].append(told["cpu"])
            peak = max(peak, told["peak_mb"])
    split, chosen = (statistics.median(cpu[work]) for work in WORKS)
    floor = "gunzip (isal) and bytes.split"
    yield at_most(AREA, f"choose from {lines / 1e6:g}M titles", chosen, "s", 3, against=floor, theirs=split)
    yield bound(AREA, "memory, all told", peak, "MB", "<=", 96)


def _write(path: Path, lines: int) -> None:
    random = Random(1)
    with igzip.open(path, "wt", encoding="utf-8") as file:  # type: ignore[no-untyped-call]  # isal ships no types for it
        file.write(_HEADER)
        for number in range(1, lines + 1):
            title = " ".join(random.choices(_WORDS, k=random.randint(1, 5)))
            year = random.randint(1950, 2026) if random.random() < 0.9 else "\\N"
            kind = random.choice(_TYPES)
            file.write(f"tt{4 * number:07d}\t{kind}\t{title}\t{title}\t0\t{year}\t\\N\t90\tComedy,Drama\n")


def _split(path: Path) -> int:
    lines, rest = -1, b""  # the first one holds the columns' names
    with igzip.open(path, "rb") as file:  # type: ignore[no-untyped-call]  # isal ships no types for it
        while piece := file.read(_PIECE):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                line.split(b"\t")
            lines += len(whole)
    return lines


def _select(path: Path) -> int:
    counts = Counts()
    chosen = Selection(types=frozenset({"movie", "tvSeries"}), years=range(2000, 2021))
    for _ in select(path, chosen, counts):
        pass
    return counts.lines


def main() -> None:
    """Do one of the works, and print what it cost."""
    parser = argparse.ArgumentParser(prog="python -m bench.imdb")
    parser.add_argument("work", choices=WORKS)
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    began = time.process_time()
    lines = (_split if arguments.work == "split" else _select)(arguments.file)
    print(json.dumps({"lines": lines, "cpu": time.process_time() - began, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
