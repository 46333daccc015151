"""How a stage at one moment is shown to a person; a narrow window leaves out what others say nearly as well."""

import datetime as dt

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cli.freshness import Freshness
from cli.glance import Glance, pace
from lambdas.common.state import OUTCOMES, Run

_WIDE = 112
"""Columns of a window that has room for all."""
_BAR = 16
_LOUD = ("dead letters", "failed events")
"""Queues in which nothing should be."""


def drawn(seen: Glance, width: int = _WIDE) -> RenderableType:
    """All of it, in a window of so many columns."""
    return Group(_head(seen), _runs(seen, wide=width >= _WIDE), _queues(seen), _freshness(seen))


def _head(seen: Glance) -> Table:
    """One line each: does it move, how fast, what is dead."""
    table = Table(box=None, pad_edge=False, show_header=False)
    moves = seen.line == "enabled"
    line = Text("moves", "green") if moves else Text(f"is {seen.line}; mend what stopped it, then `tmdb resume`", "red")
    table.add_row(f"stage {seen.stage}", Text.assemble("the line ", line))
    bar = ProgressBar(total=seen.budget, completed=min(seen.calls_per_second, seen.budget), width=_BAR)
    used = f"{seen.calls_per_second:,.1f} of {seen.budget:g} calls a second, {seen.used_percent:.0f}%"
    busy = Table.grid(padding=(0, 2))
    busy.add_row(bar, used)
    table.add_row("rate", busy if seen.calls_per_second else f"idle; {seen.budget:g} calls a second are allowed")
    dead = Text(f"{seen.dead:,} ids: `tmdb dlq list` says why", "red") if seen.dead else "none"
    table.add_row("dead", dead)
    return table


def _runs(seen: Glance, *, wide: bool) -> Table:
    table = _titled("last runs")
    table.add_column("run", no_wrap=True)
    if wide:
        table.add_column("started", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("ids", no_wrap=True)
    outcomes = OUTCOMES if wide else ("dead",)
    for column in (*outcomes, "per second", "left"):
        table.add_column(column, justify="right", no_wrap=True)
    for run in seen.runs:
        counts = [f"{number:,}" if (number := getattr(run, name)) else "" for name in outcomes]
        if run.dead:
            counts[-1] = f"[red]{counts[-1]}[/red]"
        table.add_row(
            f"{run.dataset} {run.mode}",
            *([f"{dt.datetime.fromtimestamp(run.started_at, dt.UTC):%m-%d %H:%M}"] if wide else []),
            ProgressBar(total=max(run.harvested, 1), completed=run.settled, width=_BAR if wide else _BAR // 2),
            f"{run.settled:,}/{run.harvested:,}{'' if run.listed_at else '+'}",
            *counts,
            f"{pace(run, seen.at):,.1f}",
            _left(run, seen.at),
        )
    return table


def _left(run: Run, now: float) -> str:
    if run.done:
        return "done"
    speed = pace(run, now)
    return str(dt.timedelta(seconds=round((run.harvested - run.settled) / speed))) if speed else "?"


def _queues(seen: Glance) -> Table:
    table = _titled("queues")
    table.add_column("queue")
    for column in ("waiting", "in flight", "delayed"):
        table.add_column(column, justify="right")
    for name, depth in seen.queues.items():
        style = "red" if name in _LOUD and depth[0] else None
        table.add_row(name, *(f"{number:,}" for number in depth), style=style)
    return table


def _freshness(seen: Glance) -> Table:
    table = _titled("freshness")
    table.add_column("dataset", no_wrap=True)
    for column in ("changes through", "whole export of", "of it in the lake", "oldest fetch"):
        table.add_column(column, justify="right")
    for name, known in seen.freshness.items():
        table.add_row(name, *_told(known))
    return table


def _told(known: Freshness) -> list[str]:
    coverage = "" if known.coverage_percent is None else f"{known.coverage_percent:.1f}%"
    return [_day(known.changes_through), _day(known.whole_export), coverage, _day(known.oldest_fetch)]


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _titled(title: str) -> Table:
    return Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="bold")
