"""The operator's verbs against the deployed world: what is shown is what is there, and what is started happens."""

import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.checks import CHECKS
from cli.errors import Failure
from cli.main import app
from lambdas.common.datasets import Mode
from lambdas.common.work import WorkItem, run_id
from local.catalogue.samples import SamplesCatalogue
from stacks.components.bundling import archive
from tests.system.world import World, eventually
from tests.unit.cli import shell

# How verbs operate a world does not depend on what is in it.
pytestmark = pytest.mark.parametrize("samples", ["made-up samples"], indirect=True, scope="session")


@pytest.fixture(autouse=True)
def world(operated: World) -> World:
    """The world that `--local` finds, worked on by an operator."""
    return operated


def tmdb(*words: str) -> str:
    """What a verb prints; it succeeds."""
    result = CliRunner().invoke(app, [*words, "--local"])
    assert result.exception is None, (result.exception, result.output)
    return result.stdout


def told(*words: str) -> Any:
    """The same as JSON."""
    return json.loads(tmdb(*words, "--json"))


def failed(*words: str) -> str:
    """The sentence of a verb that fails."""
    result = CliRunner().invoke(app, [*words, "--local"])
    assert isinstance(result.exception, Failure), result.output
    return str(result.exception)


@pytest.fixture
def movie(world: World) -> int:
    """The id of a movie that lies at the edge."""
    assert world.settings.samples
    title = min(key for key in SamplesCatalogue(world.settings.samples).served(0) if key.startswith("movie/"))
    tmdb("replay", title)
    eventually((world.settings.local / f"edge/{title}.pb.lz4").exists)
    return int(title.split("/")[1])


def newest(dataset: str) -> Any:
    """The newest run by ids of a dataset."""
    return next((run for run in told("status")["runs"] if (run["dataset"], run["mode"]) == (dataset, "ids")), None)


def remove(world: World, key: str) -> None:
    """Remove an object from the edge, behind everybody's back."""
    bucket = world.deployment.outputs["EdgeBucket"]
    world.deployment.emulator.client("s3").delete_object(Bucket=bucket, Key=key)


def letters(world: World, *ids: int) -> None:
    """Put dead letters of these movies."""
    sqs, url = world.deployment.emulator.client("sqs"), world.deployment.outputs["DeadLettersUrl"]
    for id in ids:
        item = WorkItem(run="movie-export-20261120T083000Z-1a2b", dataset="movie", mode=Mode.EXPORT, ids=(id,))
        sqs.send_message(QueueUrl=url, MessageBody=item.dead(id, f"TMDB answered 500 for {id}").to_json())


def test_replayed_title_is_fetched_again_and_seen_in_status(world: World, movie: int) -> None:
    """`replay` starts a run that `status` shows to its end, with the line, the queues and a rate."""
    assert "1 ids of movie" in tmdb("replay", f"movie/{movie}")
    run = eventually(lambda: (found := newest("movie")) and found["done"] and found)
    assert run["harvested"] == run["stored"] + run["unchanged"] == 1
    assert run["per_second"] > 0
    shown = tmdb("status")
    assert "the line moves" in shown
    assert "movie ids" in shown
    assert "dead letters" in shown


def test_query_reads_what_lies_at_the_edge(world: World, movie: int) -> None:
    """Titles come as their JSON, many at once; one that is not there is named, after those that are."""
    assert json.loads(tmdb("query", f"movie/{movie}", "--json")) == world.title(f"movie/{movie}")
    assert json.loads(tmdb("query", "--type", "movie", "--id", str(movie), "--json"))["id"] == movie
    assert "not at the edge: movie/2147483647; `tmdb replay" in failed("query", f"movie/{movie}", "movie/2147483647")


def test_pause_and_resume(world: World, movie: int) -> None:
    """A paused line does not move, and says so; a resumed one does the work that waited."""
    tmdb("pause")
    eventually(lambda: world.mapping["State"] == "Disabled")
    assert "the line is disabled" in tmdb("status")
    assert "line: is disabled" in failed("verify")
    tmdb("replay", f"movie/{movie}")
    tmdb("resume")
    assert eventually(lambda: newest("movie")["done"])
    assert "there is no run 'movie-x'" in failed("resume", "--accept", "movie-x")


