"""Events: what is understood, and what is refused by name."""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.common.datasets import DATASETS, Mode
from lambdas.common.errors import BadInput
from lambdas.harvester.event import MOST_IDS, Event

RUN = "movie-sync-20260921T120000Z-00ff"


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ({"dataset": "movies", "mode": "export"}, "unknown dataset 'movies'; there are movie, tv, person"),
        ({"mode": "export"}, "dataset"),
        ({"dataset": "movie"}, "mode"),
        ({"dataset": "movie", "mode": "due"}, "'due'"),
        ({"dataset": "movie", "mode": "pages"}, "movie has no mode pages, only export and ids and sync"),
        ({"dataset": "tv_popular", "mode": "export"}, "tv_popular has no mode export, only pages"),
        ({"dataset": "tv_popular", "mode": "ids", "ids": [1]}, "tv_popular has no mode ids, only pages"),
        ({"dataset": "tv_popular", "mode": "pages", "limit": 0}, "limit"),
        ({"dataset": "tv_popular", "mode": "pages", "select": "all"}, "select is for mode export, not for pages"),
        ({"dataset": "tv_popular", "mode": "pages", "include_adult": True}, "include_adult is not for mode pages"),
        ({"dataset": "movie", "mode": "export", "type": "movie"}, "`type`"),
        ({"dataset": "keyword", "mode": "sync"}, "keyword has no mode sync, only export and ids"),
        ({"dataset": "movie", "mode": "export", "select": "some"}, "'some'"),
        ({"dataset": "movie", "mode": "export", "date": "2026-13-01"}, r"Not a date YYYY-MM-DD - at `\$.date`"),
        ({"dataset": "movie", "mode": "export", "date": "yesterday"}, "`\\$.date`"),
        ({"dataset": "movie", "mode": "export", "date": 20260901}, "`\\$.date`"),
        ({"dataset": "movie", "mode": "export", "limit": 0}, "limit"),
        ({"dataset": "movie", "mode": "export", "limit": "5"}, "limit"),
        ({"dataset": "movie", "mode": "export", "limit": 10**20}, "limit"),
        ({"dataset": "movie", "mode": "\ud800"}, "surrogates not allowed"),
        ({"dataset": {}, "mode": "export"}, "dataset"),
        ({"dataset": "movie", "mode": "export", "min_popularity": -1}, "min_popularity"),
        ({"dataset": "movie", "mode": "export", "min_popularity": float("nan")}, "min_popularity"),
        ({"dataset": "movie", "mode": "export", "include_adult": "yes"}, "include_adult"),
        ({"dataset": "movie", "mode": "export", "ids": [1]}, "ids is for mode ids, not for export"),
        ({"dataset": "movie", "mode": "export", "since": "2026-09-01"}, "since is for mode sync"),
        ({"dataset": "movie", "mode": "sync", "run": "x"}, "unknown field `run`"),
        ({"dataset": "movie", "mode": "sync", "select": "all"}, "select is for mode export"),
        ({"dataset": "movie", "mode": "sync", "limit": 5}, "limit is for mode export and pages, not for sync"),
        ({"dataset": "movie", "mode": "sync", "date": "2026-09-01"}, "date is for mode export"),
        ({"dataset": "movie", "mode": "sync", "since": "2026-09-02", "until": "2026-09-01"}, "until 2026-09-01"),
        ({"dataset": "movie", "mode": "sync", "until": "2026-09-01"}, "until 2026-09-01 needs a since"),
        ({"dataset": "movie", "mode": "ids"}, "needs ids"),
        ({"dataset": "movie", "mode": "ids", "ids": []}, "needs ids"),
        ({"dataset": "movie", "mode": "ids", "ids": [0]}, r"`\$.ids\[0\]`"),
        ({"dataset": "movie", "mode": "ids", "ids": [1, 2**31]}, r"`\$.ids\[1\]`"),
        ({"dataset": "movie", "mode": "ids", "ids": [True]}, r"`\$.ids\[0\]`"),
        ({"dataset": "movie", "mode": "ids", "ids": ["../550"]}, r"`\$.ids\[0\]`"),
        ({"dataset": "movie", "mode": "ids", "ids": [1.5]}, r"`\$.ids\[0\]`"),
        ({"dataset": "movie", "mode": "ids", "ids": [1] * (MOST_IDS + 1)}, "ids"),
        ({"dataset": "movie", "mode": "ids", "ids": [1], "min_popularity": 2.0}, "min_popularity is for mode export"),
        ({"dataset": "movie", "mode": "export", "known": {"1": "movie/1"}}, "known is for mode ids, not for export"),
        ({"dataset": "movie", "mode": "ids", "ids": [1], "known": {"1": "movie/1"}}, "movie is not looked up"),
        ({"dataset": "imdb", "mode": "ids", "ids": [1], "known": {"2": "movie/1"}}, "known has 2, which is none"),
        ({"dataset": "imdb", "mode": "ids", "ids": [1], "known": {"1": "movie/x"}}, "'movie/x' is no title"),
        ({"dataset": "imdb", "mode": "ids", "ids": [1], "known": {"x": "movie/1"}}, "known"),
        ([], "object"),
        ("movie", "object"),
        (None, "object"),
    ],
)
def test_refusals(event: Any, named: str) -> None:
    """An event that is not understood is refused with a sentence that names the key or the value."""
    with pytest.raises(BadInput, match=named):
        Event.parse(event)


