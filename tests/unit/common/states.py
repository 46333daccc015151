"""Made-up content of a state table."""

import datetime as dt
from typing import Any

from lambdas.common.datasets import Mode
from lambdas.common.receipts import Receipt, Stored
from lambdas.common.state import Run
from lambdas.common.work import WorkItem, run_started

RUN = "movie-export-20260921T120000Z-00ff"
STARTED = run_started(RUN).timestamp()
DAY = dt.date(2026, 9, 21)
ITEM = WorkItem(run=RUN, dataset="movie", mode=Mode.EXPORT, ids=(1, 2, 3, 4, 5))
RECEIPT = Receipt(
    stored={1: Stored(1_790_000_000, "00")},
    unchanged={2: Stored(1_790_000_000, "01")},
    gone=(3,),
    dead={4: "why"},
    retry=(5,),
)


def run(**values: Any) -> Run:
    """A run of some hundred ids."""
    return Run(run=RUN, dataset="movie", mode="export", started_at=STARTED, **values)
