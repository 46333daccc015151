"""What harvests cost: how much of each meter they use, times the price table.

An estimate. TMDB's numbers and the sizes of objects are averages, listed below as what they are: assumptions. Reading
the edge is not in it: that is the readers' number, not the mirror's.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from lambdas.common.datasets import DATASETS, LAST_PAGE, Mode
from lambdas.common.metrics import Metric
from lambdas.common.work import MAX_IDS
from lambdas.harvester.settings import HarvesterSettings
from stacks.parameters import HARVESTER_MEMORY, LAKE_NIGHT_MEMORY, LAKE_WRITER_MEMORY
from stacks.prices import PRICES, Meter
from stacks.schedule import runs_a_month
from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumption:
    """What is taken for granted of a dataset: its size in 2026, and the averages of its titles."""

    ids: int
    changes_a_day: int = 0
    calls: float = 1
    """To TMDB, a title."""
    objects: float = 1
    """At the edge, a title."""
    object_kb: float = 7
    """An object's size, from a mix of recorded bodies with an assumed long tail."""


_LIST = Assumption(ids=LAST_PAGE)
"""A list: its ids are its pages."""
ASSUMPTIONS = {
    "movie": Assumption(ids=1_240_000, changes_a_day=9_500),
    # One show in 50 has seasons past the 9 that come with the first call; a show has two seasons on average.
    "tv": Assumption(ids=230_000, changes_a_day=3_000, calls=1.02, objects=3),
    "person": Assumption(ids=3_900_000, changes_a_day=6_800),
    "collection": Assumption(ids=7_500),
    "company": Assumption(ids=250_000, object_kb=1),
    "keyword": Assumption(ids=75_000, object_kb=1),
    "network": Assumption(ids=5_400, object_kb=1),
    "movie_popular": _LIST,
    "movie_trending_day": _LIST,
    "movie_trending_week": _LIST,
    "movie_now_playing": replace(_LIST, ids=210),
    "movie_upcoming": replace(_LIST, ids=50),
    "movie_top_rated": _LIST,
    "tv_popular": _LIST,
    "tv_trending_day": _LIST,
    "tv_trending_week": _LIST,
    "tv_airing_today": replace(_LIST, ids=10),
    "tv_on_the_air": replace(_LIST, ids=50),
    "tv_top_rated": replace(_LIST, ids=130),
    # Movies of IMDb's list. Besides the title a call of /find, at times one for reviews; objects: pointer and reviews.
    "imdb": Assumption(ids=700_000, calls=2.2, objects=3),
}
"""By dataset. Ids: TMDB's exports of May to August 2026; changes: its feeds of August 2026; pages: lists since 2022."""
NEW_A_DAY = 0.0005
"""Part of a dataset that is new on a day."""
SYNC_DAYS = 1.5
"""Days whose changes a sync fetches: yesterday's, and today's as far as it is."""
BODIES_A_CHANGE = 2
"""Different bodies of a changed title while syncs fetch it: the edit's, and the next day's with its new popularity."""
REQUEST_KB = 0.5
"""Sent out with each call to TMDB, and with each object besides its bytes: headers and TLS."""
QUEUE_REQUESTS = 2.2
"""A message: received, deleted, sent with nine others; and some are sent twice."""
RECEIPT_KB = 2.4
"""Of a message of 50 ids."""
STATE_WRITES = 2 * (math.ceil(RECEIPT_KB) + 1)
"""A message's receipt and its run's counters, by the kB; a transaction counts twice."""
STATE_READS = 2
LOG_KB = 2.0
"""A message's log lines: ours, its metrics, and Lambda's own."""
METRICS = Counter(metric.service for metric in Metric)
"""Of this project's own, by the function that emits them; each is paid for by the hour in which it does."""
ALARMS = 16
LAKE_ALARMS = 9
CATALOG_ALARMS = 8
WATCHES_A_MONTH = 2 * 24 * 30
WATCH_GB_SECONDS = 0.25 * 0.5
"""A look of the watcher: 256 MB for half a second."""
CATALOG_ACUS = 1.5
"""Of writer and reader together, while movies are loaded."""
CATALOG_IDLE_SECONDS = 300
"""What the database stays awake after the last movie of a run."""
CATALOG_KB = 1.0
"""Of a movie in the catalog, with its indexes."""
CATALOG_REQUESTS = 10
"""To the database's storage, a movie."""
POLLS_A_MONTH = 5 * 3 * 60 * 24 * 30
"""Requests by which Lambda watches the queue: five pollers, 20 seconds each."""
SECRET_SECONDS = 300
"""How long a collector keeps a secret."""
LAKE_MONTHS = 6
"""How long bronze is kept. It is counted as if it never grew cold: moving an object costs what that saves."""
WRITER_SECONDS = 1
"""Of the lake writer, an object of bronze."""
NIGHT_SECONDS = 600
"""Of compaction and gold together, a night."""
SILVER_PART = 0.5
"""Bytes of silver and of current rows, by those of bronze."""
HARVEST_SECONDS = 90
MONTH_HOURS = 30 * 24