def test_dead_letters_go_through_again(world: World, movie: int) -> None:
    """Letters are counted, named, redriven by reason as a run of their own, and dropped; none is lost by looking."""
    letters(world, movie, 2_000_000_001)
    assert {row["ids"] for row in told("dlq", "list")["letters"]} == {1}
    assert [row["title"] for row in told("dlq", "show", "--reason", "2000000001")["letters"]] == ["movie/2000000001"]
    redriven = told("dlq", "redrive", "--reason", f"500 for {movie}")
    assert redriven["redriven"] == 1
    assert eventually(lambda: (run := newest("movie")) and run["run"] in redriven["runs"] and run["done"])
    assert told("dlq", "drop", "--yes") == {"dropped": 1}
    assert tmdb("dlq", "list") == "no dead letters\n"
    assert tmdb("dlq", "redrive") == "no dead letters to redrive\n"


def test_what_failed_is_done_again_or_dropped(world: World, movie: int) -> None:
    """A failed event is listed with its error, put on the bus once more, and what is no event is dropped."""
    sqs, url = world.deployment.emulator.client("sqs"), world.deployment.outputs["FailedEventsUrl"]
    error = {"ERROR_MESSAGE": {"DataType": "String", "StringValue": "TMDB did not answer"}}
    bodies = [json.dumps({"dataset": "movie", "mode": "ids", "ids": [movie]}), "hello"]
    for body in bodies:
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=error)
    listed = told("failed", "list")["failed"]
    assert [(row["kind"], row["reason"]) for row in listed] == [("events", "TMDB did not answer")] * 2
    before = newest("movie")
    assert told("failed", "retry", "events") == {"again": 1, "left": 1}
    assert eventually(lambda: (run := newest("movie")) != before and run["done"])
    assert told("failed", "drop", "events", "--yes") == {"dropped": 1}
    assert told("failed", "list") == {"failed": []}


def test_what_failed_beside_the_pipeline_is_looked_at_and_dropped(world: World) -> None:
    """What the lake gave up on or was never told of, and an alarm that reached nobody, are listed and dropped."""
    queues = {"lake": "LakeDeadLetters", "lake-events": "LakeFailedEvents", "notices": "MonitoringFailedEvents"}
    for queue in queues.values():
        url = world.deployment.outputs[f"{queue}Url"]
        world.deployment.emulator.client("sqs").send_message(QueueUrl=url, MessageBody="hello")
    assert {row["kind"] for row in told("failed", "list")["failed"]} == queues.keys()
    for kind in queues:
        assert told("failed", "drop", kind, "--yes") == {"dropped": 1}
    assert told("failed", "list") == {"failed": []}


