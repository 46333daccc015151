"""What is measured on: the same bytes on every machine, in sizes like TMDB's."""

import hashlib

import orjson

from bench.__main__ import BODIES
from bench.bodies import AT, Body, listed, mix, sizes
from lambdas.common import codec
from local.catalogue.made_up import MadeUpCatalogue, Sizes


def test_the_mix_is_the_same_everywhere() -> None:
    """Two makings of the mix are the same bytes, and each body is whole and takes the codec's short way."""
    bodies = mix(120)
    mix.cache_clear()
    again = mix(120)
    assert bodies is not again
    assert _digest(bodies) == _digest(again)
    for body in bodies:
        assert codec.convert("movie", orjson.loads(body.json), fetched_at=1).unknown == ()


def _digest(bodies: tuple[Body, ...]) -> str:
    return hashlib.sha256(repr(bodies).encode()).hexdigest()


def test_sizes_are_like_tmdbs() -> None:
    """A long tail: half of the bodies are under 8 KB, the mean is twice that, and the largest are over 100 KB."""
    found = sizes(mix(BODIES))
    assert found["count"] == BODIES
    assert 6_000 < found["median"] < 8_000 and 14_000 < found["mean"] < 18_000 and 120_000 < found["p99"] < 160_000


def test_movies_that_do_not_exist_are_left_out() -> None:
    """The mix has the number asked for, each once, though some of those listed are gone or invalid."""
    ids = [body.id for body in mix(1000)]
    assert len(ids) == len(set(ids)) == 1000
    assert set(ids) <= {row.id for row in MadeUpCatalogue(Sizes(movie=listed(1000))).listed("movie", AT.day)}
