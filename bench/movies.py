"""A million movies that do not exist, the same everywhere: titles of words and casts of names, both as unevenly used as
real ones are.
"""

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate

from proto.tmdb.v1.catalog_pb2 import CatalogMovie

MOVIES = 1_000_000
CAST = 5.5
"""Names of a movie, on average."""
_SEED = 20261120
_GENRES = (
    *("Drama", "Comedy", "Documentary", "Animation", "Romance", "Action", "Horror", "Thriller", "Crime", "Music"),
    *("Family", "Adventure", "Fantasy", "Science Fiction", "Mystery", "TV Movie", "History", "War", "Western"),
)
_ONSETS = (
    *("b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kl", "l", "m", "n", "p", "pr", "r"),
    *("s", "sh", "st", "t", "tr", "v", "w", "z"),
)
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "io", "ou", "é", "ö")
_CODAS = ("", "", "n", "r", "s", "l", "t", "nd", "ck", "m")


class _Uneven:
    """Draws from a list as words are used: the n-th about 1/n times as often as the first, of which `shared` are like.

    The most frequent word is in a tenth of all titles, the most frequent surname in a fiftieth of all casts.
    """

    def __init__(self, items: Sequence[str], shared: int) -> None:
        self._items = items
        self._sums = list(accumulate(1 / (rank + shared) for rank in range(len(items))))

    def draw(self, by: random.Random) -> str:
        return self._items[bisect(self._sums, by.random() * self._sums[-1])]


class Names:
    """The words that titles are made of, and the people in casts."""

    def __init__(self, people: int = 1_500_000) -> None:
        by = random.Random(_SEED)
        self.words = _distinct(by, 30_000, 2)
        first, last = _distinct(by, 3_000, 2), _distinct(by, 60_000, 3)
        self._first, self._last = _Uneven(first, 10), _Uneven(last, 50)
        self._titles = _Uneven(self.words, 3)
        self.people = [f"{self._first.draw(by)} {self._last.draw(by)}".title() for _ in range(people)]

    def movies(self, count: int = MOVIES) -> Iterator[CatalogMovie]:
        """The movies, ids from 1."""
        by = random.Random(_SEED + 1)
        people, genres = len(self.people), _Uneven(_GENRES, 2)
        for id in range(1, count + 1):
            title = " ".join(self._titles.draw(by) for _ in range(by.randint(1, 5))).capitalize()
            yield CatalogMovie(
                tmdb_id=id,
                title=title,
                year=2026 - int(by.random() ** 2 * 120),
                genres={genres.draw(by) for _ in range(by.randint(1, 3))},
                # The more popular a person, the more often seen; the square root is about that.
                cast={self.people[int(by.random() ** 2 * people)] for _ in range(by.randint(0, round(2 * CAST)))},
                popularity=round(0.6 / (1.0001 - by.random()), 4),
                fetched_at=1_700_000_000,
            )


def _distinct(by: random.Random, count: int, syllables: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        parts = range(by.randint(1, syllables))
        found["".join(by.choice(_ONSETS) + by.choice(_VOWELS) + by.choice(_CODAS) for _ in parts)] = None
    return list(found)
