"""What /find answers is hostile until it is a pointer."""

import asyncio
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lambdas.collector.find import find, names, path_of, title_of
from lambdas.common import codec
from lambdas.common.datasets import DATASETS
from lambdas.common.edge_keys import parse_key, title_key
from lambdas.common.errors import PipelineError
from lambdas.common.pacer import Pacer
from lambdas.common.tmdb import Tmdb
from tests.unit.collector.world import NOTHING, FakeClock, FakeTmdb

IMDB = DATASETS["imdb"]

_values = st.none() | st.booleans() | st.integers(-1, 2**31) | st.floats(allow_nan=False) | st.text(max_size=9)
_rows = st.fixed_dictionaries(
    {}, optional={name: st.integers(0, 9) | _values for name in ("id", "show_id", "season_number", "episode_number")}
)
_lists = st.dictionaries(st.sampled_from(sorted(NOTHING)), st.lists(_rows | _values, max_size=2) | _values)


def found(body: dict[str, Any]) -> Any:
    """What comes of an answer of /find."""
    transport, clock = FakeTmdb(), FakeClock()
    transport.put("find/tt0000007", body)

    async def token(_: bool) -> str:
        return "token"

    tmdb = Tmdb("https://tmdb/3", token, transport, Pacer(1000, clock), clock)
    return asyncio.run(find(IMDB, 7, tmdb=tmdb, deadline=float("inf")))


@given(_lists)
def test_an_answer_is_a_pointer_or_a_typed_error(body: dict[str, Any]) -> None:
    """Whatever its rows hold: a pointer leads to a key that can be built, and survives its own object."""
    try:
        pointer = found(body)
        if pointer is None:
            return
        dataset, id = title_of(pointer)
    except PipelineError:
        return
    assert parse_key(title_key(dataset, id)) and path_of(pointer) == title_key(dataset, id).removesuffix(".pb.lz4")
    assert codec.decode("imdb", codec.convert("imdb", pointer, fetched_at=1).blob) == pointer


def test_whether_a_title_has_an_id() -> None:
    """A body says so, names another id and contradicts, or names none and says nothing."""
    assert names(IMDB, 7, {}) is None and names(IMDB, 7, {"imdb_id": "", "external_ids": {"imdb_id": None}}) is None
    assert names(IMDB, 7, {"imdb_id": "tt0000007"}) and names(IMDB, 7, {"external_ids": {"imdb_id": "tt0000007"}})
    others: list[dict[str, Any]] = [{"imdb_id": "tt0000008"}, {"external_ids": {"imdb_id": "tt8"}}]
    assert [names(IMDB, 7, body) for body in others] == [False, False]
