"""A surface: where hostile input meets the product, and what throwing some thousand cases at it came to.

A case is taken or refused, and refused with one of the product's own errors, which the product counts itself. Anything
else that a throw raises is a finding. Case i of a seed is the same on every machine.
"""

import re
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from random import Random

from tests.fuzz.shorter import Case, shortest

TAKEN = ""
"""What a throw gives for a case that the product took; for another the reason why not."""
_QUOTED = re.compile(r"""(?s)'.*'|".*"|`.*`|[\u007f-\U0010ffff]+|\d[\d,.e+-]*""")
_LONGEST = 56

Throw = Callable[[Case], str]


@dataclass(frozen=True)
class Surface:
    """`make` makes a case, `open` what it is thrown at; `share` of a thousand cases are this surface's."""

    name: str
    share: int
    make: Callable[[Random], Case]
    open: Callable[[], AbstractContextManager[Throw]]

    @property
    def option(self) -> str:
        """The name as an option has it."""
        return self.name.replace(" ", "-")

    def case(self, seed: int, number: int) -> Case:
        """Case `number` of a seed."""
        return self.make(Random(f"{seed}/{self.name}/{number}"))


@dataclass
class Tally:
    """What became of cases. `seconds` are of CPU."""

    given: int = 0
    taken: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, other: "Tally") -> None:
        """Count another one's cases, too."""
        self.given += other.given
        self.taken += other.taken
        self.refused += other.refused
        self.seconds += other.seconds


class Finding(Exception):
    """A case that the product did not stand; the message says all that is needed to see it again."""


def throw(surface: Surface, seed: int, first: int, count: int, told: Callable[[int], object] = bool) -> Tally:
    """Throw `count` cases from number `first` on; `told` hears how many were thrown since it last did.

    Raises Finding at the first case that brings out more than a refusal.
    """
    tally, began, silent = Tally(), time.process_time(), 0
    with surface.open() as at:
        for number in range(first, first + count):
            case = surface.case(seed, number)
            try:
                reason = at(case)
            except Exception as error:
                raise Finding(_described(surface, at, seed, number, case, error)) from error
            tally.given += 1
            if reason == TAKEN:
                tally.taken += 1
            else:
                tally.refused[kind(reason)] += 1
            silent += 1
            if silent == 250:
                told(silent)
                silent = 0
    told(silent)
    tally.seconds = time.process_time() - began
    return tally


def kind(reason: str) -> str:
    """A reason without what is different in every case."""
    return " ".join(_QUOTED.sub("_", reason).split())[:_LONGEST]


def _described(surface: Surface, at: Throw, seed: int, number: int, case: Case, error: Exception) -> str:
    where = _where(error)

    def fails(shorter: Case) -> bool:
        try:
            at(shorter)
        except Exception as again:  # noqa: BLE001 - any other failure is not this one
            return _where(again) == where
        return False

    least = shortest(case, fails)
    return "\n".join(
        [
            f"{surface.name}, case {number} of seed {seed}: {type(error).__name__}: {error}",
            f"  at        {where}",
            f"  case      {_shown(case)}",
            f"  shortest  {_shown(least)}",
            f"  again     python -m tests.fuzz --surface {surface.option} --seed {seed} --case {number}",
        ]
    )


def _where(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    what = kind(str(error))[:30] if isinstance(error, AssertionError) else type(error).__name__
    return f"{what} {frame.filename.rpartition('/')[2]}:{frame.lineno}"


def _shown(case: Case) -> str:
    told = repr(case)
    return told if len(told) < 2_000 else f"{told[:2_000]}... ({len(told):,} characters)"