SERVICES = {"lambda": "Lambda", "sqs": "SQS", "dynamodb": "DynamoDB", "s3": "S3", "bunny": "Bunny", "aurora": "Aurora"}
"""By the first word of their meters."""

Usage = Mapping[Meter, float]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Ids collected, calls to TMDB, messages, hours at the budget, and the units of each meter by what uses them."""

    ids: float
    calls: float
    messages: float
    hours: float
    usage: Mapping[str, Usage]

    def dollars(self, *, allowances: bool = False) -> dict[str, float]:
        """By what they are for, at list price; with `allowances` only what a month's free units leave to be paid."""
        paid = dict.fromkeys(PRICES, 1.0)
        if allowances:
            used = {meter: sum(usage.get(meter, 0) for usage in self.usage.values()) for meter in PRICES}
            paid = {meter: max(0, 1 - PRICES[meter].free / units) for meter, units in used.items() if units}
        return {
            what: sum(units * PRICES[meter].dollars * paid[meter] for meter, units in usage.items() if units)
            for what, usage in self.usage.items()
        }

    def total(self, *, allowances: bool = False) -> float:
        return sum(self.dollars(allowances=allowances).values())


def label(what: str, *estimates: Estimate) -> str:
    """What dollars are for, and who takes them."""
    words = {meter.split()[0] for estimate in estimates for meter in estimate.usage[what]}
    services = [name for word, name in SERVICES.items() if word in words]
    return f"{what} ({', '.join(services)})" if services else what


def one_harvest(settings: Settings, titles: Mapping[str, float]) -> Estimate:
    """Collecting so many titles of some datasets once, with all fixed charges for the time that takes."""
    return _estimate(settings, titles, kept=titles, runs=len(titles))


def first_mirror(settings: Settings) -> Estimate:
    """Fetching every title of the stage's exported datasets once."""
    exported = [feed.dataset for feed in settings.feeds if feed.mode is Mode.EXPORT]
    return one_harvest(settings, {dataset: float(ASSUMPTIONS[dataset].ids) for dataset in exported})


def monthly(settings: Settings, now: datetime) -> Estimate:
    """A usual month of the stage from `now` on, after the first mirror."""
    titles = {feed.dataset: 0.0 for feed in settings.feeds}
    unchanged = dict(titles)
    harvests = 0
    for feed in settings.feeds:
        runs = runs_a_month(feed.schedule.expression_string, now)
        harvests += runs
        if runs:
            fetched = runs * collected(feed.dataset, feed.mode, feed.select, feed.limit, days=30 / runs)
            titles[feed.dataset] += fetched
            if feed.mode is Mode.SYNC:
                changed = 30 * ASSUMPTIONS[feed.dataset].changes_a_day * BODIES_A_CHANGE
                unchanged[feed.dataset] += max(0, fetched - changed)
    kept = {dataset: float(ASSUMPTIONS[dataset].ids) for dataset in titles}
    return _estimate(settings, titles, kept=kept, runs=harvests, hours=MONTH_HOURS, unchanged=unchanged)


