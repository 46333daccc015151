"""A round as it happens: one bar a dataset, filled by what the state table has counted."""

import asyncio
from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from lambdas.common.state import Run, State

_POLL_SECONDS = 0.3
STALLED_SECONDS = 120
"""A round in which nothing is counted for so long has failed."""


class Stalled(Exception):
    """A round does not go on; the message says how far it came."""


async def watch(state: State, expected: Iterable[tuple[str, str]], before: set[str], console: Console) -> list[Run]:
    """Show the runs that started after those of `before` until one for each (dataset, mode) of `expected` is done.

    Raises Stalled when nothing is counted any more.
    """
    wanted = sorted(expected)
    columns = (
        TextColumn("  {task.description:<18}"),
        BarColumn(28),
        MofNCompleteColumn(),
        TextColumn("{task.fields[outcome]}"),
        TimeElapsedColumn(),
    )
    still = 0.0
    counted = -1
    with Progress(*columns, console=console) as progress:
        bars = {
            (dataset, mode): progress.add_task(f"{dataset} {mode}", total=None, outcome="") for dataset, mode in wanted
        }
        while True:
            runs = {(run.dataset, run.mode): run for run in await state.runs() if run.run not in before}
            for key, bar in bars.items():
                if key in runs:
                    _show(progress, bar, runs[key])
            if all(key in runs and runs[key].done for key in wanted):
                return [runs[key] for key in wanted]
            now = sum(run.settled + run.harvested for run in runs.values()) + len(runs)
            still = still + _POLL_SECONDS if now == counted else 0.0
            counted = now
            if still > STALLED_SECONDS:
                late = [f"{d} {m}" for d, m in wanted if (d, m) not in runs or not runs[d, m].done]
                raise Stalled(f"nothing was counted for {STALLED_SECONDS} s; not done: {', '.join(late)}")
            await asyncio.sleep(_POLL_SECONDS)


def _show(progress: Progress, bar: TaskID, run: Run) -> None:
    lost = ", ".join(f"{number} {word}" for word, number in (("gone", run.gone), ("dead", run.dead)) if number)
    progress.update(bar, total=run.harvested if run.listed_at else None, completed=run.settled, outcome=lost)
    if run.done:
        progress.stop_task(bar)
