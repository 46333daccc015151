"""The feeds of a stage: those that it declares, or the default ones, as the environment chooses."""

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from aws_cdk import Duration
from aws_cdk.aws_events import Schedule

from lambdas.common.datasets import DATASETS, Mode
from stacks.context import scalar
from stacks.parameters import Feed

DEFAULT_DATASETS = ("movie", "tv", "person")
_RATE = r"rate\((1 (minute|hour|day)|(?!1 )[1-9]\d* (minute|hour|day)s)\)"
_CRON = r"cron\(\S+ \S+ (\? \S+ [^?\s]+|[^?\s]+ \S+ \?) \S+\)"
_SCHEDULE = re.compile(f"{_RATE}|{_CRON}")
"""What EventBridge takes: one day is no days, and of day and weekday a cron has one, and a question mark."""


def default_feeds(dataset: str) -> tuple[Feed, ...]:
    """The feeds of one dataset: all of it a day, after TMDB's files are there (08:00 UTC), and a sync every 6 hours.

    Datasets follow one another, so that two harvests rarely share the harvester's part of the budget.
    """
    if dataset not in DATASETS:
        raise ValueError(f"unknown dataset {dataset!r}; there are {', '.join(DATASETS)}")
    hours, minutes = divmod(10 * list(DATASETS).index(dataset), 60)
    hour, minute = divmod(8 * 60 + 30 + 60 * hours + minutes, 60)
    modes = DATASETS[dataset].modes
    whole = Mode.EXPORT if Mode.EXPORT in modes else Mode.PAGES
    feeds = [Feed(dataset, whole, Schedule.cron(hour=str(hour), minute=str(minute)))]
    if Mode.SYNC in modes:
        feeds.append(Feed(dataset, Mode.SYNC, Schedule.cron(hour=f"{hours % 6}/6", minute=str(minutes))))
    return tuple(feeds)


def _all_feeds() -> tuple[Feed, ...]:
    """Every dataset in each of its modes, so seldom that it is for people to start them."""
    yearly = Schedule.rate(Duration.days(365))
    return tuple(
        Feed(name, mode, yearly) for name, dataset in DATASETS.items() for mode in sorted(dataset.modes - {Mode.IDS})
    )


def parse_feeds(value: Any) -> tuple[Feed, ...]:
    """The feeds that a stage declares: a list of them, or `all` there are. Raises ValueError with what is wrong."""
    if value == "all":
        return _all_feeds()
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ValueError(f'feeds must be a list of objects, or "all", not {value!r}')
    return tuple(_feed(item) for item in value)


def _feed(item: dict[str, Any]) -> Feed:
    kinds = {field.name: field.type for field in fields(Feed)}
    if unknown := sorted(item.keys() - kinds.keys()):
        raise ValueError(f"unknown key {unknown[0]!r} in feed {item}; there are {', '.join(kinds)}")
    if missing := sorted({"dataset", "mode", "schedule"} - item.keys()):
        raise ValueError(f"feed {item} has no {missing[0]}")
    if item["mode"] not in set(Mode):
        raise ValueError(f"feed {item} has unknown mode {item['mode']!r}; there are {', '.join(Mode)}")
    if not _SCHEDULE.fullmatch(str(item["schedule"])):
        raise ValueError(
            f"feed {item} has schedule {item['schedule']!r}, which is not rate(...) or cron(...) as EventBridge has it:"
            " rate(1 day), rate(6 hours), cron(30 8 * * ? *)"
        )
    plain = {name: scalar(name, kinds[name], item[name]) for name in item.keys() - {"mode", "schedule"}}
    return Feed(mode=Mode(item["mode"]), schedule=Schedule.expression(item["schedule"]), **plain)


def choose_feeds(feeds: tuple[Feed, ...], environ: Mapping[str, str]) -> tuple[Feed, ...]:
    """The stage's feeds, or the default; MEDIA_TYPES chooses the datasets and COLLECTION_INTERVAL when they sync."""
    chosen = [name.strip() for name in environ.get("MEDIA_TYPES", "").split(",") if name.strip()]
    if chosen or not feeds:
        own = {name: tuple(feed for feed in feeds if feed.dataset == name) for name in chosen or DEFAULT_DATASETS}
        feeds = tuple(feed for name, theirs in own.items() for feed in theirs or default_feeds(name))
    if minutes := environ.get("COLLECTION_INTERVAL", "").strip():
        if not minutes.isdigit() or int(minutes) < 1:
            raise ValueError(f"COLLECTION_INTERVAL {minutes!r} is not a number of minutes")
        interval = Schedule.rate(Duration.minutes(int(minutes)))
        feeds = tuple(replace(feed, schedule=interval) if feed.mode is Mode.SYNC else feed for feed in feeds)
    return feeds