def collected(dataset: str, mode: Mode, select: str | None, limit: int | None, *, days: float) -> float:
    """Titles that one run of a feed collects, `days` after the one before."""
    assumed = ASSUMPTIONS[dataset]
    if mode is Mode.SYNC:
        return (max(1, days) - 1 + SYNC_DAYS) * assumed.changes_a_day
    if mode is Mode.PAGES:
        return min(float(assumed.ids), limit or math.inf)
    new = assumed.ids * NEW_A_DAY * days
    due = assumed.ids * min(1, days / HarvesterSettings.refresh_days)
    chosen = {"all": float(assumed.ids), "new": new, "due": new + due}[select or "due"]
    return min(chosen, limit or math.inf)


def _estimate(
    settings: Settings,
    titles: Mapping[str, float],
    *,
    kept: Mapping[str, float],
    runs: int,
    hours: float | None = None,
    unchanged: Mapping[str, float] | None = None,
) -> Estimate:
    """`kept` titles are stored for as long as fixed charges are paid: `hours`, or while the work takes.

    `unchanged` are those of `titles` whose bodies are at the edge already.
    """
    calls = sum(number * ASSUMPTIONS[name].calls for name, number in titles.items())
    messages = sum(math.ceil(number / MAX_IDS) for number in titles.values())
    seconds = calls / (settings.requests_per_second - settings.harvest)
    work_hours = seconds / 3600
    months = (hours or work_hours) / MONTH_HOURS
    alarms = ALARMS + LAKE_ALARMS * settings.lake + CATALOG_ALARMS * settings.catalog
    answered = sum(number * ASSUMPTIONS[name].objects * ASSUMPTIONS[name].object_kb for name, number in titles.items())
    bronze: Usage = {"s3 PUT": messages, "s3 GB-month": answered / 1e6 * (LAKE_MONTHS if hours else months)}
    lake = {"bronze": bronze, "lake": _silver(messages, bronze, months)}
    return Estimate(
        ids=sum(titles.values()),
        calls=calls,
        messages=messages,
        hours=work_hours,
        usage={
            "collectors": {
                "lambda GB-second": seconds * settings.collectors * settings.collector_memory / 1024,
                "lambda request": messages,
            },
            "harvester": {
                "lambda GB-second": runs * HARVEST_SECONDS * HARVESTER_MEMORY / 1024,
                "lambda request": runs,
            },
            "edge writes": _writes(settings, titles, unchanged or {}),
            "edge storage": _storage(settings, kept, months),
            **(lake if settings.lake else {}),
            "traffic out": {"traffic GB": _traffic_kb(settings, titles, calls) / 1e6},
            "queue": {"sqs request": messages * QUEUE_REQUESTS},
            "queue watching": {"sqs request": POLLS_A_MONTH * months},
            "state table": {
                "dynamodb write": messages * STATE_WRITES,
                "dynamodb read": messages * STATE_READS,
                "dynamodb GB-month": messages * RECEIPT_KB / 1e6,
                "dynamodb backup GB-month": messages * RECEIPT_KB / 1e6,
            },
            "logs": {"log GB": messages * LOG_KB / 1e6, "log GB-month": messages * LOG_KB / 1e6},
            "traces": {"trace": messages + runs},
            "watcher": {
                "lambda GB-second": WATCHES_A_MONTH * WATCH_GB_SECONDS * months,
                "lambda request": WATCHES_A_MONTH * months,
            },
            "metrics": {"metric-month": _metric_months(settings, work_hours, runs, months)},
            "alarms": {"alarm-month": alarms * months},
            "secrets": {
                "secret-month": (_secrets(settings) + bool(settings.alarm_chat)) * months,
                "secret request": _secrets(settings) * settings.collectors * seconds / SECRET_SECONDS,
            },
            **({"catalog": _catalog(settings, titles, kept, runs, months)} if settings.catalog else {}),
        },
    )


