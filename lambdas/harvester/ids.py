"""A set of ids that is small, ordered and without duplicates by construction: one byte an id.

TMDB's files are in no order. Marking ids and walking the marks costs less than sorting them, and a few MB.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, compress
from typing import Self

from lambdas.common.errors import GiveUp

_PAGE = 1 << 16
_NEAR = 1 << 23
"""Ids below this one, more than TMDB has, have their marks in one run; the others have theirs in pages."""
MOST_PAGES = 512
"""Room for 33 million ids; ids strewn over more pages than that were made up."""

Marks = dict[int, bytearray]
"""First id -> the marks of those from there on: of the near ones as far as they go, and of pages."""


class IdSet:
    """Ids between 0 and 2**31. Iterates in ascending order."""

    def __init__(self, ids: Iterable[int] = ()) -> None:
        self._marks: Marks = {0: bytearray()}
        self.update(ids)

    @property
    def near(self) -> bytearray:
        """The marks of the near ids, for who marks a million: `near[id] = 1`, and `add` where that is an IndexError."""
        return self._marks[0]

    def update(self, ids: Iterable[int]) -> None:
        """Add every id. Raises GiveUp when they need more pages than there may be."""
        near = self.near
        for id in ids:
            try:
                near[id] = 1
            except IndexError:
                self.add(id)

    def add(self, id: int) -> None:
        """Add an id. Raises GiveUp when it needs one page too many."""
        first = 0 if id < _NEAR else id - id % _PAGE
        marks = self._marks.get(first)
        if marks is None:
            if len(self._marks) > MOST_PAGES:
                raise GiveUp(f"the ids are strewn too widely to be real: over more than {MOST_PAGES} x {_PAGE}")
            marks = self._marks[first] = bytearray()
        if id - first >= len(marks):
            marks.extend(bytes(id - id % _PAGE + _PAGE - first - len(marks)))
        marks[id - first] = 1

    def __contains__(self, id: int) -> bool:
        first = 0 if id < _NEAR else id - id % _PAGE
        return self._marks.get(first, b"")[id - first : id - first + 1] == b"\1"

    def __iter__(self) -> Iterator[int]:
        runs = sorted(self._marks.items())
        return chain.from_iterable(compress(range(first, first + len(marks)), marks) for first, marks in runs)

    def __len__(self) -> int:
        return sum(marks.count(1) for marks in self._marks.values())

    def __or__(self, other: Self) -> Self:
        union = type(self)()
        union._marks = _chosen(self._marks, other._marks, lambda mine, theirs: mine | theirs)
        return union

    def __sub__(self, other: Self) -> Self:
        difference = type(self)()
        difference._marks = _chosen(self._marks, other._marks, lambda mine, theirs: mine & ~theirs)
        return difference


def _chosen(mine: Marks, theirs: Marks, choose: Callable[[int, int], int]) -> Marks:
    """The marks that `choose` leaves of both, given as numbers of a page's size: larger ones would take many MB."""
    chosen = {}
    for first in mine.keys() | theirs.keys():
        both = mine.get(first, b""), theirs.get(first, b"")
        chosen[first] = marks = bytearray()
        for at in range(0, max(map(len, both)), _PAGE):
            a, b = (int.from_bytes(one[at : at + _PAGE], "little") for one in both)
            marks += choose(a, b).to_bytes(_PAGE, "little")
    return chosen
