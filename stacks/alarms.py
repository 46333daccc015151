"""What needs a person, and from when on: every alarm of a stage, as data.

Each says what it means and ends with where the runbook goes on and the first command to give. Silence is decided for
each: no letters are no dead letters, but no word of a harvest is a harvest that did not happen.
"""

from collections.abc import Iterator

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_cloudwatch import TreatMissingData

from lambdas.common.metrics import Metric
from stacks.catalog import CatalogStack
from stacks.components.alarm import Alarm, backlog, errors, near_limit, throttles, waiting
from stacks.components.function import StageFunction
from stacks.lake import LakeStack
from stacks.pipeline import Pipeline

_MINUTE, _FIVE_MINUTES, _HOUR, _DAY = (Duration.minutes(number) for number in (1, 5, 60, 1440))
_LATE_HOURS = 2
"""A harvest that failed has been tried again by then."""
_PAUSED_HOURS = 6
"""Whoever pauses for longer has forgotten it, or wants to be asked."""
_OLD_WORK = Duration.days(3)
"""Older work means that collectors stand still: the longest harvest, all people, is done in a day and a half."""
_OLD_OBJECTS = Duration.hours(6)
"""Consumers of bronze are minutes behind; whoever is hours behind loads nothing."""
_THROTTLED = 5
"""Percent: a budget that TMDB tolerates sees none, and below this little is lost."""
_FAILING = 20
"""Percent, for a quarter of an hour: what TMDB's odd titles never come to."""
_QUARANTINED = 100
"""A few odd titles a day are TMDB's; so many are a field that changed its kind."""
_COVERED = 99
"""Percent of what TMDB lists. What is new on a day is half a per mille."""
_OLD_DAYS = 160
"""Ten nights after titles are due at the latest, and twenty days before TMDB's terms are over."""
_FAILED_SEARCHES = 20
"""In 5 minutes; who searches while the database wakes up is told to come back, two or three times."""
_FULL = 90
"""Percent of the most capacity, in the mean of an hour."""


def watcher_alarms(watcher: StageFunction, failed_events: sqs.IQueue) -> Iterator[Alarm]:
    """On what did not happen, and on those who would tell of it."""
    yield Alarm(
        id="NoHarvest",
        says="A harvest was due hours ago and has not happened, or nobody looked whether it has",
        metric=watcher.measured(Metric.HOURS_OVERDUE, "Maximum", _HOUR),
        threshold=_LATE_HOURS,
        periods=2,
        silence=TreatMissingData.BREACHING,
        section="no-harvest",
        first="tmdb verify",
        lasting=True,
    )
    yield Alarm(
        id="LinePaused",
        says="Nothing has been taken from the work queue for hours; messages wait for 14 days, then they are lost",
        metric=watcher.measured(Metric.LINE_PAUSED, "Minimum", _HOUR),
        periods=_PAUSED_HOURS,
        section="line-stopped",
        first="tmdb status",
        lasting=True,
    )
    yield waiting("FailedNotices", "Alarms that did not reach the chat, or a watcher that failed", failed_events)


def pipeline_alarms(pipeline: Pipeline) -> Iterator[Alarm]:
    """On the pipeline itself."""
    measured = pipeline.collector.measured
    yield Alarm(
        id="LineStopped",
        says="The line was stopped: the token is rejected, or far too much is dead or gone; nothing is lost, all waits",
        metric=measured(Metric.LINE_STOPPED, "Maximum", _MINUTE),
        section="line-stopped",
        first="tmdb logs collector",
    )
    yield waiting("DeadLetters", "Ids that cannot be collected; each letter says why", pipeline.dead_letters)
    yield waiting("FailedEvents", "Harvests that did not happen; each has its event and error", pipeline.failed_events)
    yield backlog(
        "Backlog", "The oldest work waits for days: the line stands, or is too slow", pipeline.queue, _OLD_WORK
    )
    yield Alarm(
        id="Throttled",
        says="TMDB refuses requests for being too many: somebody shares the address, or the limit has changed",
        metric=measured(Metric.THROTTLED_PERCENT, "Average", _FIVE_MINUTES),
        threshold=_THROTTLED,
        periods=3,
        section="throttled",
        first="tmdb logs collector",
    )
    yield Alarm(
        id="Failing",
        says="Much of what is collected fails: TMDB or the edge is down, or answers in another way than before",
        metric=measured(Metric.FAILED_PERCENT, "Average", _FIVE_MINUTES),
        threshold=_FAILING,
        periods=3,
        section="failing",
        first="tmdb logs collector",
    )
    yield Alarm(
        id="UnknownFields",
        says="TMDB sends fields that the schema lacks: bronze keeps them, objects at the edge do not",
        metric=measured(Metric.UNKNOWN_FIELDS, "Sum", _DAY),
        section="unknown-fields",
        first="tmdb logs collector --since 1440",
    )
    for function in (pipeline.harvester, pipeline.collector):
        yield from (errors(function), near_limit(function), throttles(function))


