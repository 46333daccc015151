"""`tmdb purge`: what is too old goes, from wherever it is kept, and nothing else does."""

import asyncio
import datetime as dt
import time
from typing import Any

import pytest
from rich.progress import Progress

from cli import purge, sweep
from cli.errors import Failure
from lambdas.common.datasets import Mode
from lambdas.common.state import Run, State
from lambdas.common.work import run_id
from tests.unit.aws import aws
from tests.unit.cli.fakes import Internet
from tests.unit.cli.world import FakeStage, blob, keys, put_titles, raised, said, told

TOMORROW = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
DAY = 86_400


def put(stage: FakeStage, *keys: str) -> None:
    """Put objects into the lake."""
    for key in keys:
        stage.client("s3").put_object(Bucket=stage.output("LakeBucket"), Key=key, Body=b"x")


def start(stage: FakeStage, days_ago: int) -> str:
    """Remember a run of so many days ago."""
    started = time.time() - days_ago * DAY
    run = run_id("movie", Mode.IDS, started, 1)
    asyncio.run(State("state", aws()).start_run(Run(run=run, dataset="movie", mode="ids", started_at=started)))
    return run


def items(stage: FakeStage) -> list[str]:
    """The sort keys in the state table."""
    return [item["sk"]["S"] for item in stage.client("dynamodb").scan(TableName="state")["Items"]]


def test_what_is_too_old_goes(dev: FakeStage) -> None:
    """By the day in its key, by the run's name; younger things, watermarks and the edge's fresh objects stay."""
    put_titles(dev, "movie", 550)
    put(dev, "bronze/movie/dt=2020-01-01/run/1.jsonl.gz", f"bronze/movie/dt={dt.datetime.now(dt.UTC).date()}/run/1.gz")
    start(dev, 200)
    young = start(dev, 10)
    dev.client("dynamodb").put_item(TableName="state", Item={"pk": {"S": "WATERMARK"}, "sk": {"S": "movie"}})
    counts = told("purge", "--older-than", "180d", "--yes", "--stage", "dev")["deleted"]
    assert counts == {"edge": 0, "lake": 1, "state": 1}
    assert keys(dev) == ["movie/550.pb.lz4"]
    assert len(keys(dev, "LakeBucket")) == 1
    assert sorted(items(dev)) == sorted([young, "movie"])
    assert told("purge", "--older-than", "180d", "--yes", "--stage", "dev")["deleted"]["lake"] == 0


async def test_objects_go_by_when_they_were_written(dev: FakeStage) -> None:
    """At an edge on S3 an object is as old as its last write; one dataset may be done alone."""
    put_titles(dev, "movie", 1, 2)
    put_titles(dev, "tv", 3)
    with Progress(disable=True) as bar:
        assert await sweep.sweep(dev, TOMORROW, "movie", bar, dry_run=True) == {"edge": 2}
        assert len(keys(dev)) == 3
        assert await sweep.sweep(dev, TOMORROW, "movie", bar, dry_run=False) == {"edge": 2}
    assert keys(dev) == ["tv/3.pb.lz4"]


def test_bunny_is_asked_how_old_each_object_is(bunny: FakeStage, internet: Internet) -> None:
    """There an object tells by itself when it was fetched; one that cannot be read is not kept."""
    internet.export("movie_ids", [1, 2, 3])
    internet.bunny = {
        "movie/1.pb.lz4": blob("movie", 1, fetched_at=int(time.time()) - 200 * DAY),
        "movie/2.pb.lz4": blob("movie", 2, fetched_at=int(time.time())),
        "movie/3.pb.lz4": b"no object",
    }
    words = ("purge", "--older-than", "180d", "--dataset", "movie", "--stage", "dev")
    assert told(*words, "--dry-run")["would"] == {"edge": 2}
    assert len(internet.bunny) == 3
    assert told(*words, "--yes")["deleted"] == {"edge": 2}
    assert list(internet.bunny) == ["movie/2.pb.lz4"]


