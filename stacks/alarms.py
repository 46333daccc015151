"""What needs a person, and from when on: every alarm of a stage, as data.

Each says what it means and ends with where the runbook goes on and the first command to give. Silence is decided for
each: no letters are no dead letters, but no word of a harvest is a harvest that did not happen.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_cloudwatch import ComparisonOperator, TreatMissingData

from lambdas.common.metrics import Metric
from stacks.catalog import CatalogStack
from stacks.components.function import StageFunction
from stacks.lake import LakeStack
from stacks.pipeline import Pipeline

RUNBOOK = "docs/runbook.md"
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
_NEAR = 0.9
"""Of the time that a function may take."""
_FAILED_SEARCHES = 20
"""In 5 minutes; who searches while the database wakes up is told to come back, two or three times."""
_FULL = 90
"""Percent of the most capacity, in the mean of an hour."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """`metric` is bad from `threshold` on, upwards unless `below`, for `periods` of its period in a row.

    `silence` is what no data means. `section` is the runbook's, `first` the command to begin with.
    """

    id: str
    says: str
    metric: cloudwatch.Metric
    section: str
    first: str
    threshold: float = 1
    below: bool = False
    periods: int = 1
    silence: TreatMissingData = TreatMissingData.NOT_BREACHING

    @property
    def comparison(self) -> ComparisonOperator:
        if self.below:
            return ComparisonOperator.LESS_THAN_THRESHOLD
        return ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD

    def description(self, stage: str) -> str:
        """What a mail says: the meaning, the runbook's section, the first command."""
        return f"{self.says}. {RUNBOOK}#{self.section}: {self.first} --stage {stage}"


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
    )
    yield Alarm(
        id="LinePaused",
        says="Nothing has been taken from the work queue for hours; messages wait for 14 days, then they are lost",
        metric=watcher.measured(Metric.LINE_PAUSED, "Minimum", _HOUR),
        periods=_PAUSED_HOURS,
        section="line-stopped",
        first="tmdb status",
    )
    yield _waiting("FailedNotices", "Alarms that did not reach the chat, or a watcher that failed", failed_events)


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
    yield _waiting("DeadLetters", "Ids that cannot be collected; each letter says why", pipeline.dead_letters)
    yield _waiting("FailedEvents", "Harvests that did not happen; each has its event and error", pipeline.failed_events)
    yield _backlog(
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
        yield from (_errors(function), _near_limit(function), _throttles(function))


def lake_alarms(lake: LakeStack, *, listed_daily: bool) -> Iterator[Alarm]:
    """On the lake, and on what it knows of the mirror as a whole.

    Unless TMDB's exports are read every day or two, gold does not know how much of them is stored, and says nothing.
    """
    yield _waiting("LakeDeadLetters", "Objects of bronze that did not become silver", lake.dead_letters)
    yield _waiting("LakeFailedEvents", "Compactions or builds of gold that failed three times", lake.failed_events)
    yield _backlog("LakeBacklog", "Objects of bronze wait for hours to become silver", lake.queue, _OLD_OBJECTS)
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
    )
    yield Alarm(
        id="OldestFetch",
        says="Something is so old that TMDB's terms forbid to keep it soon, although it should be fetched again by now",
        metric=lake.gold_builder.measured(Metric.OLDEST_FETCH_DAYS, "Maximum", _DAY),
        threshold=_OLD_DAYS,
        section="oldest-fetch",
        first="tmdb logs gold-builder --since 2880",
    )
    yield from (_near_limit(lake.writer), _throttles(lake.writer), _near_limit(lake.gold_builder))


def catalog_alarms(catalog: CatalogStack) -> Iterator[Alarm]:
    """On the catalog: what is not loaded, and who is not answered."""
    yield _waiting("CatalogDeadLetters", "Objects whose movies cannot be loaded", catalog.dead_letters)
    yield _waiting("CatalogFailedEvents", "Objects that the loader was never told of", catalog.failed_events)
    yield _backlog(
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
    yield from (_near_limit(catalog.loader), _throttles(catalog.loader), _throttles(catalog.function))


def _waiting(id: str, says: str, queue: sqs.IQueue) -> Alarm:
    """Something lies in a queue that should be empty."""
    sections = {"DeadLetters": "dead-letters", "FailedEvents": "failed-events"}
    section = sections.get(id, "failed-work")
    first = "tmdb dlq list" if id == "DeadLetters" else "tmdb failed list"
    return Alarm(
        id=id,
        says=says,
        metric=queue.metric_approximate_number_of_messages_visible(statistic="Maximum", period=_FIVE_MINUTES),
        section=section,
        first=first,
    )


def _backlog(id: str, says: str, queue: sqs.IQueue, oldest: Duration) -> Alarm:
    return Alarm(
        id=id,
        says=says,
        metric=queue.metric_approximate_age_of_oldest_message(statistic="Maximum", period=_FIVE_MINUTES),
        threshold=oldest.to_seconds(),
        section="backlog",
        first="tmdb status",
    )


def _errors(function: StageFunction) -> Alarm:
    return Alarm(
        id=f"{_name(function)}Errors",
        says=f"{_name(function)} invocations that raised or ran out of time",
        metric=function.metric_errors(statistic="Sum", period=_FIVE_MINUTES),
        section="errors",
        first=f"tmdb logs {_short(function)} --all",
    )


def _near_limit(function: StageFunction) -> Alarm:
    """Three times in a row: once may be a slow quarter of an hour of TMDB's."""
    limit = function.timeout
    if limit is None:
        raise TypeError(f"{function.stage} has no timeout")
    return Alarm(
        id=f"{_name(function)}Duration",
        says=f"{_name(function)} takes nearly all the time it may take",
        metric=function.metric_duration(statistic="Maximum", period=_FIVE_MINUTES),
        threshold=_NEAR * limit.to_milliseconds(),
        periods=3 if limit.to_minutes() < 15 else 1,  # those that run for so long run once a day
        section="duration",
        first=f"tmdb logs {_short(function)} --all",
    )


def _throttles(function: StageFunction) -> Alarm:
    return Alarm(
        id=f"{_name(function)}Throttles",
        says=f"Lambda would not run {_name(function)}: the account's concurrency, or what is reserved, is used up",
        metric=function.metric_throttles(statistic="Sum", period=_FIVE_MINUTES),
        periods=3,
        section="throttles",
        first=f"tmdb logs {_short(function)} --all",
    )


def _name(function: StageFunction) -> str:
    """Of `lake_writer`, `LakeWriter`."""
    return function.stage.title().replace("_", "")


def _short(function: StageFunction) -> str:
    """As `tmdb logs` calls it."""
    return function.stage.replace("_", "-")
