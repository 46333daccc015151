"""The compactor's handler: which days it merges, and what it tells of a run."""

import json
from datetime import date
from typing import Any

import pytest

from lambdas.common.errors import BadInput
from lambdas.lake_compactor import handler as entry
from lambdas.lake_compactor.handler import datasets, handler, last_day
from tests.unit.lake_compactor.world import Compacting
from tests.unit.lake_writer.test_handler import Context
from tests.unit.lake_writer.world import gone, line, movie


class Patient(Context):
    """A context with time left."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return self._seconds * 1000


@pytest.fixture
def lake(world: Compacting, monkeypatch: pytest.MonkeyPatch) -> Compacting:
    """The lake of a day with two objects, behind the handler."""
    monkeypatch.setenv("LAKE_BUCKET", "lake")
    monkeypatch.setattr(entry, "bucket", lambda _: world.store)
    world.take(line(movie(1)))
    world.take(line(movie(2)), gone(3))
    return world


def test_it_tells_what_it_did(
    lake: Compacting, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """One log line and three metrics a run."""
    result = handler({"until": "2026-11-20"}, Patient(900))
    assert result == {"until": "2026-11-20", "merged": 1, "updated": 1, "finished": True}
    assert [row["id"] for row in lake.rows("movie_current", "id")] == [1, 2]
    told = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    (metrics,) = [text for text in told if "_aws" in text]
    assert (metrics["files_merged"], metrics["current_updated"], metrics["compactions_unfinished"]) == ([1], [1], [0])
    assert caplog.messages == ["lake.compacted"]


def test_without_time_it_says_that_it_is_not_finished(lake: Compacting) -> None:
    """It begins nothing that it may have no time to end."""
    before = lake.content()
    assert handler({"until": "2026-11-20"}, Patient(10))["finished"] is False
    assert lake.content() == before


@pytest.mark.parametrize(
    ("event", "until"),
    [({}, date(2026, 11, 20)), ({"until": "2026-11-21"}, date(2026, 11, 21)), ({"time": "x"}, date(2026, 11, 20))],
)
def test_it_merges_until_yesterday_unless_told_otherwise(event: dict[str, Any], until: date) -> None:
    """Today's files still arrive; a rule's own event says nothing of days."""
    assert last_day(event, date(2026, 11, 21)) == until


@pytest.mark.parametrize("until", ["yesterday", 5, ""])
def test_a_day_that_is_none_is_refused(until: Any) -> None:
    """By name."""
    with pytest.raises(BadInput, match="until is a day like 2026-11-21"):
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
