"""What a stage costs a month: list prices times what its feeds fetch and store. No free tier is taken off.

An estimate: TMDB's numbers and the sizes of objects are averages, and reading the edge is not in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cli.schedule import runs_a_month
from lambdas.common.datasets import Mode
from lambdas.common.work import MAX_IDS
from lambdas.harvester.settings import HarvesterSettings
from stacks.parameters import Feed
from stacks.settings import Settings

PRICES_OF = "us-east-1, November 2026"
GB_SECOND = 0.0000133334  # Lambda, arm64
INVOCATION = 0.20e-6
SQS_REQUEST = 0.40e-6
DYNAMODB_WRITE = 0.625e-6
DYNAMODB_GB = 0.25 + 0.20  # storage and point-in-time recovery
S3_PUT = 5e-6
S3_GB = 0.023
BUNNY_GB = 0.01
EGRESS_GB = 0.09
SECRET = 0.40
METRIC = 0.30
ALARM = 0.10
LOG_GB = 0.50
TRACE = 5e-6

TITLES = {
    "movie": 1_240_000,
    "tv": 230_000,
    "person": 3_900_000,
    "collection": 7_500,
    "company": 250_000,
    "keyword": 75_000,
    "network": 5_400,
}
"""Ids in TMDB's exports, 2026."""
CHANGES_A_DAY = {"movie": 9_500, "tv": 3_000, "person": 6_800}
NEW_A_DAY = 0.0005
"""Part of a dataset that is new on a day."""
OBJECTS = {"tv": 3.0}
"""Objects of a title, its seasons included; 1 where none is named."""
OBJECT_KB = 8.0
METRICS = 16
"""Custom metrics of a dataset."""
_POLLS = 5 * 3 * 60 * 24 * 30
"""Requests by which Lambda watches a queue: five pollers, 20 seconds each."""
_WRITES_A_MESSAGE = 8
"""A receipt of up to 3 kB and the run's counters, in one transaction, which counts twice."""
_MESSAGE_KB = 4.0
"""Receipt and log lines of a message."""
_COLLECTOR_GB, _HARVESTER_GB = 0.25, 0.5
_HARVEST_SECONDS = 90


@dataclass(frozen=True)
class Cost:
    """Dollars by what they are for; `fetches` are calls to TMDB for a title."""

    fetches: float
    dollars: Mapping[str, float]

    @property
    def total(self) -> float:
        return sum(self.dollars.values())


def monthly(settings: Settings, now: datetime) -> Cost:
    """A usual month of the stage, after the first mirror."""
    fetches: dict[str, float] = {feed.dataset: 0.0 for feed in settings.feeds}
    harvests = 0
    for feed in settings.feeds:
        runs = runs_a_month(feed.schedule.expression_string, now)
        harvests += runs
        fetches[feed.dataset] += _fetches(feed, runs)
    kept = sum(TITLES[name] * OBJECTS.get(name, 1) for name in fetches) * OBJECT_KB / 1e6
    secrets = 2 if settings.edge else 1
    busy = min(1.0, harvests / len(fetches) / (30 * 24))  # a metric is paid for by the hour that counts something
    return Cost(
        sum(fetches.values()),
        _per_fetch(settings, fetches)
        | {
            "harvester": harvests * (_HARVEST_SECONDS * _HARVESTER_GB * GB_SECOND + INVOCATION),
            "storage": kept * (BUNNY_GB if settings.edge else S3_GB),
            "queue watching": _POLLS * SQS_REQUEST,
            "secrets": secrets * SECRET,
            "metrics": len(fetches) * METRICS * METRIC * busy,
            "alarms": 5 * ALARM,
        },
    )


def first_mirror(settings: Settings) -> Cost:
    """Fetching every title of the stage's datasets once."""
    titles = {feed.dataset: float(TITLES[feed.dataset]) for feed in settings.feeds if feed.mode is Mode.EXPORT}
    return Cost(sum(titles.values()), _per_fetch(settings, titles))


def _fetches(feed: Feed, runs: int) -> float:
    """Titles that a feed has fetched in 30 days."""
    titles = TITLES[feed.dataset]
    if feed.mode is Mode.SYNC:
        days = max(1.0, 30 / runs) if runs else 0.0
        return runs * (days + 0.5) * CHANGES_A_DAY[feed.dataset]  # yesterday and today, each time
    new = titles * NEW_A_DAY * 30
    chosen = {"all": titles * runs, "new": new, "due": new + titles * 30 / HarvesterSettings.refresh_days}
    most = feed.limit * runs if feed.limit else float("inf")
    return min(chosen[feed.select or "due"], most)


def _per_fetch(settings: Settings, fetches: Mapping[str, float]) -> dict[str, float]:
    """What grows with the work: time is billed while waiting, and each object is one PUT."""
    titles = sum(fetches.values())
    messages = titles / MAX_IDS
    objects = sum(number * OBJECTS.get(name, 1) for name, number in fetches.items())
    seconds = titles / (settings.requests_per_second - settings.harvest)
    bunny, s3 = objects * OBJECT_KB / 1e6 * EGRESS_GB, objects * S3_PUT
    return {
        "collectors": seconds * settings.collectors * _COLLECTOR_GB * GB_SECOND + messages * INVOCATION,
        "edge writes": bunny if settings.edge else s3,
        "messages": messages * 3 * SQS_REQUEST,
        "state": messages * (_WRITES_A_MESSAGE * DYNAMODB_WRITE + _MESSAGE_KB / 1e6 * DYNAMODB_GB),
        "logs and traces": messages * (_MESSAGE_KB / 1e6 * LOG_GB + TRACE),
    }
