"""How old the mirror is: which titles are due for their age, in which order, and how many a night."""

import datetime as dt
from pathlib import Path

import pytest
from obstore.store import LocalStore

from lambdas.common.bus import IDS_AN_EVENT
from lambdas.common.lakehouse import Lakehouse
from lambdas.gold_builder import age
from lambdas.gold_builder.age import Freshness, events, too_old
from lambdas.harvester.event import MOST_IDS, Event
from tests.unit.common.lake_folder import LakeFolder

TODAY = dt.date(2026, 11, 25)
DAYS = 150


@pytest.fixture
def aged(tmp_path: Path) -> Lakehouse:
    """Movies 1 to 4, fetched 149, 151, 160 and 155 days ago, and a show of 170 days."""
    lake = LakeFolder(tmp_path / "lake")
    ages = {1: 149, 2: 151, 3: 160, 4: 155}
    lake.put("movie_current", [{"id": id, "fetched_at": _ago(days), "run": "r"} for id, days in ages.items()])
    lake.put("tv_current", [{"id": 9, "fetched_at": _ago(170), "run": "r"}])
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return Lakehouse(LocalStore(tmp_path / "lake"), scratch=str(scratch))


def _ago(days: int) -> str:
    return f"{TODAY - dt.timedelta(days=days)} 08:30:00"


def test_only_what_is_older_than_asked_for_is_due(aged: Lakehouse) -> None:
    """A title of 149 days waits; older ones of any dataset do not."""
    assert too_old(aged, TODAY, DAYS) == {"tv": [9], "movie": [3, 4, 2]}
    assert too_old(aged, TODAY, 165) == {"tv": [9]}
    assert too_old(aged, TODAY, 180) == {}


def test_a_night_takes_the_oldest(aged: Lakehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit into a night is younger than what does."""
    monkeypatch.setattr(age, "MOST_A_NIGHT", 2)
    assert too_old(aged, TODAY, DAYS) == {"tv": [9], "movie": [3]}


def test_events_are_small_and_ascending() -> None:
    """Each is one that the harvester takes and that fits into EventBridge's 256 kB; together they hold every id."""
    ids = [2**31 - 1 - number for number in range(IDS_AN_EVENT + 1)]
    asked = list(events({"person": ids, "tv": [9]}))
    parsed = [Event.parse(event) for event in asked]
    assert [len(event.ids) for event in parsed] == [IDS_AN_EVENT, 1, 1]
    assert max(len(str(event)) for event in asked) < 256_000 and IDS_AN_EVENT <= MOST_IDS
    assert sorted(id for event in parsed for id in event.ids if event.dataset == "person") == sorted(ids)
    assert all(event.ids == tuple(sorted(event.ids)) for event in parsed)


def test_nights_suffice_for_a_whole_mirror() -> None:
    """5.4 million titles of one age are fetched again before they are 180 days old."""
    assert DAYS + 5_400_000 / age.MOST_A_NIGHT < 180


def test_nothing_is_said_of_what_is_not_known() -> None:
    """A dataset that is not listed has no coverage, one that is not stored no age."""
    assert Freshness("tv", 0, 0, None).measures(TODAY) == {}
    (coverage,) = Freshness("tv", 200, 1, None).measures(TODAY).values()
    assert coverage == 99.5
