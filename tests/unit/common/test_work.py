"""Work items and run ids: what is written can be read, and what is hostile is refused by name."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lambdas.common.datasets import DATASETS, Mode
from lambdas.common.errors import BadInput
from lambdas.common.work import MAX_BYTES, WorkItem, run_id, run_started

RUN = "movie-export-20260921T120000Z-00ff"
IMDB = (
    '{"v":1,"run":"imdb-ids-20260921T120000Z-00ff","dataset":"imdb","mode":"ids","ids":[1,2],"known":{"2":"movie/603"}}'
)
GOOD = '{"v":1,"run":"' + RUN + '","dataset":"movie","mode":"export","ids":[1,2],"attempt":0}'

_ids = st.sets(st.integers(1, 2**31 - 1), min_size=1, max_size=50).map(lambda ids: tuple(sorted(ids)))
_items = st.sampled_from([name for name, dataset in DATASETS.items() if not dataset.paged]).flatmap(
    lambda name: st.builds(
        WorkItem,
        run=st.just(RUN.replace("movie", name)),
        dataset=st.just(name),
        mode=st.sampled_from(Mode),
        ids=_ids,
        attempt=st.integers(0, 4),
    )
) | _ids.flatmap(
    lambda ids: st.builds(
        WorkItem,
        run=st.just(RUN.replace("movie", "imdb")),
        dataset=st.just("imdb"),
        mode=st.just(Mode.IDS),
        ids=st.just(ids),
        known=st.dictionaries(st.sampled_from(ids), st.sampled_from(["movie/603", "tv/2147483647"]), min_size=1),
    )
)


@given(_items, st.text())
def test_round_trip(item: WorkItem, reason: str) -> None:
    """A work item, and a dead letter with any reason, survive the way through a message body."""
    assert WorkItem.from_json(item.to_json()) == item
    letter = item.dead(item.ids[0], reason.encode(errors="replace").decode())
    assert WorkItem.from_json(letter.to_json()) == letter
    assert (letter.ids, letter.run, letter.attempt) == (item.ids[:1], item.run, item.attempt)


def test_body() -> None:
    """The body of a message is the contract between harvester and collector, field by field."""
    item = WorkItem(run=RUN, dataset="movie", mode=Mode.EXPORT, ids=(1, 2))
    assert item.to_json() == GOOD
    assert item.dead(2, "404").to_json() == GOOD.replace("[1,2]", "[2]").replace("0}", '0,"reason":"404"}')
    told = WorkItem(run=RUN.replace("movie-export", "imdb-ids"), dataset="imdb", mode=Mode.IDS, ids=(1, 2))
    assert replace(told, known={2: "movie/603"}).to_json() == IMDB[:-1] + ',"attempt":0}'
    assert len(WorkItem(run=RUN, dataset="movie", mode=Mode.EXPORT, ids=tuple(range(1, 51))).to_json()) < 1000


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("", "truncated"),
        ("null", "not a work item"),
        ("[]", "Expected `object`"),
        (GOOD[:-1], "truncated"),
        (GOOD + "x", "trailing"),
        (GOOD.replace('"v":1', '"v":2'), "v"),
        (GOOD.replace('"movie"', '"movies"'), "unknown dataset 'movies'"),
        (GOOD.replace('"movie"', '"../movie"'), "unknown dataset '../movie'"),
        (GOOD.replace('"mode":"export"', '"mode":"due"'), "'due'"),
        (GOOD.replace('"movie"', '"tv"'), f"{RUN} is no run of tv"),
        (GOOD.replace("movie-export", "movie-xport"), "is not a run id"),
        (GOOD.replace("movie", "movie_popular").replace("[1,2]", "[1,501]"), "TMDB's lists end at page 500"),
        (GOOD.replace("[1,2]", "[]"), "ids"),
        (GOOD.replace("[1,2]", "[2,1]"), "not ascending"),
        (GOOD.replace("[1,2]", "[1,1]"), "not ascending"),
        (GOOD.replace("[1,2]", "[0]"), r"\$.ids\[0\]"),
        (GOOD.replace("[1,2]", "[2147483648]"), r"\$.ids\[0\]"),
        (GOOD.replace("[1,2]", "[true]"), r"\$.ids\[0\]"),
        (GOOD.replace("[1,2]", "[1.0]"), r"\$.ids\[0\]"),
        (GOOD.replace("[1,2]", '["1"]'), r"\$.ids\[0\]"),
        (GOOD.replace("[1,2]", str([*range(1, 52)])), "ids"),
        (GOOD.replace('"attempt":0', '"known":{"1":"movie/1"}'), "movie is not looked up, so nothing of it is known"),
        (IMDB.replace("603", "0603"), "'movie/0603' is no title, such as movie/603"),
        (IMDB.replace("movie/603", "movie/2147483648"), "'movie/2147483648' is no title"),
        (IMDB.replace("movie/603", "person/603"), "'person/603' is no title"),
        (IMDB.replace("movie/603", "../movie/1"), "'../movie/1' is no title"),
        (IMDB.replace("movie/603", "movie/603/season/1/episode/2"), "known"),
        (IMDB.replace('"2"', '"3"'), "known has 3, which is none of the ids"),
        (IMDB.replace('"2"', '"two"'), "known"),
        (GOOD.replace('"attempt":0', '"attempt":5'), "attempt"),
        (GOOD.replace('"attempt":0', '"attempt":-1'), "attempt"),
        (GOOD.replace('"attempt":0', '"attempt":0,"extra":1'), "`extra`"),
        (GOOD.replace(RUN, "movie-export-today"), "'movie-export-today' is not a run id"),
        (GOOD.replace("20260921T", "20261399T"), "20261399T"),
        (GOOD.replace("[1,2]", "[" * 20_000 + "]" * 20_000), "not a work item"),
        ('"\ud800"', "not a work item"),
        (b"\xff\xfe", "not a work item"),
        (" " * (MAX_BYTES + 1), f"work item of {MAX_BYTES + 1} bytes"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_hostile_bodies(body: str | bytes, named: str) -> None:
    """What is no work item is refused with a sentence that says what is wrong with it."""
    with pytest.raises(BadInput, match=named):
        WorkItem.from_json(body)


@given(st.text() | st.binary())
def test_any_body(body: str | bytes) -> None:
    """No body does anything but being refused."""
    with pytest.raises(BadInput):
        WorkItem.from_json(body)


@given(_items, st.data())
def test_part(item: WorkItem, data: st.DataObject) -> None:
    """A part of an item is the same work for some of its ids, ascending again, at this attempt or another."""
    ids = data.draw(st.lists(st.sampled_from(item.ids), min_size=1, unique=True))
    part = item.part(ids)
    assert WorkItem.from_json(part.to_json()) == part
    assert (part.run, part.attempt, part.ids) == (item.run, item.attempt, tuple(sorted(ids)))
    assert item.part(ids, attempt=3).attempt == 3
    assert (part.known or {}) == {id: title for id, title in (item.known or {}).items() if id in ids}


@given(_items, _items)
def test_receipt_key(a: WorkItem, b: WorkItem) -> None:
    """Within a run the receipt key is the same for the same ids at the same attempt, and for nothing else."""
    assert (a.receipt_key == b.receipt_key) == ((a.ids, a.attempt) == (b.ids, b.attempt))
    assert a.receipt_key == WorkItem.from_json(a.to_json()).receipt_key
    assert a.part(a.ids, attempt=(a.attempt + 1) % 5).receipt_key != a.receipt_key


@given(st.sampled_from(sorted(DATASETS)), st.sampled_from(Mode), st.integers(0, 2**32), st.integers(0, 2**20))
def test_run_id(dataset: str, mode: Mode, started: int, nonce: int) -> None:
    """A run id tells dataset, mode and the second in which the run started."""
    run = run_id(dataset, mode, started + 0.5, nonce)
    assert run.startswith(f"{dataset}-{mode}-")
    assert run_started(run) == datetime.fromtimestamp(started, UTC)


@pytest.mark.parametrize(
    "run",
    ["", "x", RUN[:-1], RUN + "0", RUN + "\n", RUN.upper(), RUN.replace("2026", "٢٠٢٦"), RUN.replace("0921", "0931")],
)
def test_no_run_id(run: str) -> None:
    """Anything else is no run id: other digits and days that do not exist included."""
    with pytest.raises(ValueError, match=r"is not a run id|does not match|day is out of range"):
        run_started(run)
