"""What harvests cost: how much of each meter they use, times the price table.

An estimate, of what `assumptions` lists. Reading the edge is not in it: that is the readers' number, not the mirror's.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cli import assumptions as given
from cli.assumptions import ASSUMPTIONS
from lambdas.common.datasets import DATASETS, Mode
from lambdas.common.work import MAX_IDS
from lambdas.harvester.settings import HarvesterSettings
from stacks.parameters import HARVESTER_MEMORY, LAKE_NIGHT_MEMORY, LAKE_WRITER_MEMORY
from stacks.prices import PRICES, Meter
from stacks.schedule import runs_a_month
from stacks.settings import Settings

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
                changed = 30 * ASSUMPTIONS[feed.dataset].changes_a_day * given.BODIES_A_CHANGE
                unchanged[feed.dataset] += max(0, fetched - changed)
    kept = {dataset: float(ASSUMPTIONS[dataset].ids) for dataset in titles}
    return _estimate(settings, titles, kept=kept, runs=harvests, hours=given.MONTH_HOURS, unchanged=unchanged)


def collected(dataset: str, mode: Mode, select: str | None, limit: int | None, *, days: float) -> float:
    """Titles that one run of a feed collects, `days` after the one before."""
    assumed = ASSUMPTIONS[dataset]
    if mode is Mode.SYNC:
        return (max(1, days) - 1 + given.SYNC_DAYS) * assumed.changes_a_day
    if mode is Mode.PAGES:
        return min(float(assumed.ids), limit or math.inf)
    new = assumed.ids * given.NEW_A_DAY * days
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
    months = (hours or work_hours) / given.MONTH_HOURS
    alarms = given.ALARMS + given.LAKE_ALARMS * settings.lake + given.CATALOG_ALARMS * settings.catalog
    answered = sum(number * ASSUMPTIONS[name].objects * ASSUMPTIONS[name].object_kb for name, number in titles.items())
    bronze: Usage = {"s3 PUT": messages, "s3 GB-month": answered / 1e6 * (given.LAKE_MONTHS if hours else months)}
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
                "lambda GB-second": runs * given.HARVEST_SECONDS * HARVESTER_MEMORY / 1024,
                "lambda request": runs,
            },
            "edge writes": _writes(settings, titles, unchanged or {}),
            "edge storage": _storage(settings, kept, months),
            **(lake if settings.lake else {}),
            "traffic out": {"traffic GB": _traffic_kb(settings, titles, calls) / 1e6},
            "queue": {"sqs request": messages * given.QUEUE_REQUESTS},
            "queue watching": {"sqs request": given.POLLS_A_MONTH * months},
            "state table": {
                "dynamodb write": messages * given.STATE_WRITES,
                "dynamodb read": messages * given.STATE_READS,
                "dynamodb GB-month": messages * given.RECEIPT_KB / 1e6,
                "dynamodb backup GB-month": messages * given.RECEIPT_KB / 1e6,
            },
            "logs": {"log GB": messages * given.LOG_KB / 1e6, "log GB-month": messages * given.LOG_KB / 1e6},
            "traces": {"trace": messages + runs},
            "watcher": {
                "lambda GB-second": given.WATCHES_A_MONTH * given.WATCH_GB_SECONDS * months,
                "lambda request": given.WATCHES_A_MONTH * months,
            },
            "metrics": {"metric-month": _metric_months(settings, work_hours, runs, months)},
            "alarms": {"alarm-month": alarms * months},
            "secrets": {
                "secret-month": (_secrets(settings) + bool(settings.alarm_chat)) * months,
                "secret request": _secrets(settings) * settings.collectors * seconds / given.SECRET_SECONDS,
            },
            **({"catalog": _catalog(settings, titles, kept, runs, months)} if settings.catalog else {}),
        },
    )


def _metric_months(settings: Settings, work_hours: float, runs: int, months: float) -> float:
    """A metric of who works on titles is paid for in the work's hours, or one a run; others by the night, or always."""
    at_work = min(max(work_hours, runs) / given.MONTH_HOURS, max(months, work_hours / given.MONTH_HOURS))
    working = ["harvester", "collector", *["lake_writer"] * settings.lake, *["catalog_loader"] * settings.catalog]
    nights = (given.METRICS["lake_compactor"] + given.METRICS["gold_builder"]) * settings.lake / 24
    return sum(given.METRICS[name] for name in working) * at_work + (given.METRICS["watcher"] + nights) * months


def _catalog(
    settings: Settings, titles: Mapping[str, float], kept: Mapping[str, float], runs: int, months: float
) -> Usage:
    """The database, awake while movies come in, and its own secret. Who searches wakes it too: that is not in here."""
    movies = titles.get("movie", 0)
    loading = movies / (settings.requests_per_second - settings.harvest)
    waiting = given.CATALOG_IDLE_SECONDS * runs / len(titles)
    return {
        "aurora ACU-hour": given.CATALOG_ACUS * (loading + waiting) / 3600,
        "aurora GB-month": given.CATALOG_KB * kept.get("movie", 0) / 1e6 * months,
        "aurora request": given.CATALOG_REQUESTS * movies,
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
    nights = given.NIGHT_SECONDS * 30 * months
    return {
        "lambda GB-second": (messages * given.WRITER_SECONDS * LAKE_WRITER_MEMORY + nights * LAKE_NIGHT_MEMORY) / 1024,
        "lambda request": messages,
        "sqs request": messages * given.QUEUE_REQUESTS + given.POLLS_A_MONTH * months,
        "s3 PUT": 2 * messages,
        "s3 GET": 3 * messages,
        "s3 GB-month": given.SILVER_PART * bronze["s3 GB-month"],
    }


def _storage(settings: Settings, kept: Mapping[str, float], months: float) -> Usage:
    kilobytes = sum(number * ASSUMPTIONS[name].objects * ASSUMPTIONS[name].object_kb for name, number in kept.items())
    return {"bunny GB-month" if settings.edge else "s3 GB-month": kilobytes / 1e6 * months}


def _traffic_kb(settings: Settings, titles: Mapping[str, float], calls: float) -> float:
    """What leaves AWS: the calls themselves, and objects that go to Bunny."""
    if not settings.edge:
        return calls * given.REQUEST_KB
    assumed = ((ASSUMPTIONS[name], number) for name, number in titles.items())
    return calls * given.REQUEST_KB + sum(
        number * a.objects * (a.object_kb + given.REQUEST_KB) for a, number in assumed
    )
