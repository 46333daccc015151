"""Each zip under AWS's runtime client, in an interpreter that has nothing else."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lambdas.collector.settings import CollectorSettings
from lambdas.common.settings import Settings
from lambdas.gold_builder.settings import GoldBuilderSettings
from lambdas.harvester.settings import HarvesterSettings
from lambdas.lake_compactor.settings import LakeCompactorSettings
from lambdas.lake_writer.settings import LakeWriterSettings
from lambdas.notifier.settings import NotifierSettings
from lambdas.watcher.settings import WatcherSettings
from tests.assets.runtime import AWS, Runtime
from tests.assets.s3 import serving
from tests.infra.stacks import ROOT
from tests.unit.common.sample_lake import sample_lake

NOWHERE = "http://127.0.0.1:9/3"
SETTINGS: dict[str, Settings] = {
    "harvester": HarvesterSettings(
        tmdb_api_url=NOWHERE,
        tmdb_exports_url=NOWHERE,
        token_secret="token",
        queue_url=f"{AWS}/1/work",
        state_table="state",
        requests_per_second=2,
        connections=2,
        collect_per_second=32,
        lake_bucket="lake",
    ),
    "collector": CollectorSettings(
        tmdb_api_url=NOWHERE,
        token_secret="token",
        queue_url=f"{AWS}/1/work",
        dead_letters_url=f"{AWS}/1/dead",
        state_table="state",
        mapping_parameter="/mapping",
        requests_per_second=16,
        connections=9,
        edge_bucket="edge",
        lake_bucket="lake",
    ),
    "lake_writer": LakeWriterSettings(lake_bucket="lake", dead_letters_url=f"{AWS}/1/dead"),
    "lake_compactor": LakeCompactorSettings(lake_bucket="lake"),
    "gold_builder": GoldBuilderSettings(lake_bucket="lake"),
    "watcher": WatcherSettings(state_table="state", mapping="the-mapping", feeds="movie-export=24"),
    "notifier": NotifierSettings(chat="slack", webhook_secret="webhook"),
}

Start = Callable[[str], Runtime]


@pytest.fixture
def start(bundles: Path, provided: Path) -> Start:
    """Start the function of a stage."""
    return lambda stage: Runtime(bundles / stage, provided, stage, SETTINGS[stage].to_env())


def test_the_harvester_names_what_is_wrong_with_an_event(start: Start) -> None:
    """A zip that is complete starts, and an event it cannot take fails with words a person can act on."""
    with start("harvester") as harvester:
        error = harvester.invoke({"dataset": "movies", "mode": "export"}).error
        assert error is not None
        assert error["errorType"] == "BadInput"
        assert "unknown dataset 'movies'" in error["errorMessage"]
        assert harvester.calls == []


def test_the_collector_starts_with_all_it_needs(start: Start) -> None:
    """An empty batch makes every client, codec and store, and fails nothing."""
    with start("collector") as collector:
        assert collector.invoke({"Records": []}).result == {"batchItemFailures": []}


def test_the_collector_buries_what_is_no_work_item(start: Start) -> None:
    """A foreign message goes to the dead letters as it is, with the reason, and does not come back."""
    event = json.loads((ROOT / "samples" / "sample_sqs_message.json").read_text())
    event["Records"][0]["body"] = '{"hello": "world"}'
    with start("collector") as collector:
        assert collector.invoke(event).result == {"batchItemFailures": []}
        (call,) = collector.calls
        assert call["QueueUrl"].endswith("/dead")
        assert call["MessageBody"] == '{"hello": "world"}'
        assert "not a work item" in call["MessageAttributes"]["reason"]["StringValue"]


def test_a_missing_setting_is_named(bundles: Path, provided: Path) -> None:
    """A function deployed without one of its variables says which."""
    environment = SETTINGS["collector"].to_env()
    del environment["STATE_TABLE"]
    with Runtime(bundles / "collector", provided, "collector", environment) as collector:
        error = collector.invoke({"Records": []}).error
        assert error is not None
        assert "STATE_TABLE is not set" in error["errorMessage"]


def test_the_lake_writer_buries_what_is_no_event(start: Start) -> None:
    """A zip that is complete starts; a foreign message goes to the dead letters as it is, with the reason."""
    with start("lake_writer") as writer:
        assert writer.invoke({"Records": []}).result == {"batchItemFailures": []}
        event = {"Records": [{"messageId": "1", "body": "{}"}]}
        assert writer.invoke(event).result == {"batchItemFailures": []}
        (call,) = writer.calls
        assert call["QueueUrl"].endswith("/dead") and call["MessageBody"] == "{}"
        assert "not an event of a bucket" in call["MessageAttributes"]["reason"]["StringValue"]


def test_the_lake_compactor_names_what_is_wrong_with_an_event(start: Start) -> None:
    """DuckDB and obstore are in its zip, and a day that is none fails with words a person can act on."""
    with start("lake_compactor") as compactor:
        error = compactor.invoke({"until": "yesterday"}).error
        assert error is not None
        assert error["errorType"] == "BadInput"
        assert "not 'yesterday'" in error["errorMessage"]


def test_the_gold_builder_builds_what_it_is_asked_for(bundles: Path, provided: Path, tmp_path: Path) -> None:
    """Its SQL is in its zip: it reads the lake and writes its tables, where they are read."""
    sample_lake(tmp_path)
    objects = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with serving(objects) as address:
        environment = SETTINGS["gold_builder"].to_env() | {"AWS_ENDPOINT_URL": address}
        with Runtime(bundles / "gold_builder", provided, "gold_builder", environment) as builder:
            answer = builder.invoke({"date": "2026-11-25"})
            assert answer.error is None
            assert answer.result == {
                "popularity_trend": 9,
                "genre_stats": 4,
                "new_and_gone": 4,
                "top_people": 2,
                "provider_coverage": 5,
                "freshness": 3,
            }
    built = {key for key in objects if key.startswith("gold/")}
    assert built == {f"gold/{table}/part-0.parquet" for table in answer.result}


def test_the_gold_builder_names_what_is_wrong_with_an_event(start: Start) -> None:
    """An event that asks for what there is not fails with words a person can act on."""
    with start("gold_builder") as builder:
        error = builder.invoke({"tables": ["genres"]}).error
        assert error is not None
        assert error["errorType"] == "BadInput"
        assert "tables must be some of popularity_trend, genre_stats" in error["errorMessage"]


@pytest.mark.parametrize(
    ("stage", "event", "sentence"),
    [
        ("watcher", {}, "DynamoDB did not Query"),
        ("notifier", {"Records": [{"Sns": {"Message": "hello"}}]}, "Secrets Manager did not GetSecretValue"),
    ],
)
def test_who_watches_and_tells_has_all_it_needs(
    bundles: Path, provided: Path, stage: str, event: object, sentence: str
) -> None:
    """Their zips start; with AWS away they fail, so that they are tried again, with a sentence that says at what."""
    environment = SETTINGS[stage].to_env() | {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    with Runtime(bundles / stage, provided, stage, environment) as function:
        error = function.invoke(event).error
        assert error is not None
        assert (error["errorType"], sentence in error["errorMessage"]) == ("Retry", True)
