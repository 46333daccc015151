"""How whole and how old the mirror is, as gold knows it; and which titles are so old that they are fetched again.

Daily exports fetch every id they list within 120 days. Some titles grow old all the same: one that left TMDB's list and
can still be had, one whose fetch failed on its day, one that somebody asked for by its number. The lake knows when
each was fetched last, so they are found here, the oldest first, and go back to the harvester well before the 6 months
that TMDB's terms allow.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from lambdas.common import trino
from lambdas.common.bus import IDS_AN_EVENT
from lambdas.common.datasets import DATASETS
from lambdas.common.lakehouse import Lakehouse
from lambdas.common.metrics import Metric, percent
from lambdas.common.tables import TABLES

MOST_A_NIGHT = 200_000
"""Ids that are fetched again after one night, under two hours of the budget: 5 million in four weeks."""
_DATASETS = tuple(name for name, item in DATASETS.items() if f"{name}_current" in TABLES and not item.paged)


class Freshness(NamedTuple):
    """A dataset in the table gold_freshness. `oldest` is the day of its oldest fetch, None when nothing is stored."""

    dataset: str
    listed: int
    missing: int
    oldest: dt.date | None

    def measures(self, date: dt.date) -> dict[Metric, float]:
        """Its metrics as of `date`; of what it does not know, none."""
        known: dict[Metric, float] = {}
        if self.listed:
            known[Metric.COVERAGE_PERCENT] = percent(self.listed - self.missing, self.listed)
        if self.oldest:
            known[Metric.OLDEST_FETCH_DAYS] = (date - self.oldest).days
        return known


def freshness(tables: Lakehouse) -> list[Freshness]:
    """Every dataset of gold_freshness, as it was built last. Raises Retry."""
    _, rows = tables.rows(trino.parse("SELECT dataset, listed, missing, oldest_fetch FROM gold_freshness ORDER BY 1"))
    return [Freshness(name, listed, missing, oldest and oldest.date()) for name, listed, missing, oldest in rows]


def too_old(tables: Lakehouse, date: dt.date, days: int) -> dict[str, list[int]]:
    """Ids by dataset that were fetched more than `days` before `date`: at most MOST_A_NIGHT, the oldest."""
    old = f"fetched_at < date_add('day', -{days:d}, :date)"
    parts = (f"SELECT '{name}' AS dataset, id, fetched_at FROM {name}_current WHERE {old}" for name in _DATASETS)  # noqa: S608
    query = f"{' UNION ALL '.join(parts)} ORDER BY fetched_at, dataset, id LIMIT {MOST_A_NIGHT:d}"
    _, rows = tables.rows(trino.parse(query, date))
    found: dict[str, list[int]] = {}
    for dataset, id, _ in rows:
        found.setdefault(dataset, []).append(id)
    return found


def events(ids: dict[str, list[int]]) -> Iterator[dict[str, Any]]:
    """What has the harvester queue them."""
    for dataset, old in ids.items():
        for start in range(0, len(old), IDS_AN_EVENT):
            yield {"dataset": dataset, "mode": "ids", "ids": sorted(old[start : start + IDS_AN_EVENT])}
