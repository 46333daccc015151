"""The compactor's handler: which days it merges, and what it tells of a run."""

import json
from datetime import date
from typing import Any

import boto3
import pytest

from lambdas.common.clock import SystemClock
from lambdas.common.errors import BadInput, Retry
from lambdas.lake_compactor import handler as entry
from lambdas.lake_compactor.handler import RESERVE_SECONDS, datasets, handler, last_day
from tests.unit.lake_compactor.world import Compacting
from tests.unit.lake_writer.test_handler import Context
from tests.unit.lake_writer.world import NOON, gone, line, movie


class Patient(Context):
    """A context with time left."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return self._seconds * 1000


@pytest.fixture
def lake(world: Compacting, monkeypatch: pytest.MonkeyPatch) -> Compacting:
    """The lake of a day with two objects, behind the handler, on the day after."""
    monkeypatch.setenv("LAKE_BUCKET", "lake")
    monkeypatch.setattr(SystemClock, "time", lambda _: NOON + 86_400)
    monkeypatch.setattr(entry, "bucket", lambda _: world.store)
    world.take(line(movie(1)))
    world.take(line(movie(2)), gone(3))
    return world


def test_it_tells_what_it_did(lake: Compacting, caplog: pytest.LogCaptureFixture) -> None:
    """One log line a run."""
    result = handler({}, Patient(900))
    assert result == {"until": "2026-11-20", "merged": 1, "updated": 1, "removed": 0, "finished": True}
    assert [row["id"] for row in lake.rows("movie_current", "id")] == [1, 2]
    assert caplog.messages == ["lake.compacted"]


def test_without_time_it_says_that_it_is_not_finished(lake: Compacting) -> None:
    """It begins nothing that it may have no time to end."""
    before = lake.content()
    assert handler({"until": "2026-11-20"}, Patient(10))["finished"] is False
    assert lake.content() == before


@pytest.fixture
def continued(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was put on the bus, which takes nothing after the first."""
    taken: list[dict[str, Any]] = []

    class Bus:
        def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's name
            taken.extend(Entries)
            failed = len(taken) > 1
            return {"FailedEntryCount": int(failed), "Entries": [{"ErrorCode": "Busy"} if failed else {}]}

    monkeypatch.setattr(boto3, "client", lambda _: Bus())
    return taken


def test_out_of_time_it_has_another_one_go_on(
    lake: Compacting, continued: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first night's backlog is done in a row, not night by night; a bus that takes no event is no success."""
    monkeypatch.setattr(SystemClock, "monotonic", lambda _: len(lake.keys("current/")))
    monkeypatch.setenv("STAGE", "test")
    event = {"until": "2026-11-20", "datasets": ["movie"]}
    lake.take(line(movie(20_000)))
    assert handler(event, Patient(RESERVE_SECONDS + 1))["finished"] is False
    (entry,) = continued
    assert (entry["Source"], entry["DetailType"], json.loads(entry["Detail"])) == ("tmdb.lake", "test", event)
    with pytest.raises(Retry, match="Busy"):
        handler(event, Patient(RESERVE_SECONDS + 1))


def test_what_gets_nothing_done_does_not_go_on(lake: Compacting, continued: list[dict[str, Any]]) -> None:
    """Or it would go on forever."""
    assert handler({}, Patient(10))["finished"] is False
    assert not continued and len(lake.keys("silver/movie/")) == 2


@pytest.mark.parametrize(
    ("event", "until"),
    [({}, date(2026, 11, 20)), ({"until": "2026-11-21"}, date(2026, 11, 21)), ({"time": "x"}, date(2026, 11, 20))],
)
def test_it_merges_until_yesterday_unless_told_otherwise(event: dict[str, Any], until: date) -> None:
    """Today's files still arrive; a rule's own event says nothing of days."""
    assert last_day(event, date(2026, 11, 21)) == until


@pytest.mark.parametrize("until", ["yesterday", 5, "", None, "2026-11-22"])
def test_a_day_that_is_none_is_refused(until: Any) -> None:
    """By name; so is one to come, as of which too much would be too old to be kept."""
    with pytest.raises(BadInput, match=r"until is a day (like|up to) 2026-11-21"):
        last_day({"until": until}, date(2026, 11, 21))


def test_it_may_be_asked_for_some_datasets(lake: Compacting) -> None:
    """Several invocations may share what is too much for one."""
    assert handler({"until": "2026-11-20", "datasets": ["tv", "season"]}, Patient(900))["updated"] == 0
    assert handler({"until": "2026-11-20", "datasets": ["movie"]}, Patient(900))["updated"] == 1


@pytest.mark.parametrize("names", ["movie", ["movie", "movies"], [None], 5])
def test_a_dataset_that_is_none_is_refused(names: Any) -> None:
    """By name, with those that there are."""
    with pytest.raises(BadInput, match="datasets is a list of movie, tv, person"):
        datasets({"datasets": names})
