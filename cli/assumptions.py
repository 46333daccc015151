"""What the estimate of cost takes for granted: TMDB's numbers, the sizes of objects, and what work takes of each meter.

Averages, each listed as what it is. docs/cost.md tells what becomes of them.
"""

import math
from collections import Counter
from dataclasses import dataclass, replace

from lambdas.common.datasets import DATASETS, LAST_PAGE, Dataset
from lambdas.common.metrics import Metric


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
_KNOWN = {
    "movie": Assumption(ids=1_240_000, changes_a_day=9_500),
    # One show in 50 has seasons past the 9 that come with the first call; a show has two seasons on average.
    "tv": Assumption(ids=230_000, changes_a_day=3_000, calls=1.02, objects=3),
    "person": Assumption(ids=3_900_000, changes_a_day=6_800),
    "collection": Assumption(ids=7_500),
    "company": Assumption(ids=250_000, object_kb=1),
    "keyword": Assumption(ids=75_000, object_kb=1),
    "network": Assumption(ids=5_400, object_kb=1),
    "movie_now_playing": replace(_LIST, ids=210),
    "movie_upcoming": replace(_LIST, ids=50),
    "tv_airing_today": replace(_LIST, ids=10),
    "tv_on_the_air": replace(_LIST, ids=50),
    "tv_top_rated": replace(_LIST, ids=130),
    # Movies of IMDb's list. Besides the title a call of /find, at times one for reviews; objects: pointer and reviews.
    "imdb": Assumption(ids=700_000, calls=2.2, objects=3),
}
"""Ids: TMDB's exports of May to August 2026; changes: its feeds of August 2026; pages: lists since 2022."""


def _typical(dataset: Dataset) -> Assumption:
    """Of a dataset of which nothing is known: a list as long as TMDB has them, or as many titles as it has shows."""
    return _LIST if dataset.paged else Assumption(ids=230_000, changes_a_day=3_000 if dataset.changes else 0)


ASSUMPTIONS = {name: _KNOWN.get(name) or _typical(dataset) for name, dataset in DATASETS.items()}
"""By dataset."""
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
