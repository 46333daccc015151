"""Keys at the edge: a pure function of dataset and id, undone by parsing, and safe whatever comes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.common.datasets import DATASETS, LAST_PAGE, episodes
from lambdas.common.edge_keys import Key, parse_key, reviews_key, season_key, title_key, title_prefix

_ids = st.integers(1, 2**31 - 1)


@pytest.mark.parametrize(
    ("key", "means"),
    [
        ("movie/550.pb.lz4", Key("movie", 550, None)),
        ("tv/1399.pb.lz4", Key("tv", 1399, None)),
        ("tv/1399/season/1.pb.lz4", Key("tv", 1399, 1)),
        ("tv/1399/season/0.pb.lz4", Key("tv", 1399, 0)),
        ("network/1.pb.lz4", Key("network", 1, None)),
        ("movie/popular/1.pb.lz4", Key("movie_popular", 1, None)),
        ("tv/popular/500.pb.lz4", Key("tv_popular", 500, None)),
        ("trending/tv/day/1.pb.lz4", Key("tv_trending_day", 1, None)),
        ("trending/movie/week/2.pb.lz4", Key("movie_trending_week", 2, None)),
        ("imdb/tt0133093.pb.lz4", Key("imdb", 133093)),
        ("imdb/tt0000001.pb.lz4", Key("imdb", 1)),
        ("imdb/tt2147483647.pb.lz4", Key("imdb", 2**31 - 1)),
        ("movie/603/reviews.pb.lz4", Key("movie", 603, reviews=True)),
        ("tv/1399/reviews.pb.lz4", Key("tv", 1399, reviews=True)),
        ("tv/1399/season/8/episode/0.pb.lz4", Key("tv", 1399, 8, 0)),
        ("tv/1399/season/8/episode/73.pb.lz4", Key("tv", 1399, 8, 73)),
    ],
)
def test_keys(key: str, means: Key) -> None:
    """Keys are TMDB's own API paths plus .pb.lz4."""
    assert parse_key(key) == means
    assert built_of(means) == key


def built_of(means: Key) -> str:
    """The key that is built from what a key means."""
    dataset = DATASETS[means.dataset]
    if means.reviews:
        return reviews_key(dataset, means.id)
    if means.season is None:
        return title_key(dataset, means.id)
    if means.episode is None:
        return season_key(dataset, means.id, means.season)
    return title_key(episodes(means.id, means.season), means.episode)


@given(st.sampled_from(sorted(DATASETS)), _ids)
def test_title_round_trip(name: str, id: int) -> None:
    """A title's key names the title, and lies in no other title's folder."""
    id = 1 + id % LAST_PAGE if DATASETS[name].paged else id
    key = title_key(DATASETS[name], id)
    assert parse_key(key) == Key(name, id, None)
    assert not key.startswith(title_prefix(DATASETS[name], id) + "/")


@given(_ids, st.integers(0, 2**31 - 1))
def test_season_round_trip(id: int, season: int) -> None:
    """A season's key names show and season, and lies in the show's folder."""
    key = season_key(DATASETS["tv"], id, season)
    assert parse_key(key) == Key("tv", id, season)
    assert key.startswith(title_prefix(DATASETS["tv"], id) + "/")


_NO_KEYS = [
    "",
    "movie",
    "movie/550",
    "movie/550.pb",
    "movie/.pb.lz4",
    "movie/0.pb.lz4",
    "movie/007.pb.lz4",
    "movie/-1.pb.lz4",
    "movie/+1.pb.lz4",
    "movie/1e3.pb.lz4",
    "movie/2147483648.pb.lz4",
    "movie/99999999999.pb.lz4",
    "movie/1٣.pb.lz4",
    "movie/550.pb.lz4\n",
    "/movie/550.pb.lz4",
    "movie//550.pb.lz4",
    "../movie/550.pb.lz4",
    "movie/../tv/550.pb.lz4",
    "movie/550/season/1.pb.lz4",
    "tv/1399/season/01.pb.lz4",
    "tv/1399/season/.pb.lz4",
    "tv/1399/season/2147483648.pb.lz4",
    "tv/1399/season/1/2.pb.lz4",
    "season/1.pb.lz4",
    "tv/popular.pb.lz4",
    "tv/popular/0.pb.lz4",
    "tv/popular/501.pb.lz4",
    "tv/popular/1/season/1.pb.lz4",
    "tv/latest/1.pb.lz4",
    "trending/1.pb.lz4",
    "trending/tv/1.pb.lz4",
    "trending/all/day/1.pb.lz4",
    "tv_popular/1.pb.lz4",
    "Movie/550.pb.lz4",
    "imdb/133093.pb.lz4",
    "imdb/tt133093.pb.lz4",
    "imdb/tt00133093.pb.lz4",
    "imdb/tt0000000.pb.lz4",
    "imdb/tt2147483648.pb.lz4",
    "imdb/nm0000206.pb.lz4",
    "imdb/tt0133093/reviews.pb.lz4",
    "movie/tt0133093.pb.lz4",
    "person/287/reviews.pb.lz4",
    "movie/603/reviews/1.pb.lz4",
    "movie/603/season/1/episode/1.pb.lz4",
    "tv/1399/episode/1.pb.lz4",
    "tv/1399/season/8/episode/01.pb.lz4",
    "tv/1399/season/8/episode/2147483648.pb.lz4",
    "tv/1399/season/8/episode/1/reviews.pb.lz4",
]


@pytest.mark.parametrize("key", _NO_KEYS)
def test_no_keys(key: str) -> None:
    """Anything that is not built here is no key."""
    with pytest.raises(ValueError, match="is not a key of an edge object"):
        parse_key(key)


@given(
    st.from_regex(
        r"(movie|tv|imdb|x|tv/popular|trending/tv/day)/(tt)?\d{1,11}(/season/\d{1,11}(/episode/\d{1,11})?|/reviews)?"
        r"\.pb\.lz4\n?",
        fullmatch=True,
    )
    | st.text()
)
def test_what_is_understood_can_be_built(key: str) -> None:
    """Whatever text is understood as a key is the key that is built from what it means."""
    try:
        means = parse_key(key)
    except ValueError:
        return
    assert built_of(means) == key


def test_no_page_beyond_the_last() -> None:
    """TMDB's lists end at page 500, and so do their keys."""
    with pytest.raises(ValueError, match="501 is not a TMDB id of tv_popular"):
        title_key(DATASETS["tv_popular"], LAST_PAGE + 1)


@pytest.mark.parametrize("id", [0, -1, 2**31, True, 1.0, "1", "../1", None])
def test_hostile_ids(id: Any) -> None:
    """A key is built from ints within their range and nothing else, seasons as well as titles."""
    tv = DATASETS["tv"]
    with pytest.raises(ValueError, match="is not a TMDB id"):
        title_key(tv, id)
    with pytest.raises(ValueError, match="is not a TMDB id"):
        title_prefix(tv, id)
    if id != 0:
        with pytest.raises(ValueError, match="is not a season number"):
            season_key(tv, 1, id)
