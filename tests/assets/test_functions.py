"""Each zip under AWS's runtime client, in an interpreter that has nothing else."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lambdas.collector.settings import CollectorSettings
from lambdas.common.settings import Settings
from lambdas.harvester.settings import HarvesterSettings
from tests.assets.runtime import AWS, Runtime
from tests.infra.stacks import ROOT

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
