"""Receipts: what became of each id, written once and read back."""

import json

from hypothesis import given
from hypothesis import strategies as st

from lambdas.common.receipts import Found, Receipt, Stored

_id = st.integers(1, 2**31 - 1)
_ids = st.lists(_id, max_size=50).map(tuple)
_stored = st.dictionaries(_id, st.builds(Stored, st.integers(0, 2**40), st.text("0123456789abcdef", max_size=16)))
_text = st.text(st.characters(codec="utf-8"))
_receipts = st.builds(
    Receipt,
    stored=_stored,
    unchanged=_stored,
    gone=_ids,
    dead=st.dictionaries(_id, _text),
    retry=_ids,
    returned=_ids,
    delay=st.integers(0, 900),
    split=st.booleans(),
    found=st.dictionaries(_id, st.lists(st.builds(Found, _text, _id, _text), max_size=3).map(tuple)),
)


@given(_receipts)
def test_round_trip(receipt: Receipt) -> None:
    """A receipt survives the way through the table, ids as ints."""
    assert Receipt.from_json(receipt.to_json()) == receipt


def test_size() -> None:
    """The receipt of a usual message is small, and tells nothing of what did not happen."""
    receipt = Receipt(stored={id: Stored(1_790_000_000, "0123456789abcdef") for id in range(1_000_000, 1_000_050)})
    assert json.loads(receipt.to_json()).keys() == {"stored"}
    assert len(receipt.to_json()) < 4096
