"""What harvests cost: more work costs more, and each charge is where it belongs."""

import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cli import assumptions, cost
from cli.cost import Estimate, first_mirror, monthly, one_harvest
from cli.cost_page import BUNNY, MOVIES, S3, blocks, filled
from lambdas.common.datasets import DATASETS, Mode
from lambdas.common.receipts import Receipt, Stored
from lambdas.common.work import MAX_IDS
from stacks.parameters import LAKE_NIGHT_MEMORY
from stacks.prices import PRICES
from stacks.settings import Settings

NOW = datetime(2026, 11, 20, 21, 10, tzinfo=UTC)


def load(*feeds: dict[str, Any]) -> Settings:
    """The settings of a stage with these feeds."""
    return Settings.load({"stages": {"prod": {"feeds": list(feeds)}}}.get, {})


def test_a_full_mirror_of_movies_with_bunny() -> None:
    """With the defaults it stays below a quarter dollar in an account whose allowances are unused, nothing left out."""
    movies = one_harvest(BUNNY, MOVIES)
    assert movies.total(allowances=True) <= 0.25
    assert {"secrets", "alarms", "metrics", "logs", "state table", "traffic out"} <= movies.dollars().keys()


def test_every_dataset_has_its_assumptions() -> None:
    """A dataset more is estimated like those that are there, until somebody knows better; what has a feed changes."""
    assert assumptions.ASSUMPTIONS.keys() == DATASETS.keys()
    for name, assumed in assumptions.ASSUMPTIONS.items():
        assert bool(assumed.changes_a_day) == (Mode.SYNC in DATASETS[name].modes)


def test_a_receipt_is_as_long_as_assumed() -> None:
    """The receipt of a full message, with its keys, has no more kB than writes are counted for."""
    stored = {1_234_567 + i: Stored(1_780_000_000, "0" * 16) for i in range(MAX_IDS)}
    keys = len(
        "pk RECEIPT#collection-export-20261120T083000Z-1a2b sk 0001234567-0-0123456789abcdef receipt expires_at N"
    )
    assert math.ceil((len(Receipt(stored=stored).to_json()) + keys) / 1024) <= math.ceil(assumptions.RECEIPT_KB)


def test_time_is_calls_by_the_collectors_rate() -> None:
    """3,200 movies at 32 calls a second take 100 seconds of every collector, in 64 messages."""
    estimate = one_harvest(BUNNY, {"movie": 3_200})
    assert (estimate.calls, estimate.messages, estimate.hours) == (3_200, 64, 100 / 3600)
    assert estimate.usage["collectors"] == {"lambda GB-second": 100 * 2 * 0.25, "lambda request": 64}


def test_shows_take_further_calls_and_more_objects() -> None:
    """A show is a little more than one call, and its seasons are objects of their own."""
    shows, movies = one_harvest(S3, {"tv": 1_000}), one_harvest(S3, {"movie": 1_000})
    assert shows.calls > movies.calls == 1_000
    assert shows.usage["edge writes"]["s3 PUT"] == 3 * movies.usage["edge writes"]["s3 PUT"] == 3_000


def test_allowances_are_taken_off_once() -> None:
    """What two lines use of one meter shares one allowance, by how much they use."""
    usage: dict[str, cost.Usage] = {"one": {"sqs request": 1_500_000}, "two": {"sqs request": 500_000}}
    estimate = Estimate(ids=1, calls=1, messages=1, hours=1, usage=usage)
    assert estimate.dollars() == pytest.approx({"one": 0.6, "two": 0.2})
    assert estimate.dollars(allowances=True) == pytest.approx({"one": 0.3, "two": 0.1})
    assert estimate.total(allowances=True) == pytest.approx(0.4)


def test_below_its_allowance_a_meter_costs_nothing() -> None:
    """A few requests are free, and what has no allowance never is."""
    estimate = Estimate(ids=1, calls=1, messages=1, hours=1, usage={"a": {"sqs request": 10, "s3 PUT": 10}})
    assert estimate.total(allowances=True) == pytest.approx(10 * PRICES["s3 PUT"].dollars)


def test_fewer_syncs_cost_less() -> None:
    """A sync fetches yesterday and today again, so its interval is what a month costs most by."""
    often = monthly(load({"dataset": "movie", "mode": "sync", "schedule": "rate(6 hours)"}), NOW)
    daily = monthly(load({"dataset": "movie", "mode": "sync", "schedule": "rate(1 day)"}), NOW)
    assert daily.ids == 30 * 1.5 * 9_500
    assert often.ids == 4 * daily.ids
    assert daily.total() < often.total()


