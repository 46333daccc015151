"""Which ids a made-up dataset has on which day, computed rather than stored: a million of them cost nothing.

Most ids are there on every day. The rest come and go: each day `daily` ids appear and `daily` of those that appeared
`LIFETIME` days before are gone, so the files of two days differ and each has the same length.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import gcd

LIFETIME = 20
"""Days that a passing id is listed."""

_EPOCH = date(2020, 1, 1).toordinal()
_MASK = (1 << 64) - 1


def mix(*numbers: int) -> int:
    """A 64-bit number that depends on all of these and looks random (splitmix64)."""
    state = 0
    for number in numbers:
        state = (state ^ (number & _MASK)) + 0x9E3779B97F4A7C15 & _MASK
        state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & _MASK
        state = (state ^ state >> 27) * 0x94D049BB133111EB & _MASK
        state ^= state >> 31
    return state


@dataclass(frozen=True)
class Ids:
    """`count` ids on each day, spread over roughly `span` numbers from `first` on, with gaps."""

    count: int
    first: int
    span: int
    seed: int

    @property
    def daily(self) -> int:
        """How many ids come, and how many go, each day."""
        return 0 if self.count < 2 * LIFETIME else max(1, self.count // 500)

    @property
    def permanent(self) -> int:
        """How many ids are there on every day."""
        return self.count - self.daily * LIFETIME

    def on(self, day: date) -> Iterator[int]:
        """The ids of a day, each once, in no order."""
        count = self.permanent
        step = (
            next(step for step in range(int(count * 0.618) | 1, 2 * count + 2, 2) if gcd(step, count) == 1)
            if count
            else 0
        )
        for number in range(count):
            yield self._permanent(number * step % count)
        yield from self._passing(day.toordinal() - _EPOCH - LIFETIME + 1, day.toordinal() - _EPOCH + 1)

    def leaving(self, day: date) -> list[int]:
        """The ids that the file of the day before was the last to list."""
        last = day.toordinal() - _EPOCH - LIFETIME
        return list(self._passing(last, last + 1))

    def has(self, id: int, day: date) -> bool:
        """Whether a day's file lists this id."""
        if id < self._later:
            number = (id - self.first) // self._stride
            return 0 <= number < self.permanent and self._permanent(number) == id
        number = (id - self._later) // 4
        arrived = number // self.daily if self.daily else -1
        age = day.toordinal() - _EPOCH - arrived
        return 0 <= age < LIFETIME and self._late(number) == id

    def position(self, id: int) -> int | None:
        """Which of the permanent ids this is, counting from 0; None for a passing one."""
        return (id - self.first) // self._stride if id < self._later else None

    def number(self, position: int) -> int:
        """The permanent id at a position."""
        return self._permanent(position)

    @property
    def _stride(self) -> int:
        return max(2, self.span // max(1, self.permanent))

    @property
    def _later(self) -> int:
        return self.first + self.permanent * self._stride

    def _permanent(self, number: int) -> int:
        return self.first + number * self._stride + mix(self.seed, number) % self._stride

    def _late(self, number: int) -> int:
        return self._later + number * 4 + mix(self.seed, number, 1) % 4

    def _passing(self, start: int, stop: int) -> Iterator[int]:
        return (self._late(number) for number in range(start * self.daily, stop * self.daily))