def test_foreign_message_is_named_and_left_alone(world: World) -> None:
    """What is no work item the collector hands on as it is; it is shown as such, and redriving goes round it."""
    sqs, url = world.deployment.emulator.client("sqs"), world.deployment.outputs["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert eventually(lambda: len(told("dlq", "show")["foreign"]) == 1)
    assert told("dlq", "redrive") == {"redriven": 0, "runs": {}}
    assert told("dlq", "drop", "--yes") == {"dropped": 1}


def test_verify_tries_everything(world: World) -> None:
    """A stage that works passes, and nothing is left of the canary."""
    checks = {check["name"]: check for check in told("verify")["checks"]}
    assert list(checks) == [*CHECKS]
    assert checks["catalog"]["said"] == "the stage has none"
    assert "nobody hears of them" in checks["alarms"]["said"]
    assert not list((world.settings.local / "edge").glob("canary/*.lz4"))
    assert told("setup-alerts", "--email", "a@example.com") == {"a@example.com": "waits for its confirmation"}


def test_logs_show_one_line_an_event(world: World) -> None:
    """What a function logged is shown with its fields, and without what Lambda says around it."""
    shown = tmdb("logs", "collector")
    assert "batch.collected" in shown
    assert "REPORT" not in shown
    assert all("event" not in line or json.loads(line) for line in tmdb("logs", "harvester", "--json").splitlines())
    assert "no function 'nonsense', only collector, gold-builder, harvester, " in failed("logs", "nonsense")


def test_reconcile_fetches_what_is_missing(world: World, movie: int) -> None:
    """What the export lists and the edge lacks is fetched; then nothing is missing any more."""
    found = told("reconcile", "--dataset", "movie", "--dry-run")
    assert movie not in found["missing"]
    remove(world, f"movie/{movie}.pb.lz4")
    assert movie in told("reconcile", "--dataset", "movie")["missing"]
    eventually(lambda: not told("reconcile", "--dataset", "movie", "--dry-run")["missing"])


def test_collect_runs_the_code_here(world: World, movie: int, tmp_path: Path) -> None:
    """A dry run says what would be stored; a real one stores it, and knows a message that it has had."""
    run = run_id("movie", Mode.IDS, time.time(), 7)
    message = tmp_path / "message.json"
    message.write_text(WorkItem(run=run, dataset="movie", mode=Mode.IDS, ids=(movie,)).to_json())
    edge = world.settings.local / f"edge/movie/{movie}.pb.lz4"
    remove(world, f"movie/{movie}.pb.lz4")
    would = told("collect", "--input-file", str(message), "--dry-run")["would"]
    assert any(note["verb"] == "store" and f"movie/{movie}.pb.lz4" in note["what"] for note in would)
    assert not edge.exists()
    assert told("collect", "--input-file", str(message))["messages"][0]["stored"] == 1
    assert world.title(f"movie/{movie}")["id"] == movie
    assert told("collect", "--input-file", str(message))["messages"][0]["again"]


def test_harvest_runs_the_code_here(world: World) -> None:
    """A dry run reads the export and queues nothing."""
    before = told("status")["runs"]
    answer = told("harvest", "--dataset", "person", "--mode", "export", "--select", "all", "--dry-run")
    assert answer["result"]["ids"] > 0
    assert "queue" in {note["verb"] for note in answer["would"]}
    assert {run["run"] for run in told("status")["runs"]} == {run["run"] for run in before}


def test_deploy_only_gives_a_function_new_code(world: World, movie: int, tmp_path: Path) -> None:
    """A collector with other code is given ours by who may deploy, and works; it is not given what it has."""
    world.entrust({"aws_access_key_id": "test", "aws_secret_access_key": "test"})
    (tmp_path / "other.py").touch()
    archive(tmp_path, other := io.BytesIO())
    lambdas = world.deployment.emulator.client("lambda")
    lambdas.update_function_code(FunctionName=world.deployment.outputs["CollectorFunction"], ZipFile=other.getvalue())
    for updated in (True, False):
        done = shell.tmdb("deploy", "--only", "collector", "--local", "--json")
        assert json.loads(done.stdout) == {"function": "collector", "updated": updated}, done.stderr
    tmdb("replay", f"movie/{movie}")
    assert eventually(lambda: (run := newest("movie")) and run["done"])


def test_a_reader_looks_and_touches_nothing(world: World, movie: int, identities: dict[str, dict[str, str]]) -> None:
    """With a reader's policy everything can be looked at; what would change something is refused, and says so."""
    world.entrust(identities["reader"])
    assert "the line moves" in tmdb("status")
    assert json.loads(tmdb("query", f"movie/{movie}", "--json"))["id"] == movie
    assert "batch.collected" in tmdb("logs", "collector")
    assert tmdb("dlq", "list") == "no dead letters\n"
    for words in (("replay", f"movie/{movie}"), ("setup-alerts", "--email", "b@example.com"), ("compact",)):
        result = CliRunner().invoke(app, [*words, "--local"])
        assert "is not authorized to perform" in str(result.exception), (words, result.output)


def test_purge_keeps_what_is_young(world: World, movie: int) -> None:
    """Nothing here is old; a dry run of everything counts, and deletes nothing."""
    assert set(told("purge", "--older-than", "180d", "--yes")["deleted"].values()) == {0}
    would = told("purge", "--all", "--dry-run")["would"]
    assert would["edge"] > 0 and would["state"] > 0
    assert world.title(f"movie/{movie}")["id"] == movie


def test_no_world_is_a_sentence(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a world to operate on, a verb says how to get one."""
    monkeypatch.setenv("LOCAL", str(tmp_path))
    assert "`make serve` keeps one up" in failed("status")
