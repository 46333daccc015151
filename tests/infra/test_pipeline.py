"""The Pipeline construct: what it is made from, what it refuses, and that a dataset more is one Feed."""

from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.assertions import Template
from aws_cdk.aws_events import Schedule
from cdk_nag import AwsSolutionsChecks

from lambdas.common.datasets import DATASETS, Mode
from stacks.parameters import BunnyEdge, Feed, RateBudget, S3Edge
from stacks.pipeline import Pipeline
from tests.infra.stacks import context

DAILY = Schedule.rate(cdk.Duration.days(1))
MOVIES = Feed("movie", Mode.EXPORT, DAILY)
FEEDS = [(name, mode) for name, dataset in DATASETS.items() for mode in sorted(dataset.modes - {Mode.IDS})]


def pipeline(*feeds: Feed, within: cdk.Stack | None = None, **given: Any) -> Pipeline:
    """A pipeline in a stack of its own, as somebody would use the construct without our other stacks."""
    stack = within or cdk.Stack(cdk.App(context=context()), "Mirror")
    key = dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
    needed: dict[str, Any] = {
        "edge": S3Edge(s3.Bucket(stack, "Bucket")),
        "token": secretsmanager.Secret(stack, "Token"),
        "state": dynamodb.TableV2(stack, "State", partition_key=key),
    }
    return Pipeline(stack, "Pipeline", feeds=feeds or (MOVIES,), **(needed | given))


def resources(made: Pipeline) -> dict[str, Any]:
    """The resources of the stack around it, by logical id."""
    found: dict[str, Any] = Template.from_stack(cdk.Stack.of(made)).to_json()["Resources"]
    return found


@pytest.mark.parametrize(("dataset", "mode"), FEEDS)
def test_a_dataset_more_is_one_feed(dataset: str, mode: Mode) -> None:
    """Whatever TMDB exports or lists as changed takes one Feed: a rule that may start the harvester, and no more."""
    here = Feed("network" if dataset != "network" else "movie", Mode.EXPORT, DAILY)
    before, after = resources(pipeline(here)), resources(pipeline(here, Feed(dataset, mode, DAILY)))
    added = sorted(after[id]["Type"] for id in after.keys() - before.keys())
    assert added == ["AWS::Events::Rule", "AWS::Lambda::Permission"]
    assert before.items() <= after.items()


def test_a_lake_is_one_parameter() -> None:
    """With `bronze` both functions know the bucket and may add to it; nothing else is different."""
    lake = s3.Bucket.from_bucket_name(cdk.Stack(), "Lake", "lake-of-somebody")
    before, after = resources(pipeline()), resources(pipeline(bronze=lake))
    changed = sorted(after[id]["Type"] for id in before if before[id] != after[id])
    assert before.keys() == after.keys()
    assert changed == ["AWS::IAM::Policy", "AWS::IAM::Policy", "AWS::Lambda::Function", "AWS::Lambda::Function"]


@pytest.mark.parametrize("imported", [False, True])
def test_what_it_grants_itself_is_excused(imported: bool, tmp_path: Path) -> None:
    """Who checks a stack of their own with cdk-nag hears of their bucket, if at all, and not of our grants on it."""
    app = cdk.App(context=context(), outdir=str(tmp_path))
    stack = cdk.Stack(app, "Mirror")
    lake = s3.Bucket.from_bucket_name(stack, "Lake", "somebodys") if imported else s3.Bucket(stack, "Lake")
    pipeline(within=stack, bronze=lake, edge=S3Edge(lake))
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with pytest.raises(RuntimeError, match="AwsSolutions-SMG4") as caught:  # nobody rotates their token
        app.synth()
    assert "AwsSolutions-IAM5" not in str(caught.value)


def test_attributes_are_there_for_the_parent() -> None:
    """Whoever composes the pipeline can watch it and grant to it."""
    made = pipeline()
    assert made.harvester.role is not None
    assert made.collector.role is not None
    assert made.queue.queue_arn != made.dead_letters.queue_arn
    assert len(made.rules) == 2


@pytest.mark.parametrize(
    ("region", "url", "expected"),
    [
        ("de", "", "https://storage.bunnycdn.com/mirror"),
        ("ny", "", "https://ny.storage.bunnycdn.com/mirror"),
        ("de", "http://127.0.0.1:8081/", "http://127.0.0.1:8081/mirror"),
    ],
)
def test_bunny_endpoint_follows_its_region(region: str, url: str, expected: str) -> None:
    """Each main region has its own host; a given endpoint replaces it."""
    secret = secretsmanager.Secret(cdk.Stack(), "Password")
    assert BunnyEdge("mirror", region, secret, url).environment["bunny_url"] == expected


