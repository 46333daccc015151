"""An alarm as data, and the kinds that several parts have: on queues, and on functions."""

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_cloudwatch import ComparisonOperator, TreatMissingData

from stacks.components.function import StageFunction

RUNBOOK = "docs/runbook.md"
_FIVE_MINUTES = Duration.minutes(5)
_NEAR = 0.9
"""Of the time that a function may take."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """`metric` is bad from `threshold` on, upwards unless `below`, for `periods` of its period in a row.

    `silence` is what no data means. `section` is the runbook's, `first` the command to begin with. A `lasting` one is
    on a state, whose end is told, too; of what has happened, silence says nothing.
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
    lasting: bool = False

    @property
    def comparison(self) -> ComparisonOperator:
        if self.below:
            return ComparisonOperator.LESS_THAN_THRESHOLD
        return ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD

    def description(self, stage: str) -> str:
        """What a mail says: the meaning, the runbook's section, the first command."""
        return f"{self.says}. {RUNBOOK}#{self.section}: {self.first} --stage {stage}"


def waiting(id: str, says: str, queue: sqs.IQueue) -> Alarm:
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
        lasting=True,
    )


def backlog(id: str, says: str, queue: sqs.IQueue, oldest: Duration) -> Alarm:
    """The oldest message of a queue has waited for so long."""
    return Alarm(
        id=id,
        says=says,
        metric=queue.metric_approximate_age_of_oldest_message(statistic="Maximum", period=_FIVE_MINUTES),
        threshold=oldest.to_seconds(),
        section="backlog",
        first="tmdb status",
        lasting=True,
    )


def errors(function: StageFunction) -> Alarm:
    """An invocation failed."""
    return Alarm(
        id=f"{_name(function)}Errors",
        says=f"{_name(function)} invocations that raised or ran out of time",
        metric=function.metric_errors(statistic="Sum", period=_FIVE_MINUTES),
        section="errors",
        first=f"tmdb logs {_short(function)} --all",
    )


def near_limit(function: StageFunction) -> Alarm:
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


def throttles(function: StageFunction) -> Alarm:
    """For a quarter of an hour Lambda did not run it when it should."""
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
