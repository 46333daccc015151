"""Throws hostile bodies and damaged objects at the codec: `python -m tests.fuzz.codec --bodies 100000 --objects 10000`.

A body is refused with a typed error or kept whole, a damaged object is always noticed, and neither takes more than a
second or half a gigabyte, the bodies themselves included.
Case i of a seed is the same on every machine, so what is printed of a failure is enough to see it again.
"""

import argparse
import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from lambdas.common import codec
from tests.fuzz.damaged_objects import ANOTHER_DATASET, DamagedObject, damaged_object, foreign_object
from tests.fuzz.hostile_bodies import MB, HostileBody, hostile_body
from tests.unit.common.bodies import differences
from tests.unit.common.bodies.schema import known_part, schema

SLOWEST = 1.0
"""Seconds of CPU that one case may take."""
MOST_MEMORY = 512
"""MB that the process may take."""


@dataclass(slots=True)
class Tally:
    """The cases of one kind. `slowest` is in seconds of CPU."""

    cases: int = 0
    refused: int = 0
    slowest: float = 0.0


def throw_bodies(seed: int, count: int) -> dict[str, Tally]:
    """Encode hostile bodies; return what became of them by kind. Raises AssertionError."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for i in range(count):
        case = hostile_body(Random(f"{seed}/{i}"))
        try:
            try_body(case, tallies[case.kind])
        except Exception as error:
            raise AssertionError(f"body {i} of seed {seed} ({case.kind}, {case.dataset}): {error!r}") from error
    return tallies


def throw_objects(seed: int, count: int) -> dict[str, Tally]:
    """Read damaged objects; return what became of them by kind. Raises AssertionError."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for i in range(count):
        random = Random(f"{seed}/{i}")
        case = foreign_object(random) if random.randrange(10) == 0 else damaged_object(random)
        try:
            try_object(case, tallies[case.kind])
        except Exception as error:
            raise AssertionError(f"object {i} of seed {seed} ({case.kind}, {case.dataset}): {error!r}") from error
    return tallies


def try_body(case: HostileBody, tally: Tally) -> None:
    """Encode one; raises AssertionError when it is neither refused by name nor kept whole."""
    blob = _tried(
        tally, partial(codec.encode, case.dataset, case.body, fetched_at=1), codec.BadBody, codec.Unrepresentable
    )
    if blob is None:
        return
    assert not case.refused, "was taken for a body"
    if len(case.body) < MB:
        sent = json.loads(case.body.decode(), parse_int=_as_doubles)
        lost = list(differences(known_part(sent, schema(case.dataset), "", set()), codec.decode(case.dataset, blob)))
        assert not lost, lost[:5]


def try_object(case: DamagedObject, tally: Tally) -> None:
    """Read one; raises AssertionError when it is taken for an object."""
    found = _tried(tally, partial(codec.decode, case.dataset, case.blob), codec.BadBlob)
    assert found is None, "was taken for an object"
    if case.kind != ANOTHER_DATASET:
        found = _tried(Tally(), partial(codec.metadata, case.blob), codec.BadBlob)
        assert found is None, f"says it is {found}"


def _tried(tally: Tally, call: Callable[[], Any], *errors: type[Exception]) -> Any:
    """Return what the call returns, None when it raises one of the errors."""
    started = time.process_time()
    tally.cases += 1
    try:
        return call()
    except errors:
        tally.refused += 1
        return None
    finally:
        tally.slowest = max(tally.slowest, time.process_time() - started)


def _as_doubles(digits: str) -> float:
    """A whole number as JSON's readers have it: exact up to 64 bits, a double beyond."""
    number = int(digits) if len(digits) <= 20 else float(digits)
    return number if -(2**63) <= number < 2**64 else float(number)


def main(arguments: list[str]) -> int:
    """Throw as many as asked for, print a table, and return 1 when a case took too much."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.codec", description=__doc__)
    parser.add_argument("--bodies", type=int, default=2_000)
    parser.add_argument("--objects", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    lines, slowest = [], 0.0
    for what, tallies in (
        ("bodies", throw_bodies(options.seed, options.bodies)),
        ("objects", throw_objects(options.seed, options.objects)),
    ):
        lines.append(f"{what:24}{'cases':>9}{'refused':>9}{'kept':>9}{'slowest':>12}")
        for kind, tally in sorted(tallies.items()):
            kept = tally.cases - tally.refused
            lines.append(f"  {kind:22}{tally.cases:9,}{tally.refused:9,}{kept:9,}{tally.slowest * 1000:9.1f} ms")
            slowest = max(slowest, tally.slowest)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    lines.append(f"seed {options.seed}: nothing lost, nothing missed; slowest {slowest:.2f} s, peak memory {peak} MB")
    print("\n".join(lines))  # noqa: T201 - a command speaks to a person
    return int(slowest > SLOWEST or peak > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