def test_an_export_selects_what_is_due_unless_told() -> None:
    """The harvester sees that the schedule asks, and the selection in every export; other keys when they were given."""
    assert MOVIES.event == {"dataset": "movie", "mode": "export", "scheduled": True, "select": "due"}
    feed = Feed("tv", Mode.EXPORT, DAILY, select="all", include_adult=True, limit=25, min_popularity=1.5)
    assert feed.event == {
        "dataset": "tv",
        "mode": "export",
        "scheduled": True,
        "select": "all",
        "include_adult": True,
        "limit": 25,
        "min_popularity": 1.5,
    }
    assert Feed("tv", Mode.SYNC, DAILY).event == {"dataset": "tv", "mode": "sync", "scheduled": True}
    pages = Feed("tv_popular", Mode.PAGES, DAILY, limit=25)
    assert pages.event == {"dataset": "tv_popular", "mode": "pages", "scheduled": True, "limit": 25}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"budget": RateBudget(41)}, "41 requests per second over 20 connections are more than TMDB tolerates"),
        (
            {"budget": RateBudget(connections=21)},
            "34 requests per second over 21 connections are more than TMDB tolerates",
        ),
        ({"budget": RateBudget(41), "tmdb_api_url": "https://api.tmdb.org/3"}, "more than TMDB tolerates"),
        ({"budget": RateBudget(connections=3)}, "3 connections do not suffice for 2 collectors"),
        ({"collectors": 1}, "1 collectors are too few"),
        ({"collectors": 3, "reserved_concurrency": 2}, "3 collectors are more than the 2 reserved"),
        ({"visibility_timeout": cdk.Duration.seconds(719)}, "719 s is less than 6 times the 120 s of its function"),
        (
            {"collector_timeout": cdk.Duration.seconds(200), "visibility_timeout": cdk.Duration.seconds(720)},
            "less than 6 times",
        ),
    ],
)
def test_a_pipeline_that_cannot_work_is_refused(given: dict[str, Any], sentence: str) -> None:
    """Synthesis fails with a sentence that says what is wrong."""
    with pytest.raises(ValueError, match=sentence):
        pipeline(**given)


def test_two_feeds_of_one_kind_are_refused() -> None:
    """The same ids would be harvested twice."""
    with pytest.raises(ValueError, match="two feeds movie-export"):
        pipeline(MOVIES, Feed("movie", Mode.EXPORT, DAILY, select="all"))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"dataset": "movies"}, "unknown dataset 'movies'"),
        ({"dataset": "keyword", "mode": Mode.SYNC}, "keyword has no sync feed, only export"),
        ({"mode": Mode.IDS}, "movie has no ids feed, only export and sync"),
        ({"select": "some"}, "selects 'some'; it can be all, new, due"),
        ({"mode": Mode.PAGES}, "movie has no pages feed, only export and sync"),
        ({"dataset": "tv_popular"}, "tv_popular has no export feed, only pages"),
        ({"dataset": "tv_popular", "mode": Mode.PAGES, "select": "all"}, "tv_popular-pages has select"),
        ({"dataset": "tv_popular", "mode": Mode.PAGES, "include_adult": True}, "tv_popular-pages has include_adult"),
        ({"mode": Mode.SYNC, "select": "new"}, "movie-sync has select"),
        ({"mode": Mode.SYNC, "limit": 5}, "movie-sync has limit"),
        ({"limit": 0}, "limit 0; it must be at least 1"),
    ],
)
def test_a_feed_that_cannot_work_is_refused(given: dict[str, Any], sentence: str) -> None:
    """A feed says what is wrong with it, by name."""
    with pytest.raises(ValueError, match=sentence):
        Feed(**{"dataset": "movie", "mode": Mode.EXPORT, "schedule": DAILY, **given})


@pytest.mark.parametrize("harvest", [0, 34, 40])
def test_shares_that_do_not_add_up_are_refused(harvest: float) -> None:
    """The harvester's part of the budget leaves something, and is something."""
    with pytest.raises(ValueError, match="leave nothing to share"):
        RateBudget(harvest=harvest)


def test_any_budget_goes_where_tmdb_is_not() -> None:
    """Against a stand-in for TMDB the budget is whatever that bears."""
    assert pipeline(budget=RateBudget(340, 20, 100), tmdb_api_url="http://127.0.0.1:8080/3")


def test_more_may_be_reserved_than_there_are_collectors() -> None:
    """A number reserves that many; False reserves none."""
    assert pipeline(collectors=2, reserved_concurrency=5)
    functions = [
        item for item in resources(pipeline(reserved_concurrency=False)).values() if "Lambda::Fun" in item["Type"]
    ]
    assert not any("ReservedConcurrentExecutions" in item["Properties"] for item in functions)


def test_an_unknown_bunny_region_is_refused() -> None:
    """A wrong region would take uploads that nobody ever sees."""
    with pytest.raises(ValueError, match="unknown Bunny region 'mars'"):
        BunnyEdge("mirror", "mars", secretsmanager.Secret(cdk.Stack(), "Password"))
