"""Events of new objects, read and said again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.common.created import Created
from lambdas.common.errors import BadInput

WORDS = st.text(st.characters(exclude_categories=["Cs"]))


@given(WORDS, WORDS)
def test_an_event_comes_back(bucket: str, key: str) -> None:
    """Whatever letters bucket and key hold."""
    created = Created(bucket, key)
    assert Created.of(created.to_json()) == Created.in_bucket(created.to_json(), bucket) == created


@pytest.mark.parametrize(
    "body", ["", "{}", "[1]", "no JSON", '{"detail": {"bucket": {"name": 1}}}', "\ud800", "[" * 99_999]
)
def test_any_other_message_is_bad_input(body: str) -> None:
    """It is named as such."""
    with pytest.raises(BadInput, match="not an event of a bucket"):
        Created.of(body)


def test_another_bucket_is_bad_input() -> None:
    """An object of somebody else's is none of ours."""
    with pytest.raises(BadInput, match="of the bucket 'theirs', not of 'ours'"):
        Created.in_bucket(Created("theirs", "key").to_json(), "ours")
