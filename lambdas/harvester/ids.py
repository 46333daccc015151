"""A set of ids that is small, ordered and without duplicates by construction: one byte an id, in pages made on demand.

TMDB's files are in no order. Marking ids in pages and walking the pages costs less than sorting them, and a few MB.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, compress, zip_longest
from typing import Self

from lambdas.common.errors import GiveUp

_BITS = 16
_SIZE = 1 << _BITS
_LOW = _SIZE - 1
MOST_PAGES = 512
"""Room for 33 million ids, several times what TMDB has; ids strewn over more pages than that were made up."""


class IdSet:
    """Ids between 0 and 2**31. Iterates in ascending order."""

    def __init__(self, ids: Iterable[int] = ()) -> None:
        self._pages: list[bytearray | None] = []
        """Page n is for the ids from n * _SIZE on."""
        self.update(ids)

    def update(self, ids: Iterable[int]) -> None:
        """Add every id. Raises GiveUp when they need more pages than there may be."""
        pages = self._pages
        for id in ids:
            try:  # a million times a file: asking first whether there is a page would take half as long again
                pages[id >> _BITS][id & _LOW] = 1  # type: ignore[index]  # None is a TypeError
            except (IndexError, TypeError):
                self._new_page(id >> _BITS)[id & _LOW] = 1

    def _new_page(self, number: int) -> bytearray:
        if sum(page is not None for page in self._pages) >= MOST_PAGES:
            raise GiveUp(f"the ids are strewn too widely to be real: over more than {MOST_PAGES} x {_SIZE}")
        self._pages += [None] * (number + 1 - len(self._pages))
        page = self._pages[number] = bytearray(_SIZE)
        return page

    def __contains__(self, id: int) -> bool:
        page = self._pages[id >> _BITS] if id >> _BITS < len(self._pages) else None
        return page is not None and page[id & _LOW] == 1

    def __iter__(self) -> Iterator[int]:
        pages = ((number << _BITS, page) for number, page in enumerate(self._pages) if page is not None)
        return chain.from_iterable(compress(range(first, first + _SIZE), page) for first, page in pages)

    def __len__(self) -> int:
        return sum(page.count(1) for page in self._pages if page is not None)

    def __or__(self, other: Self) -> Self:
        union = type(self)()
        union._pages = [_page(_number(a) | _number(b)) for a, b in zip_longest(self._pages, other._pages)]
        return union

    def __sub__(self, other: Self) -> Self:
        difference = type(self)()
        difference._pages = [_page(_number(a) & ~_number(b)) for a, b in zip_longest(self._pages, other._pages)]
        return difference


def _number(page: bytearray | None) -> int:
    return int.from_bytes(page, "little") if page else 0


def _page(number: int) -> bytearray | None:
    return bytearray(number.to_bytes(_SIZE, "little")) if number else None
