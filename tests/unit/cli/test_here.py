"""`tmdb harvest` and `tmdb collect`: the functions' own code with a stage's effects, or in a dry run without any."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from cli import checkpoint
from cli.errors import Failure
from cli.lock import alone
from lambdas.collector import handler
from lambdas.collector.collect import Collector
from lambdas.collector.handler import make_collector
from lambdas.collector.settings import CollectorSettings
from lambdas.common.datasets import Mode
from lambdas.common.state import State
from lambdas.common.work import WorkItem, run_id
from tests.unit.aws import aws
from tests.unit.cli.fakes import Internet
from tests.unit.cli.world import FakeStage, keys, messages, raised, said, told


@pytest.fixture
def message(tmp_path: Path, internet: Internet) -> Path:
    """A message of three movies: one that TMDB has, one that it refuses for good, one that is gone."""
    import time

    internet.titles = {
        "movie/550": b'{"id":550,"title":"Fight Club"}',
        "movie/680": b'{"success":false,"status_code":44,"status_message":"The ID is invalid."}',
    }
    item = WorkItem(run=run_id("movie", Mode.IDS, time.time(), 1), dataset="movie", mode=Mode.IDS, ids=(550, 680, 999))
    file = tmp_path / "message.json"
    file.write_text(item.to_json())
    return file


def items(stage: FakeStage) -> int:
    """How many items the state table holds."""
    return int(stage.client("dynamodb").scan(TableName="state", Select="COUNT")["Count"])


def test_collecting_has_its_effects_once(dev: FakeStage, message: Path) -> None:
    """Titles go to the edge and into bronze, what is dead to the dead letters; a second time is only looked up."""
    first = told("collect", "--input-file", str(message), "--stage", "dev")["messages"][0]
    assert (first["stored"], first["gone"], list(first["dead"])) == (1, [999], ["movie/680"])
    assert keys(dev) == ["movie/550.pb.lz4"]
    assert len(keys(dev, "LakeBucket")) == 1
    assert [item.ids for item in messages(dev, "DeadLettersUrl")] == [(680,)]
    (run,) = asyncio.run(State("state", aws()).runs())
    assert (run.harvested, run.settled, run.done) == (3, 3, True)
    before = items(dev)
    assert told("collect", "--input-file", str(message), "--stage", "dev")["messages"][0]["again"]
    assert items(dev) == before


def test_a_dry_run_of_collecting_changes_nothing(dev: FakeStage, message: Path) -> None:
    """Edge, bronze, state and queues stay as they were, and what would be done to each is said."""
    shown = said("collect", "--input-file", str(message), "--dry-run", "--stage", "dev")
    assert "  store movie/550.pb.lz4 (" in shown
    assert "  store bronze/movie/" in shown
    assert "  queue movie/680, dead: " in shown
    assert "  count RUN movie-ids-" in shown
    assert (keys(dev), keys(dev, "LakeBucket"), items(dev)) == ([], [], 0)
    assert messages(dev) == messages(dev, "DeadLettersUrl") == []


def test_a_dry_run_at_bunny(bunny: FakeStage, internet: Internet, message: Path) -> None:
    """Bunny is not written to either."""
    would = told("collect", "--input-file", str(message), "--dry-run", "--stage", "dev")["would"]
    assert "zone/movie/550.pb.lz4" in [note["what"].partition(" ")[0] for note in would if note["verb"] == "store"]
    assert internet.bunny == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "is not JSON"),
        ("[" * 99_999, "is not JSON"),
        ("[1]", "not a work item"),
        ('{"Records": [{}]}', "neither a work item nor an event of SQS"),
        ('{"v":1,"run":"r","dataset":"film","mode":"ids","ids":[1]}', "unknown dataset 'film'"),
    ],
)
def test_a_file_that_is_no_message(dev: FakeStage, message: Path, text: str, sentence: str) -> None:
    """It is named with what is wrong, before anything is collected."""
    message.write_text(text)
    error = raised("collect", "--input-file", str(message), "--stage", "dev")
    assert isinstance(error, Failure) and sentence in str(error)
    assert items(dev) == 0


def test_harvesting_queues_ids(dev: FakeStage, internet: Internet) -> None:
    """The ids of an export go onto the stage's queue, and its run into the table."""
    internet.export("movie_ids", range(1, 61))
    result = told("harvest", "--dataset", "movie", "--mode", "export", "--select", "all", "--stage", "dev")["result"]
    assert (result["ids"], result["messages"]) == (60, 2)
    assert [len(item.ids) for item in messages(dev)] == [50, 10]
    error = raised("harvest", "--dataset", "movie", "--mode", "export", "--stage", "dev")
    assert isinstance(error, Failure) and "is unfinished: 0 of 60 ids settled" in str(error)


def test_a_dry_run_of_harvesting_changes_nothing(dev: FakeStage, internet: Internet) -> None:
    """The queue and the table stay empty, and the messages are described."""
    internet.export("movie_ids", range(1, 61))
    answer = told("harvest", "--dataset", "movie", "--mode", "export", "--dry-run", "--stage", "dev")
    assert answer["result"]["ids"] == 60
    queued = [note["what"] for note in answer["would"] if note["verb"] == "queue"]
    assert queued == ["50 ids of movie from 1, attempt 0", "10 ids of movie from 51, attempt 0"]
    assert (messages(dev), items(dev)) == ([], 0)


def test_the_budget_holds_with_what_runs_here(
    dev: FakeStage, internet: Internet, message: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A collector here takes the share of an operator, which is that of the harvester, and no more connections."""
    made: list[CollectorSettings] = []

    def make(settings: CollectorSettings, *given: Any) -> Collector:
        made.append(settings)
        return make_collector(settings, *given)

    monkeypatch.setattr(handler, "make_collector", make)
    dev.functions_client.environments["harvester"].update(REQUESTS_PER_SECOND="1", CONNECTIONS="1")  # type: ignore[attr-defined]  # a dict
    said("collect", "--input-file", str(message), "--dry-run", "--stage", "dev")
    assert [(settings.requests_per_second, settings.connections) for settings in made] == [(1, 1)]


def test_one_at_a_time_runs_here(dev: FakeStage, message: Path) -> None:
    """Two would have one share each: the second is told so and asks TMDB nothing."""
    with alone(checkpoint.FOLDER / "dev-here.lock", list):
        for words in (("harvest", "--dataset", "movie", "--mode", "sync"), ("collect", "--input-file", str(message))):
            error = raised(*words, "--stage", "dev")
            assert isinstance(error, Failure) and "wait for it" in str(error)
    assert items(dev) == 0


def test_a_harvest_that_makes_no_sense(dev: FakeStage) -> None:
    """The harvester's own sentence, before anything is begun."""
    assert "keyword has no mode sync" in str(raised("harvest", "--dataset", "keyword", "--mode", "sync"))
    assert "not numbers" in str(raised("harvest", "--dataset", "movie", "--mode", "ids", "--ids", "1,x"))
    assert items(dev) == 0
