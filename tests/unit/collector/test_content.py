"""What counts as a change of a title."""

import pytest

from lambdas.collector.content import content_digest

BODY = (
    b'{"id":1,"popularity":1.5,"vote_count":7,"cast":[{"popularity":"27.4","name":"A"}],'
    b'"overview":"\\"popularity\\":9"}'
)


def test_any_other_byte_is_a_change() -> None:
    """Without volatile fields every difference counts, also where one body ends and the next begins in meaning."""
    digest = content_digest()
    assert digest([BODY]) == digest([BODY])
    assert digest([BODY]) != digest([BODY.replace(b"1.5", b"1.6")])
    assert digest([BODY]) != digest([BODY, b"{}"])


@pytest.mark.parametrize("other", [b"1e-06", b"0", b"-3", b"null", b'"1.5"'])
def test_volatile_fields_do_not_count(other: bytes) -> None:
    """A volatile number may be any number, at any depth; what stands beside it, or in a text, still counts."""
    digest = content_digest(["popularity", " vote_count "])
    changed = (
        BODY.replace(b'"popularity":1.5', b'"popularity":' + other).replace(b'"27.4"', b"12").replace(b":7", b":8")
    )
    assert digest([changed]) == digest([BODY])
    assert digest([BODY.replace(b'"A"', b'"B"')]) != digest([BODY])
    assert digest([BODY.replace(b':9"', b':8"')]) != digest([BODY])


def test_names_are_names() -> None:
    """A name that could be more than a name is refused."""
    with pytest.raises(ValueError, match="volatile"):
        content_digest(["popularity|.*"])
