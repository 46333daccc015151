"""What a search may ask for, and what it is told otherwise."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.catalog_api.query import DEFAULT_MOVIES, KEYS, Query, Sort, cursor, parse_cursor
from lambdas.common.errors import BadInput


def test_everything_at_once() -> None:
    """All parameters, in the form in which they are compared."""
    place = cursor(Sort.YEAR, (2004, 1.5, 7))
    text = urlencode(
        {"title": "THE", "actor": "Żak", "genre": "Sci", "year": 2004, "sort": "year", "limit": 50, "cursor": place}
    )
    assert Query.parse(text) == Query(
        title="the", actor="zak", genre="sci", year=2004, sort=Sort.YEAR, limit=50, after=(2004, 1.5, 7)
    )
    assert Query.parse("") == Query()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("titel=x", "There is no parameter 'titel'; there are title, actor, genre, year, sort, limit, cursor."),
        ("title=", "title is too short: give at least 2 characters of it."),
        ("title=%20%09%20", "title is too short"),
        ("actor=%CC%81%CC%81%CC%81", "actor is too short"),
        ("genre=x", "genre is too short"),
        ("title=a%00b", "title is too short"),
        (f"title={'x' * 201}", "title has 201 characters, more than 200"),
        ("year=", "year must be a whole number from 1870 to 2100."),
        ("year=0", "year must be"),
        ("year=99999", "year must be"),
        ("year=20.4", "year must be"),
        ("year=%D9%A2%D9%A0%D9%A0%D9%A4", "year must be"),
        ("year=2004&year=2005", "A parameter is given twice."),
        ("limit=0", "limit must be a whole number from 1 to 50."),
        ("limit=51", "limit must be"),
        ("sort=id", "sort must be popularity, year, title."),
        ("cursor=", "cursor must be what `next` was"),
        ("cursor=WyJ5ZWFyIl0", "cursor must be what `next` was"),
        ("title=%FF", "The query is not UTF-8"),
        ("&".join(f"a{i}=1" for i in range(30)), "more than 20 parameters"),
    ],
)
def test_a_sentence_says_what_is_wrong(text: str, sentence: str) -> None:
    """Each refusal names the parameter and what it must be."""
    with pytest.raises(BadInput) as raised:
        Query.parse(text)
    assert sentence in str(raised.value)


VALUES = {
    int: st.integers(-(2**31), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=100),
}


@given(st.sampled_from(Sort).flatmap(lambda s: st.tuples(st.just(s), st.tuples(*(VALUES[kind] for kind in KEYS[s])))))
def test_a_cursor_comes_back(given_: tuple[Sort, tuple[Any, ...]]) -> None:
    """A place survives its way through a URL unchanged."""
    sort, place = given_
    assert parse_cursor(cursor(sort, place), sort) == place


@given(st.text(max_size=60) | st.binary(max_size=40).map(lambda data: data.hex()), st.sampled_from(Sort))
def test_any_other_cursor_is_refused(text: str, sort: Sort) -> None:
    """What no page gave is refused, not guessed at."""
    with pytest.raises(BadInput):
        parse_cursor(text, sort)


@given(st.text(max_size=80))
def test_any_query_string_is_a_query_or_refused(text: str) -> None:
    """Nothing but BadInput comes of a query string."""
    with suppress(BadInput):
        assert Query.parse(text).limit == DEFAULT_MOVIES or "limit=" in text