def _metric_months(settings: Settings, work_hours: float, runs: int, months: float) -> float:
    """A metric of who works on titles is paid for in the work's hours, or one a run; others by the night, or always."""
    at_work = min(max(work_hours, runs) / MONTH_HOURS, max(months, work_hours / MONTH_HOURS))
    working = ["harvester", "collector", *["lake_writer"] * settings.lake, *["catalog_loader"] * settings.catalog]
    nights = (METRICS["lake_compactor"] + METRICS["gold_builder"]) * settings.lake / 24
    return sum(METRICS[name] for name in working) * at_work + (METRICS["watcher"] + nights) * months


def _catalog(
    settings: Settings, titles: Mapping[str, float], kept: Mapping[str, float], runs: int, months: float
) -> Usage:
    """The database, awake while movies come in, and its own secret. Who searches wakes it too: that is not in here."""
    movies = titles.get("movie", 0)
    loading = movies / (settings.requests_per_second - settings.harvest)
    waiting = CATALOG_IDLE_SECONDS * runs / len(titles)
    return {
        "aurora ACU-hour": CATALOG_ACUS * (loading + waiting) / 3600,
        "aurora GB-month": CATALOG_KB * kept.get("movie", 0) / 1e6 * months,
        "aurora request": CATALOG_REQUESTS * movies,
        "secret-month": months,
    }


def _secrets(settings: Settings) -> int:
    return 2 if settings.edge else 1


def _writes(settings: Settings, titles: Mapping[str, float], unchanged: Mapping[str, float]) -> Usage:
    """Bunny takes nothing for a write; S3 for each one and the HEAD before it, and a HEAD a title to know a change."""
    if settings.edge:
        return {"bunny PUT": sum(number * ASSUMPTIONS[name].objects for name, number in titles.items())}
    written = {name: number - unchanged.get(name, 0) for name, number in titles.items()}
    objects = sum(number * ASSUMPTIONS[name].objects for name, number in written.items())
    listed = sum(number for name, number in written.items() if DATASETS[name].seasons)  # the title is read before
    return {"s3 PUT": objects, "s3 GET": sum(titles.values()) + objects + listed}


def _silver(messages: float, bronze: Usage, months: float) -> Usage:
    """What becomes of bronze: a file for its titles, one for what else is in it, and the nights."""
    nights = NIGHT_SECONDS * 30 * months
    return {
        "lambda GB-second": (messages * WRITER_SECONDS * LAKE_WRITER_MEMORY + nights * LAKE_NIGHT_MEMORY) / 1024,
        "lambda request": messages,
        "sqs request": messages * QUEUE_REQUESTS + POLLS_A_MONTH * months,
        "s3 PUT": 2 * messages,
        "s3 GET": 3 * messages,
        "s3 GB-month": SILVER_PART * bronze["s3 GB-month"],
    }


def _storage(settings: Settings, kept: Mapping[str, float], months: float) -> Usage:
    kilobytes = sum(number * ASSUMPTIONS[name].objects * ASSUMPTIONS[name].object_kb for name, number in kept.items())
    return {"bunny GB-month" if settings.edge else "s3 GB-month": kilobytes / 1e6 * months}


def _traffic_kb(settings: Settings, titles: Mapping[str, float], calls: float) -> float:
    """What leaves AWS: the calls themselves, and objects that go to Bunny."""
    if not settings.edge:
        return calls * REQUEST_KB
    assumed = ((ASSUMPTIONS[name], number) for name, number in titles.items())
    return calls * REQUEST_KB + sum(number * a.objects * (a.object_kb + REQUEST_KB) for a, number in assumed)
