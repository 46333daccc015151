"""Pieces of a long list."""

from hypothesis import given
from hypothesis import strategies as st

from lambdas.common.batched import batched


@given(st.lists(st.integers()), st.integers(min_value=1, max_value=9))
def test_pieces_are_the_whole(items: list[int], size: int) -> None:
    """All is there in order, and every piece but the last is full."""
    pieces = list(batched(items, size))
    assert [item for piece in pieces for item in piece] == items
    assert all(len(piece) == size for piece in pieces[:-1]) and all(pieces)
