"""What is measured on: the same bytes on every machine, in sizes like TMDB's."""

import gzip
import hashlib
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from bench import bodies
from bench.__main__ import BODIES
from bench.bodies import AT, SEED, Body, export, listed, mix, sizes
from lambdas.common import codec
from local.catalogue.made_up import MadeUpCatalogue, Sizes


def test_the_mix_is_the_same_everywhere() -> None:
    """Two makings of the mix are the same bytes, and each body is whole and takes the codec's short way."""
    first = mix(120)
    mix.cache_clear()
    again = mix(120)
    assert first is not again
    assert _digest(first) == _digest(again)
    for body in first:
        assert codec.convert("movie", orjson.loads(body.json), fetched_at=1).unknown == ()


def _digest(made: tuple[Body, ...]) -> str:
    return hashlib.sha256(repr(made).encode()).hexdigest()


def test_sizes_are_like_tmdbs() -> None:
    """A long tail: half of the bodies are under 8 KB, the mean is over twice that, and the largest are over 100 KB."""
    found = sizes(mix(BODIES))
    assert found["count"] == BODIES
    assert 6_500 < found["median"] < 7_500 and 16_500 < found["mean"] < 17_500 and 127_000 < found["p99"] < 137_000


def test_movies_that_do_not_exist_are_left_out() -> None:
    """The mix has the number asked for, each once, though some of those listed are gone or invalid."""
    ids = [body.id for body in mix(1000)]
    assert len(ids) == len(set(ids)) == 1000
    assert set(ids) <= {row.id for row in MadeUpCatalogue(Sizes(movie=listed(1000)), seed=SEED).listed("movie", AT.day)}


def test_an_export_is_like_tmdbs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of TMDB's shape and length, each id once, in its disorder: ascending for some fifty lines on average."""
    monkeypatch.setattr(bodies, "CACHE", tmp_path)
    lines = gzip.decompress(export(5_000).read_bytes()).splitlines()
    rows = [orjson.loads(line) for line in lines]
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids)) == 5_000 and max(ids) < 6_251
    assert list(rows[0]) == ["adult", "id", "original_title", "popularity", "video"]
    assert 92 < sum(map(len, lines)) / 5_000 < 102
    assert 40 < sum(a > b for a, b in pairwise(ids)) < 60
