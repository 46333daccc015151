"""`tmdb reconcile`: what is missing is fetched, what is too much is checked, and being killed costs nothing twice."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from cli import inventory, reconcile, trigger
from lambdas.common.state import State
from tests.unit.aws import aws
from tests.unit.cli.fakes import Internet, Killed
from tests.unit.cli.world import FakeStage, blob, messages, put_titles, raised, said, told

WORDS = ("reconcile", "--dataset", "movie", "--stage", "dev")


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """The ids of every event that was sent."""
    sent: list[tuple[int, ...]] = []
    monkeypatch.setattr(reconcile, "send", lambda some, _: sent.extend(event.ids for event in some))
    return sent


def test_s3_is_listed(dev: FakeStage, internet: Internet, events: list[tuple[int, ...]]) -> None:
    """Missing ids become an event; others a run that expects all of them to be gone."""
    internet.export("movie_ids", [1, 2, 3, 40, 500])
    put_titles(dev, "movie", 2, 40, 77)
    dev.client("s3").put_object(Bucket="edgebucket", Key="movie/popular/1.pb.lz4", Body=b"")
    assert "missing at the edge: 3 (1, 3, 500)\nat the edge and not listed: 1 (77)\nstarted: 4 ids" in said(*WORDS)
    assert events == [(1, 3, 500)]
    assert [item.ids for item in messages(dev)] == [(77,)]
    (run,) = asyncio.run(State("state", aws()).runs())
    assert (run.harvested, run.leavers, run.listed_at is not None) == (1, 1, True)


def test_a_dry_run_starts_nothing(dev: FakeStage, internet: Internet, events: list[tuple[int, ...]]) -> None:
    """It says the difference and leaves everything as it is, no checkpoint either."""
    internet.export("movie_ids", [1, 2])
    put_titles(dev, "movie", 2, 3)
    found = told(*WORDS, "--dry-run")
    assert (found["missing"], found["extra"], found["started"]) == ([1], [3], 0)
    assert (events, messages(dev)) == ([], [])


def test_a_whole_edge_needs_nothing(dev: FakeStage, internet: Internet, events: list[tuple[int, ...]]) -> None:
    """No difference, nothing started."""
    internet.export("movie_ids", [1])
    put_titles(dev, "movie", 1)
    assert "missing at the edge: none\nat the edge and not listed: none\n" in said(*WORDS)
    assert events == []


def test_killed_while_starting_it_goes_on(dev: FakeStage, internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was accepted is not started again, and the bucket is not listed again."""
    internet.export("movie_ids", range(1, 8))
    monkeypatch.setattr(trigger, "IDS_AN_EVENT", 3)
    sent: list[tuple[int, ...]] = []

    def send(events: list[Any], _: Any) -> None:
        if len(sent) == 1:
            raise Killed
        sent.extend(event.ids for event in events)

    monkeypatch.setattr(reconcile, "send", send)
    assert isinstance(raised(*WORDS), Killed)
    monkeypatch.setattr(reconcile, "listed", None)
    monkeypatch.setattr(reconcile, "send", lambda events, _: sent.extend(event.ids for event in events))
    assert told(*WORDS)["started"] == 4
    assert sent == [(1, 2, 3), (4, 5, 6), (7,)]


def test_bunny_is_asked_id_by_id(bunny: FakeStage, internet: Internet, events: list[tuple[int, ...]]) -> None:
    """Every id up to the highest listed is asked for once; what lies beyond is newer than the list."""
    internet.export("movie_ids", [1, 2, 4])
    internet.bunny = {f"movie/{id}.pb.lz4": blob("movie", id) for id in (2, 3, 9)}
    found = told(*WORDS)
    assert (found["missing"], found["extra"]) == ([1, 4], [3])
    asked = [what for what in internet.asked if "movie/" in what]
    assert asked == [f"GET zone/movie/{id}.pb.lz4" for id in (1, 2, 3, 4)]


def test_killed_while_asking_it_goes_on(
    bunny: FakeStage, internet: Internet, events: list[tuple[int, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids before the last checkpoint are not asked for again."""
    monkeypatch.setattr(reconcile, "CHUNK", 2)
    monkeypatch.setattr(inventory, "AT_A_TIME", 1)
    internet.export("movie_ids", [1, 2, 3, 4, 5, 6])
    internet.dies_at = "zone/movie/5.pb.lz4"
    assert isinstance(raised(*WORDS), Killed)
    internet.dies_at, internet.asked = "", []
    assert told(*WORDS)["missing"] == [1, 2, 3, 4, 5, 6]
    assert [what for what in internet.asked if "movie/" in what] == [f"GET zone/movie/{id}.pb.lz4" for id in (5, 6)]
    assert events == [(1, 2, 3, 4, 5, 6)]


def test_a_list_has_no_export(dev: FakeStage, folder: Path) -> None:
    """What TMDB has no export of is refused by name."""
    assert "no export of movie_popular" in str(raised("reconcile", "--type", "movie_popular"))
    assert list(folder.iterdir()) == []