def lake_alarms(lake: LakeStack, *, listed_daily: bool) -> Iterator[Alarm]:
    """On the lake, and on what it knows of the mirror as a whole.

    Unless TMDB's exports are read every day or two, gold does not know how much of them is stored, and says nothing.
    """
    yield waiting("LakeDeadLetters", "Objects of bronze that did not become silver", lake.dead_letters)
    yield waiting("LakeFailedEvents", "Compactions or builds of gold that failed three times", lake.failed_events)
    yield backlog("LakeBacklog", "Objects of bronze wait for hours to become silver", lake.queue, _OLD_OBJECTS)
    yield Alarm(
        id="LakeQuality",
        says="Rows of a day that failed quality; quarantine_{dataset} has them, each with its reason",
        metric=lake.writer.measured(Metric.ROWS_QUARANTINED, "Sum", _DAY),
        threshold=_QUARANTINED,
        section="quality",
        first="tmdb logs lake-writer --since 1440",
    )
    yield Alarm(
        id="Coverage",
        says="Too much of what TMDB lists is not stored, or gold was not built for two days",
        metric=lake.gold_builder.measured(Metric.COVERAGE_PERCENT, "Minimum", _DAY),
        threshold=_COVERED,
        below=True,
        periods=2,
        silence=TreatMissingData.BREACHING if listed_daily else TreatMissingData.NOT_BREACHING,
        section="coverage",
        first="tmdb logs gold-builder --since 2880",
        lasting=True,
    )
    yield Alarm(
        id="OldestFetch",
        says="Something is so old that TMDB's terms forbid to keep it soon, although it should be fetched again by now",
        metric=lake.gold_builder.measured(Metric.OLDEST_FETCH_DAYS, "Maximum", _DAY),
        threshold=_OLD_DAYS,
        section="oldest-fetch",
        first="tmdb logs gold-builder --since 2880",
    )
    yield from (near_limit(lake.writer), throttles(lake.writer), near_limit(lake.gold_builder))


def catalog_alarms(catalog: CatalogStack) -> Iterator[Alarm]:
    """On the catalog: what is not loaded, and who is not answered."""
    yield waiting("CatalogDeadLetters", "Objects whose movies cannot be loaded", catalog.dead_letters)
    yield waiting("CatalogFailedEvents", "Objects that the loader was never told of", catalog.failed_events)
    yield backlog(
        "CatalogBacklog", "The load of the database is dead: objects wait for hours", catalog.queue, _OLD_OBJECTS
    )
    yield Alarm(
        id="CatalogApiErrors",
        says="Searches that failed for our fault; a database that only wakes up counts when that takes minutes",
        metric=catalog.api.metric_server_error(statistic="Sum", period=_FIVE_MINUTES),
        threshold=_FAILED_SEARCHES,
        section="catalog-api",
        first="tmdb logs catalog-api",
    )
    yield Alarm(
        id="CatalogDatabase",
        says="The database has been as large as it may get for an hour: searches are slow, or the loader is behind",
        metric=catalog.database.cluster.metric_acu_utilization(period=_HOUR, statistic="Average"),
        threshold=_FULL,
        section="catalog-database",
        first="tmdb logs catalog-loader",
    )
    yield from (near_limit(catalog.loader), throttles(catalog.loader), throttles(catalog.function))
