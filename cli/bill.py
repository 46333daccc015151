"""The plan of a harvest as it is shown: a table for people, a dict for programs, and advice on dear settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from textwrap import fill
from typing import Any, TextIO

from aws_cdk import Duration
from aws_cdk.aws_events import Schedule
from rich.console import Console
from rich.table import Table

from cli.assumptions import ASSUMPTIONS
from cli.cost import Estimate, label, monthly, one_harvest
from lambdas.common.datasets import Mode
from lambdas.common.work import MAX_IDS
from lambdas.harvester.event import Event
from stacks.parameters import COLLECTOR_MEMORY
from stacks.prices import READ_ON, REGION
from stacks.schedule import runs_a_month
from stacks.settings import BunnyZone, Settings

WIDTH = 100
DEAR = 0.05
"""Dollars that make advice worth a line."""


@dataclass(frozen=True, kw_only=True)
class Bill:
    """One harvest, and a month of the stage it belongs to."""

    event: Event
    source: str
    """How the number of ids is known."""
    settings: Settings
    harvest: Estimate
    month: Estimate
    advice: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it; dollars unrounded."""
        assumed = ASSUMPTIONS[self.event.dataset]
        return {
            "event": self.event.to_dict(),
            "stage": self.settings.stage,
            "edge": _edge(self.settings),
            "ids": round(self.harvest.ids),
            "source": self.source,
            "calls": round(self.harvest.calls),
            "messages": self.harvest.messages,
            "hours": self.harvest.hours,
            "assumed": {name: getattr(assumed, name) for name in ("calls", "objects", "object_kb")},
            "dollars": {"harvest": _dollars(self.harvest), "month": _dollars(self.month)},
            "prices": {"region": REGION, "read_on": READ_ON},
            "advice": list(self.advice),
        }

    def print(self, file: TextIO) -> None:
        """Write it for people."""
        console = Console(file=file, width=WIDTH, highlight=False, markup=False)
        console.print("\n".join(self._head()), soft_wrap=True)
        console.print(self._table())
        console.print(f"List prices of {REGION}, {READ_ON}. Allowances: what AWS gives each account free, every month.")
        for sentence in self.advice:
            console.print(fill(f"- {sentence}", WIDTH, subsequent_indent="  "), soft_wrap=True)

    def _head(self) -> Iterator[str]:
        event, harvest, assumed = self.event, self.harvest, ASSUMPTIONS[self.event.dataset]
        what = " ".join(filter(None, (event.dataset, event.mode, event.select)))
        yield f"{what}, stage {self.settings.stage}, edge {_edge(self.settings)}"
        further = ": seasons past 9 come with further calls" if assumed.calls > 1 else ""
        rate = self.settings.requests_per_second - self.settings.harvest
        yield f"  ids       {harvest.ids:>12,.0f}   {self.source}"
        yield f"  calls     {harvest.calls:>12,.0f}   assumed: {assumed.calls:g} a title{further}"
        objects = harvest.ids * assumed.objects
        yield f"  objects   {objects:>12,.0f}   assumed: {assumed.objects:g} a title, {assumed.object_kb:g} kB each"
        yield f"  messages  {harvest.messages:>12,.0f}   of up to {MAX_IDS} ids"
        yield f"  hours     {harvest.hours:>12,.1f}   at {rate:g} calls a second"

    def _table(self) -> Table:
        table = Table()
        table.add_column("dollars for")
        columns = []
        for name, estimate in {"this harvest": self.harvest, f"a month of {self.settings.stage}": self.month}.items():
            for how, allowances in {"list price": False, "after allowances": True}.items():
                table.add_column(f"{name},\n{how}", justify="right")
                columns.append(estimate.dollars(allowances=allowances))
        for what in columns[0]:
            table.add_row(label(what, self.harvest), *(f"{column[what]:,.2f}" for column in columns))
        table.add_section()
        table.add_row("all", *(f"{sum(column.values()):,.2f}" for column in columns))
        return table


def advice(settings: Settings, titles: Mapping[str, float], now: datetime) -> tuple[str, ...]:
    """What makes this dear, and what to do about it, in list prices: one sentence each."""
    return tuple(_advice(settings, titles, now))


def _advice(settings: Settings, titles: Mapping[str, float], now: datetime) -> Iterator[str]:
    def compare(**changed: Any) -> tuple[float, float, str]:
        """Savings of the harvest and of the month, and both in words."""
        other = replace(settings, **changed)
        before, after = one_harvest(settings, titles).total(), one_harvest(other, titles).total()
        month_before, month_after = monthly(settings, now).total(), monthly(other, now).total()
        words = f"${after:,.2f} for this harvest, not ${before:,.2f}"
        words += f", and ${month_after:,.2f} a month, not ${month_before:,.2f}"
        return before - after, month_before - month_after, words

    if not settings.edge:
        saved, _, words = compare(edge=BunnyZone(zone="mirror"))
        if saved >= DEAR:
            yield f"S3 charges every PUT, one an object. With a Bunny storage zone as `edge` it is {words}."
    if settings.collectors > 2:
        *_, words = compare(collectors=2)
        yield (
            f"{settings.collectors} collectors share one rate and are paid for while they wait for it. With "
            f"`collectors` 2, which are as fast, it is {words}."
        )
    if settings.collector_memory > COLLECTOR_MEMORY:
        *_, words = compare(collector_memory=COLLECTOR_MEMORY)
        yield (
            f"{settings.collector_memory} MB a collector are paid for while it waits. With `collector_memory` "
            f"{COLLECTOR_MEMORY} it is {words}."
        )
    daily = Schedule.rate(Duration.days(1))
    syncs = {
        feed: runs_a_month(feed.schedule.expression_string, now) for feed in settings.feeds if feed.mode is Mode.SYNC
    }
    if any(runs > 30 for runs in syncs.values()):
        feeds = tuple(replace(feed, schedule=daily) if syncs.get(feed, 0) > 30 else feed for feed in settings.feeds)
        _, saved, words = compare(feeds=feeds)
        if saved >= DEAR:
            yield (
                "Every sync fetches what changed yesterday and today, however often it runs. With a daily `schedule` "
                f"for sync feeds a month costs ${saved:,.2f} less."
            )
    if any(feed.min_popularity is not None for feed in settings.feeds):
        yield "Feeds with `min_popularity` are counted as if they had none: a month costs less than this."


def _dollars(estimate: Estimate) -> dict[str, dict[str, float]]:
    return {
        how: estimate.dollars(allowances=allowances) | {"all": estimate.total(allowances=allowances)}
        for how, allowances in {"list_price": False, "after_allowances": True}.items()
    }


def _edge(settings: Settings) -> str:
    return f"Bunny ({settings.edge.zone})" if settings.edge else "S3"
