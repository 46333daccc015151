"""What is taken for a movie, and what is refused in which words."""

from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.bodies import mix
from lambdas.common.catalog.record import BadRow, dropped, from_tmdb

GOOD: dict[str, Any] = {"title": "National Treasure", "year": 2004, "cast": ["Nicolas Cage"], "genres": ["adventure"]}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def test_a_dropped_movie() -> None:
    """What the file says, with genres in their spelling; other keys are left alone."""
    record = dropped(GOOD | {"href": "x"}, fetched_at=7)
    assert (record.movie.title, record.movie.year, list(record.movie.cast)) == ("National Treasure", 2004, GOOD["cast"])
    assert list(record.movie.genres) == ["Adventure"] and record.respelled == {"adventure": "Adventure"}
    assert record.movie.fetched_at == 7 and not record.movie.HasField("tmdb_id")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": None}, "title is missing"),
        ({"title": " \t"}, "title is empty"),
        ({"title": 7}, "title must be text, not a number"),
        ({"title": "x" * 501}, "title has 501 characters, more than 500"),
        ({"title": "nul\0"}, "title holds what is no character"),
        ({"title": "\ud800"}, "title holds what is no character"),
        ({"year": None}, "year is missing"),
        ({"year": 0}, "year must be a whole number from 1870 to 2100, not 0"),
        ({"year": 99999}, "not 99999"),
        ({"year": "2004"}, "not text"),
        ({"year": 2004.0}, "not 2004.0"),
        ({"year": True}, "not a boolean"),
        ({"cast": "Nicolas Cage"}, "cast must be a list of names, not text"),
        ({"cast": [None]}, "cast is missing"),
        ({"cast": [["x"]]}, "cast must be text, not a list"),
        ({"cast": ["x"] * 10_001}, "cast has 10001 names, more than 10000"),
        ({"genres": {"a": 1}}, "genres must be a list of names, not an object"),
        ({"tmdb_id": 0}, "tmdb_id must be a whole number"),
        ({"tmdb_id": 2**31}, "tmdb_id must be a whole number"),
        ({"tmdb_id": "550"}, "not text"),
    ],
)
def test_a_bad_row_says_why(change: dict[str, Any], reason: str) -> None:
    """The reason names the field and what it must be."""
    with pytest.raises(BadRow, match=reason):
        dropped(GOOD | change, fetched_at=0)


@pytest.mark.parametrize("row", [None, [], "x", 7, True])
def test_what_is_no_object_is_no_movie(row: object) -> None:
    """Anything but an object is refused as that."""
    with pytest.raises(BadRow, match="a movie must be an object"):
        dropped(row, fetched_at=0)


def test_a_tmdb_id_stands_for_the_year() -> None:
    """With an id a movie needs no year to be told from others."""
    assert not dropped({"title": "X", "tmdb_id": 550}, fetched_at=0).movie.HasField("year")


def test_ten_thousand_names_are_taken() -> None:
    """The longest cast that is taken, each name once and blank ones left out."""
    names = [f"Name {i}" for i in range(9_998)]
    assert len(dropped(GOOD | {"cast": [*names, names[0], " "]}, fetched_at=0).movie.cast) == 9_998


@given(JSON)
def test_any_json_is_a_movie_or_refused(value: object) -> None:
    """Nothing but a movie with a title or BadRow comes of a row, dropped or in a body of TMDB."""
    for row in (value, *({**GOOD, name: value} for name in ("title", "cast", "genres", "year", "tmdb_id"))):
        with suppress(BadRow):
            assert dropped(row, fetched_at=0).movie.title
    body = {"id": 1, "title": "x", "original_title": value, "release_date": value, "genres": value}
    for more in ({"credits": {"cast": value}}, {"credits": value}, {"popularity": value}, {"id": value}):
        with suppress(BadRow):
            assert from_tmdb(body | more, fetched_at=0).movie.title


def test_a_body_of_tmdb() -> None:
    """Year, genres' names and cast come from where TMDB has them; "" and null are unknown."""
    body = {
        "id": 550,
        "title": "Fight Club",
        "original_title": "Fight Club",
        "release_date": "1999-10-15",
        "genres": [{"id": 18, "name": "Drama"}],
        "credits": {"cast": [{"name": "Edward Norton"}, {"name": None}, {"name": "Brad Pitt"}]},
        "popularity": 61.4,
        "poster_path": "/x.jpg",
    }
    movie = from_tmdb(body, fetched_at=9).movie
    assert (movie.tmdb_id, movie.year, movie.release_date, movie.popularity) == (550, 1999, "1999-10-15", 61.4)
    assert (list(movie.genres), list(movie.cast)) == (["Drama"], ["Edward Norton", "Brad Pitt"])
    assert not movie.HasField("original_title")
    assert not from_tmdb(body | {"release_date": ""}, fetched_at=9).movie.HasField("year")
    assert from_tmdb(body | {"original_title": "闘"}, fetched_at=9).movie.original_title == "闘"


def test_made_up_bodies_are_taken() -> None:
    """Bodies like TMDB's, whole and odd ones, all are movies with what they say."""
    records = [from_tmdb(orjson.loads(body.json), fetched_at=1).movie for body in mix(100)]
    assert len(records) == 100 and any(movie.cast for movie in records) and any(movie.genres for movie in records)
