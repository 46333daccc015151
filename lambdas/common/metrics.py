"""Every metric of this project's own, declared once: what CloudWatch calls it, whose it is, and what it tells.

Functions emit them (see telemetry), stacks watch those that a person is woken for (see stacks/alarms.py): neither
writes a name of its own, so an alarm cannot listen to what nobody says. A metric is one of its stage, whatever the
dataset: each more would be paid for by itself, and the log line beside it names run and dataset. Shares come as percent
and lateness as hours, ready to be compared: an alarm needs no arithmetic.
"""

from enum import Enum
from typing import Literal

Unit = Literal["Count", "Percent", "None"]


class Metric(Enum):
    """`service` is the folder of the function that emits it, `about` what a value of it means."""

    IDS_HARVESTED = "harvester", "Count", "ids that a harvest queued"
    HARVESTS_REFUSED = "harvester", "Count", "1 for a harvest that was not done, for a reason that stays"

    STORED = "collector", "Count", "titles stored by a batch"
    UNCHANGED = "collector", "Count", "titles of a batch that were at the edge as they are"
    GONE = "collector", "Count", "titles of a batch that TMDB has no more"
    DEAD = "collector", "Count", "ids of a batch that cannot be collected"
    RETRIED = "collector", "Count", "ids of a batch that go out again as one more attempt"
    FAILED_PERCENT = "collector", "Percent", "share of a new batch's ids that failed; 100 in an outage"
    THROTTLED_PERCENT = "collector", "Percent", "share of TMDB's answers to a batch that were 429"
    SEASONS_MISSING = "collector", "Count", "seasons that a batch's titles list and TMDB did not give"
    UNKNOWN_FIELDS = "collector", "Count", "fields of TMDB's that the schema lacks, each once a run"
    LINE_STOPPED = "collector", "Count", "1 for a batch that stopped the line, 0 for any other"

    ROWS_PROCESSED = "lake_writer", "Count", "rows that were in an object of bronze"
    ROWS_QUARANTINED = "lake_writer", "Count", "rows of an object that failed quality"
    PASS_PERCENT = "lake_writer", "Percent", "share of an object's rows that passed quality"
    UNKNOWN_COLUMNS = "lake_writer", "Count", "fields of an object's rows that no column has"
    TABLES_FAILED = "gold_builder", "Count", "tables of gold that kept their old rows"
    COVERAGE_PERCENT = "gold_builder", "Percent", "share of the ids in TMDB's newest export that are stored, a dataset"
    OLDEST_FETCH_DAYS = "gold_builder", "None", "days since the oldest title of a dataset was fetched"
    IDS_REFRESHED = "gold_builder", "Count", "ids that were fetched so long ago that they are fetched again"

    MOVIES_LOADED = "catalog_loader", "Count", "rows that an object changed in the catalog"
    MOVIES_REJECTED = "catalog_loader", "Count", "records of an object that are no movies"
    OBJECTS_FAILED = "catalog_loader", "Count", "1 for an object that could not be loaded this time"

    HOURS_OVERDUE = "watcher", "None", "hours since a harvest of a feed was due that has not happened"
    LINE_PAUSED = "watcher", "Count", "1 while nothing is taken from the work queue"

    def __init__(self, service: str, unit: Unit, about: str) -> None:
        self.service = service
        self.unit = unit
        self.about = about

    @property
    def label(self) -> str:
        """What CloudWatch calls it, e.g. `hours_overdue`."""
        return self.name.lower()


def percent(part: float, whole: float) -> float:
    """100 x part / whole; 0 of nothing."""
    return 100 * part / whole if whole else 0.0
