"""The end of a run: a table for people, and one line of JSON for programs."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from lambdas.common.datasets import DATASETS
from lambdas.common.state import OUTCOMES, Run

COUNTS = ("harvested", *OUTCOMES)


def summary(runs: Iterable[Run]) -> dict[str, Any]:
    """{"datasets": {name: counts and seconds}, "totals": the same summed up}, over all runs of each dataset."""
    datasets: dict[str, dict[str, float]] = {}
    for run in runs:
        row = datasets.setdefault(run.dataset, dict.fromkeys((*COUNTS, "seconds"), 0))
        for name in COUNTS:
            row[name] += getattr(run, name)
        ended = max(run.last_at or 0, run.listed_at or 0)
        row["seconds"] = round(row["seconds"] + ended - run.started_at, 1)
    ordered = {name: datasets[name] for name in DATASETS if name in datasets}
    totals = {name: round(sum(row[name] for row in ordered.values()), 1) for name in (*COUNTS, "seconds")}
    return {"datasets": ordered, "totals": totals}


def accounts(found: Mapping[str, Any]) -> bool:
    """Whether every harvested id is accounted for."""
    rows = [*found["datasets"].values(), found["totals"]]
    return all(row["harvested"] == sum(row[name] for name in OUTCOMES) for row in rows)


def show(
    found: Mapping[str, Any], *, local: Path, letters: list[tuple[str, str]], movies: int, console: Console
) -> None:
    """Print the table, the dead letters with their reasons, what is left below `local`, and the JSON line last."""
    table = Table(title="What became of every id")
    table.add_column("dataset")
    for name in (*COUNTS, "seconds"):
        table.add_column(name, justify="right")
    for dataset, row in found["datasets"].items():
        table.add_row(dataset, *(f"{row[name]:,}" for name in (*COUNTS, "seconds")))
    table.add_section()
    table.add_row("all", *(f"{found['totals'][name]:,}" for name in (*COUNTS, "seconds")), style="bold")
    console.print(table)
    for title, reason in letters[:10]:
        console.print(f"dead letter: {title}: {reason}", highlight=False, soft_wrap=True)
    objects = [path for path in (local / "edge").rglob("*.pb.lz4") if path.is_file()]
    size = sum(path.stat().st_size for path in objects)
    console.print(
        f"{len(objects):,} objects, {size / 1e6:,.1f} MB, lie below {local / 'edge'}\n"
        f"what TMDB answered lies below {local / 'lake'}, and {movies:,} movies are in a Postgres below "
        f"{local / 'catalog'}\n"
        f"the page on it: .venv/bin/python -m local.catalog --data {local / 'catalog'}\n"
        "make serve does all this again and keeps it up, page included",
        highlight=False,
        soft_wrap=True,
    )
    console.file.write(json.dumps(found) + "\n")
    console.file.flush()