def test_everything_goes(dev: FakeStage) -> None:
    """After the line was paused nothing of TMDB's is left, neither in edge nor lake nor state."""
    put_titles(dev, "movie", 1, 2)
    put(dev, "gold/x.parquet")
    start(dev, 1)
    assert "edge: 2 deleted\nlake: 1 deleted\nstate: 1 deleted\n" in said("purge", "--all", "--yes", "--stage", "dev")
    assert (keys(dev), keys(dev, "LakeBucket"), items(dev)) == ([], [], [])
    assert dev.functions_client.state == "Disabled"


def test_everything_goes_from_bunny(bunny: FakeStage, internet: Internet) -> None:
    """Bunny deletes whole folders, without being asked for each object."""
    internet.bunny = {"movie/1.pb.lz4": b"", "tv/1/season/1.pb.lz4": b"", "trending/movie/day/1.pb.lz4": b""}
    said("purge", "--all", "--yes", "--stage", "dev")
    assert internet.bunny == {}


def with_catalog(stage: FakeStage, answer: Any) -> list[Any]:
    """Give the stage a catalog whose loader answers so; gives what it is asked."""
    dict.update(stage.outputs, CatalogLoaderFunction="loader")
    stage.functions_client.answers["loader"] = answer
    return stage.functions_client.asked


def test_the_catalog_goes_too(dev: FakeStage) -> None:
    """Its loader is asked, which alone can reach the database; a dry run only has it count."""
    asked = with_catalog(dev, {"movie": 5, "reject": 2})
    words = ("--older-than", "180d", "--stage", "dev")
    assert told("purge", *words, "--dry-run")["would"]["catalog"] == 7
    assert told("purge", *words, "--yes")["deleted"]["catalog"] == 7
    told("purge", "--all", "--yes", "--stage", "dev")
    counted, deleted, everything = (event["purge"] for event in asked)
    assert counted == deleted | {"dry_run": True}
    assert abs(deleted["before"] - (time.time() - 180 * DAY)) < DAY and not deleted["dry_run"]
    assert everything == {"everything": True, "dry_run": False}


def test_a_catalog_that_cannot_be_purged_is_told(dev: FakeStage) -> None:
    """A database that is away is an error that says so, and the state, which goes last, is there still."""
    with_catalog(dev, "the database did not take a connection")
    start(dev, 200)
    error = raised("purge", "--older-than", "180d", "--yes", "--stage", "dev")
    assert isinstance(error, Failure) and "did not take a connection; run it again" in str(error)
    assert len(items(dev)) == 1


def test_it_asks_and_takes_no_for_an_answer(dev: FakeStage) -> None:
    """Any other answer than yes deletes nothing, and the line goes on moving."""
    put_titles(dev, "movie", 1)
    error = raised("purge", "--all", "--stage", "dev", given="n\n")
    assert isinstance(error, Failure) and str(error) == "nothing was deleted"
    assert (len(keys(dev)), dev.functions_client.state) == (1, "Enabled")


def test_nothing_goes_while_something_is_collected(dev: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A collector that is still at work would write behind our back: then nothing is deleted."""
    put_titles(dev, "movie", 1)
    sqs, url = dev.client("sqs"), dev.output("QueueUrl")
    sqs.send_message(QueueUrl=url, MessageBody="being worked on")
    sqs.receive_message(QueueUrl=url)
    monkeypatch.setattr(purge, "_QUIET_SECONDS", 0)
    monkeypatch.setattr(purge, "_POLL_SECONDS", 0)
    error = raised("purge", "--all", "--yes", "--stage", "dev")
    assert isinstance(error, Failure) and "nothing was deleted" in str(error)
    assert len(keys(dev)) == 1


@pytest.mark.parametrize(
    "words", [(), ("--older-than", "6 months"), ("--older-than", "1d", "--all"), ("--all", "--type", "tv")]
)
def test_what_to_delete_has_to_be_clear(dev: FakeStage, words: tuple[str, ...]) -> None:
    """Without an age that is one, or with two answers at once, it does not even ask."""
    put_titles(dev, "movie", 1)
    assert not isinstance(raised("purge", *words, "--stage", "dev"), Failure)
    assert len(keys(dev)) == 1