def test_a_schedule_that_never_fires_costs_its_fixed_charges() -> None:
    """A month without a run is no division by nothing."""
    idle = monthly(load({"dataset": "movie", "mode": "export", "schedule": "rate(365 days)"}), NOW)
    assert idle.ids == 0
    assert {what for what, dollars in idle.dollars().items() if dollars} == {
        "edge storage", "queue watching", "lake", "watcher", "metrics", "alarms", "secrets"
    }  # fmt: skip


def test_bunny_takes_writes_for_nothing_but_traffic() -> None:
    """The edge is the dearest part on S3 and not at Bunny, which has a second secret and traffic."""
    s3, bunny = monthly(S3, NOW), monthly(BUNNY, NOW)
    assert s3.ids == bunny.ids
    assert bunny.dollars()["edge writes"] == 0
    assert max(s3.dollars(), key=s3.dollars().__getitem__) == "edge writes"
    assert bunny.usage["secrets"]["secret-month"] == 2 * s3.usage["secrets"]["secret-month"]
    assert bunny.dollars()["traffic out"] > s3.dollars()["traffic out"]


def test_bronze_is_an_object_a_message_kept_for_half_a_year() -> None:
    """A lake adds one PUT a message, and what is fetched in a month lies there for six."""
    lake = replace(BUNNY, lake=True)
    assert "bronze" not in one_harvest(BUNNY, MOVIES).usage
    assert one_harvest(lake, MOVIES).usage["bronze"]["s3 PUT"] == 24_800
    once, month = one_harvest(lake, MOVIES).usage["bronze"], monthly(lake, NOW)
    assert once["s3 GB-month"] < 1.24 * 7
    assert month.usage["bronze"]["s3 GB-month"] > 6 * month.ids * 7 / 1e6


def test_a_lake_has_its_nights_and_its_own_alarms() -> None:
    """Silver and gold cost Lambda's time in every night, also in one without work, and alarms of their own."""
    idle = load({"dataset": "movie", "mode": "export", "schedule": "rate(365 days)"})
    night, without = monthly(idle, NOW), monthly(replace(idle, lake=False), NOW)
    assert night.usage["lake"]["lambda GB-second"] == 30 * assumptions.NIGHT_SECONDS * LAKE_NIGHT_MEMORY / 1024
    assert night.usage["alarms"]["alarm-month"] == without.usage["alarms"]["alarm-month"] + assumptions.LAKE_ALARMS
    assert "lake" not in without.usage


def test_a_list_is_its_pages() -> None:
    """A list feed collects its pages each time, as many as the limit lets it."""
    feed = {"dataset": "tv_popular", "mode": "pages", "schedule": "rate(1 day)"}
    assert monthly(load(feed), NOW).ids == 30 * 500
    assert monthly(load(feed | {"limit": 25}), NOW).ids == 30 * 25


def test_waiting_collectors_are_paid_for() -> None:
    """Ten times as much memory in five times as many collectors is ten times the price, and no faster."""
    few, many = one_harvest(BUNNY, MOVIES), one_harvest(replace(BUNNY, collectors=10, collector_memory=512), MOVIES)
    assert many.hours == few.hours
    assert many.usage["collectors"]["lambda GB-second"] == 10 * few.usage["collectors"]["lambda GB-second"]


def test_the_first_mirror_fetches_each_title_once() -> None:
    """Datasets without an export feed are not in it."""
    settings = load(
        {"dataset": "tv", "mode": "export", "schedule": "rate(1 day)"},
        {"dataset": "movie", "mode": "sync", "schedule": "rate(1 day)"},
    )
    assert first_mirror(settings).ids == 230_000


def test_the_default_feeds_stay_below_the_free_traffic() -> None:
    """As the page on costs says: even the first mirror and a month after it, together."""
    used = [made.usage["traffic out"]["traffic GB"] for made in (first_mirror(BUNNY), monthly(BUNNY, NOW))]
    assert sum(used) < PRICES["traffic GB"].free


@pytest.mark.parametrize("page", blocks())
def test_pages_tell_what_the_code_gives(page: str) -> None:
    """The figures in the documentation are current: `python -m cli.cost_page` writes them."""
    from cli.cost_page import ROOT

    assert (ROOT / page).read_text() == filled(page, blocks()[page])


def test_a_catalog_costs_while_it_is_awake() -> None:
    """Movies that come in keep the database awake and take room; without any feed of movies it only has its secret."""
    with_catalog = cost.monthly(replace(S3, lake=True, catalog=True), NOW)
    assert "catalog" not in cost.monthly(S3, NOW).usage
    assert 1 < with_catalog.dollars()["catalog"] < 20
    tv = replace(S3, lake=True, catalog=True, feeds=tuple(feed for feed in S3.feeds if feed.dataset == "tv"))
    usage = cost.monthly(tv, NOW).usage["catalog"]
    assert usage["aurora request"] == usage["aurora GB-month"] == 0 and usage["secret-month"] == 1
