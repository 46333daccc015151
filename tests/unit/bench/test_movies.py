"""The movies that searches are measured on: the same everywhere, with casts and words as unevenly used as real ones."""

import hashlib
from collections import Counter

from bench.movies import CAST, Names


def test_they_are_the_same_everywhere() -> None:
    """Two makings are the same bytes; ids count from 1."""
    first, second = (list(Names(people=2_000).movies(200)) for _ in range(2))
    assert [movie.tmdb_id for movie in first] == list(range(1, 201))
    digests = {hashlib.sha256(repr(movies).encode()).hexdigest() for movies in (first, second)}
    assert len(digests) == 1


def test_casts_and_words_are_like_real_ones() -> None:
    """As many names as promised, few of them in many casts; the most frequent word is in a tenth of the titles."""
    movies = list(Names(people=3_000).movies(2_000))
    assert abs(sum(len(movie.cast) for movie in movies) / len(movies) - CAST) < 0.3
    words = Counter(word for movie in movies for word in set(movie.title.lower().split()))
    assert 0.04 < words.most_common(1)[0][1] / len(movies) < 0.2