def test_defaults() -> None:
    """Dataset and mode are all that an event must say."""
    event = Event.parse({"dataset": "tv", "mode": "export"})
    assert (event.select, event.date, event.limit, event.include_adult) == (None, None, None, False)


def test_filters() -> None:
    """What is looked at at all tells exports apart; which of it is collected, and of which day, does not."""
    base = {"dataset": "movie", "mode": "export"}
    plain = Event.parse(base).filters
    for same in ({"select": "all"}, {"date": "2026-09-01"}, {"include_adult": False}):
        assert Event.parse({**base, **same}).filters == plain
    others = ({"include_adult": True}, {"limit": 5}, {"min_popularity": 5}, {"min_popularity": 0})
    assert len({plain, *(Event.parse({**base, **other}).filters for other in others)}) == 5
    assert Event.parse({**base, "min_popularity": 1}).filters == Event.parse({**base, "min_popularity": 1.0}).filters


_days = st.dates(dt.date(2012, 1, 1), dt.date(2040, 1, 1))
_adult = {"include_adult": st.booleans()}
_ids = st.lists(st.integers(1, 2**31 - 1), min_size=1, max_size=99).map(tuple)
_events = st.one_of(
    st.builds(
        Event,
        dataset=st.sampled_from([name for name, dataset in DATASETS.items() if dataset.export]),
        mode=st.just(Mode.EXPORT),
        select=st.sampled_from(["all", "new", "due", None]),
        date=st.none() | _days,
        limit=st.none() | st.integers(1, 2**31 - 1),
        min_popularity=st.none() | st.floats(0, 1e9),
        **_adult,
    ),
    st.builds(
        Event,
        dataset=st.just("movie"),
        mode=st.just(Mode.SYNC),
        since=_days.filter(lambda day: day < dt.date(2030, 1, 1)),
        until=st.none() | st.just(dt.date(2030, 1, 1)),
        **_adult,
    ),
    st.builds(Event, dataset=st.just("tv_popular"), mode=st.just(Mode.PAGES), limit=st.none() | st.integers(1, 500)),
    st.builds(Event, dataset=st.just("network"), mode=st.just(Mode.IDS), ids=_ids),
    _ids.map(lambda ids: Event(dataset="imdb", mode=Mode.IDS, ids=ids, known={ids[0]: "movie/603"})),
)


@given(_events)
def test_round_trip(event: Event) -> None:
    """An event survives the way through JSON, as it takes it when a harvester continues itself."""
    assert Event.parse(json.loads(json.dumps(event.to_dict()))) == event
