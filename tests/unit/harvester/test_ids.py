"""IdSet: a set that is ordered, and small whatever is put into it."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.common.errors import GiveUp
from lambdas.harvester.ids import MOST_PAGES, IdSet

_ids = st.frozensets(
    st.integers(1, 300_000) | st.sampled_from([2**16, 2**16 - 1, 2**23, 2**31 - 1, 2**31 - 2]), max_size=200
)


@given(_ids, _ids)
def test_behaves_like_a_set(a: frozenset[int], b: frozenset[int]) -> None:
    """Union, difference, size and membership are those of a set, and iteration is ascending."""
    mine, theirs = IdSet([*a, *a]), IdSet(b)
    assert list(mine) == sorted(a)
    assert list(mine | theirs) == sorted(a | b)
    assert list(mine - theirs) == sorted(a - b)
    assert (len(mine), len(mine - theirs)) == (len(a), len(a - b))
    assert all((id in mine) == (id in a) for id in a | b)
    assert list(mine) == sorted(a) and list(theirs) == sorted(b)


def test_where_near_ids_end() -> None:
    """Where one run of marks ends and the pages begin, no id is lost and none is another's."""
    ids = IdSet([2**23 + 2**16, 2**23 - 1, 2**23])
    assert list(ids) == [2**23 - 1, 2**23, 2**23 + 2**16]
    assert list(ids - IdSet([2**23])) == [2**23 - 1, 2**23 + 2**16]
    assert 2**23 in ids and 2**23 + 1 not in ids and 2**23 - 2 not in ids


def test_a_far_id_is_cheap() -> None:
    """The highest id there can be costs a page, not room for all below it."""
    tracemalloc.start()
    try:
        ids = IdSet([550, 2_147_483_000])
        assert list(ids) == [550, 2_147_483_000]
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_strewn_ids_are_refused() -> None:
    """Ids that are strewn to cost a page each are refused before they cost much."""
    with pytest.raises(GiveUp, match="strewn"):
        IdSet(range(1, 2**31, 2**16))
    assert len(IdSet(range(1, MOST_PAGES << 16, 2**16))) == MOST_PAGES
