"""The gold builder's handler: a table that cannot be built keeps no other from being built; what is old is told."""

import json
from pathlib import Path
from typing import Any

import boto3
import obstore
import pytest
from obstore.exceptions import GenericError
from obstore.store import LocalStore

from lambdas.common.errors import Retry
from lambdas.common.gold import GOLD
from lambdas.gold_builder import handler as entry
from lambdas.gold_builder.handler import handler
from lambdas.harvester.event import Event
from tests.unit.lake_writer.test_handler import Context

EVENT = {"date": "2026-11-25"}
LATER = {"date": "2027-04-25"}
"""151 days after everything was fetched."""


class Bus:
    """EventBridge, which takes what it is given unless it is `full`."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.full = False

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        self.entries += Entries
        return {"FailedEntryCount": int(self.full), "Entries": [{"ErrorCode": "Busy"} if self.full else {}]}


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    """The bus behind the handler."""
    made = Bus()
    monkeypatch.setattr(boto3, "client", lambda _: made)
    return made


@pytest.fixture(autouse=True)
def _behind_the_handler(store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample lake is the bucket."""
    monkeypatch.setenv("LAKE_BUCKET", "lake")
    monkeypatch.setattr(entry, "bucket", lambda _: store)


def test_all_tables_are_built(caplog: pytest.LogCaptureFixture) -> None:
    """An event that names none means all; the result says how many rows each has."""
    rows = handler(EVENT, Context())
    assert rows.keys() == GOLD.keys() and all(rows.values())
    assert caplog.messages == ["gold.built", "freshness.measured"]


def test_a_store_that_fails_once_costs_one_table(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The others are there, and the invocation fails, to be tried again."""
    put, lost = obstore.put, iter(["the first"])

    def fail_once(*arguments: Any, **options: Any) -> Any:
        if next(lost, None):
            raise GenericError("said the store")
        return put(*arguments, **options)

    monkeypatch.setattr(obstore, "put", fail_once)
    with pytest.raises(Retry, match=r"part-0\.parquet was not written"):
        handler(EVENT, Context())
    assert caplog.messages == ["gold.failed", "gold.built", "freshness.measured"]
    built = {Path(meta["path"]).parent.name for page in obstore.list(store, "gold/") for meta in page}
    assert built == GOLD.keys() - {next(iter(GOLD))}


def metrics(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The metrics of the one invocation."""
    (found,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    return dict(found)


def test_how_whole_and_how_old_it_is_is_measured(bus: Bus, capsys: pytest.CaptureFixture[str]) -> None:
    """Of each dataset that TMDB lists its coverage, of each that is stored the age of its oldest title."""
    handler(EVENT, Context())
    found = metrics(capsys)
    # movies 11 and 12 of 11, 12 and 15, all of tv's two; people are listed nowhere, and stored
    assert found["coverage_percent"] == [pytest.approx(200 / 3), 100.0]
    assert found["oldest_fetch_days"] == [0.0, 0.0, 0.0]
    assert (found["ids_refreshed"], found["tables_failed"], bus.entries) == ([0.0], [0.0], [])


def test_what_got_too_old_is_harvested_again(
    bus: Bus, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Titles that were fetched more than 150 days ago become events of the harvester's, listed by TMDB or not."""
    monkeypatch.setenv("STAGE", "test")
    handler(LATER, Context())
    assert {(entry["Source"], entry["DetailType"]) for entry in bus.entries} == {("tmdb.pipeline", "test")}
    asked = [Event.parse(json.loads(entry["Detail"])) for entry in bus.entries]
    assert {event.dataset: event.ids for event in asked} == {
        "movie": (11, 12, 13),
        "tv": (21, 22),
        "person": (31, 32, 33),
    }
    assert metrics(capsys)["ids_refreshed"] == [8.0]


def test_a_build_of_some_tables_refreshes_nothing(bus: Bus) -> None:
    """Who builds a table by hand asks for no more."""
    handler({**LATER, "tables": ["freshness", "genre_stats"]}, Context())
    assert bus.entries == []


def test_an_event_that_is_not_taken_fails_the_invocation(bus: Bus) -> None:
    """It is tried again then, and nothing is too old unnoticed."""
    bus.full = True
    with pytest.raises(Retry, match="Busy"):
        handler(LATER, Context())
