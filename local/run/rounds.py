"""What a run does: the events that the schedules would send, round after round."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from lambdas.common.datasets import DATASETS, Mode
from local.catalogue.made_up import KINDS
from local.run.settings import RunSettings
from local.tmdb.exports import newest

Event = dict[str, Any]
LISTS = ("movie_popular", "tv_popular", "tv_trending_day", "tv_airing_today")
"""Lists that a run mirrors; the stage has feeds of all."""
_PAGES = 5
"""Of each list."""


@dataclass(frozen=True)
class Round:
    """Some harvester events that run at the same time, and what a person is told about them."""

    title: str
    events: list[Event]


def rounds(settings: RunSettings, tmdb: str) -> Iterator[Round]:
    """The rounds of a run. `tmdb` is the root URL of the fake TMDB, which goes on to its next round between them."""
    limit = {"limit": settings.limit} if settings.limit else {}
    if settings.real:
        exported = [name for name, dataset in DATASETS.items() if dataset.export]
        yield Round("export, every id", [_export(name, select="all", **limit) for name in exported])
        yield Round("first pages of some lists", _pages())
        return
    today = newest(dt.datetime.now(dt.UTC))
    before = {"date": (today - dt.timedelta(days=1)).isoformat()}
    yield Round("export, every id", [_export(name, select="all", **before, **limit) for name in KINDS])
    for _ in range(fake_state(tmdb)["rounds"] - 1 if settings.samples else 1):
        turned = _advance(tmdb)
        syncs: list[Event] = [{"dataset": name, "mode": "sync"} for name in KINDS if Mode.SYNC in DATASETS[name].modes]
        yield Round("sync after some titles changed, first pages of some lists", syncs + _by_id(turned) + _pages())
    due = [_export(name, select="due", date=today.isoformat(), **limit) for name in KINDS]
    yield Round("export of the day after, ids that are due", due)


def _export(dataset: str, **options: Any) -> Event:
    return {"dataset": dataset, "mode": "export", **options}


def _pages() -> list[Event]:
    return [{"dataset": name, "mode": "pages", "limit": _PAGES} for name in LISTS]


def _by_id(turned: list[str]) -> list[Event]:
    """Events for changed titles that no changes feed can tell of."""
    ids: dict[str, list[int]] = {}
    for key in turned:
        name, id = key.split("/")[:2]
        if Mode.SYNC not in DATASETS[name].modes:
            ids.setdefault(name, []).append(int(id))
    return [{"dataset": name, "mode": "ids", "ids": sorted(set(some))} for name, some in ids.items()]


def _advance(tmdb: str) -> list[str]:
    """Go on to the next round; gives the keys whose bodies changed, as far as the catalogue knows."""
    number = _fake(tmdb, "advance", "POST")["round"]
    now, before = (_fake(tmdb, f"expected?round={number - n}") for n in (0, 1))
    return [key for key, source in now.items() if before.get(key) != source]


def _fake(tmdb: str, what: str, method: str = "GET") -> Mapping[str, Any]:
    with urlopen(Request(f"{tmdb}/_fake/{what}", method=method), timeout=30) as answer:  # noqa: S310 - loopback
        found: Mapping[str, Any] = json.load(answer)
        return found


def fake_state(tmdb: str) -> Mapping[str, Any]:
    """What the fake TMDB was asked so far."""
    return _fake(tmdb, "state")
