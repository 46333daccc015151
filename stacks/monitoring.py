"""What an operator is told: alarms on what needs a person, by email when the setting `alarm_email` says whom."""

from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.catalog import CatalogStack
from stacks.components.acknowledge import acknowledge
from stacks.lake import LakeStack
from stacks.pipeline import Pipeline

_BACKLOG = Duration.days(3)
"""Older work means that collectors stand still: the longest harvest, all people, is done in a day and a half."""
_QUARANTINED = 100
"""A few odd titles a day are TMDB's; so many are a field that changed its kind."""
_FAILED_SEARCHES = 20
"""In 5 minutes; who searches while the database wakes up is told to come back, two or three times."""
_FULL = 90
"""Percent of the most capacity, in the mean of an hour."""


class MonitoringStack(Stack):
    """Alarms on the public attributes of a pipeline, and of its lake and catalog. Public: `topic`."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        pipeline: Pipeline,
        lake: LakeStack | None = None,
        catalog: CatalogStack | None = None,
        alarm_email: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, **kwargs)
        self.topic = sns.Topic(self, "Alarms", enforce_ssl=True)
        if alarm_email:
            self.topic.add_subscription(subscriptions.EmailSubscription(alarm_email))
            acknowledge(
                self.topic, "Serverless-SNSRedrivePolicy", "a mail that bounces is no loss: the alarm stays red"
            )
        CfnOutput(self, "AlarmTopic", value=self.topic.topic_arn)

        self._watch_pipeline(pipeline)
        if lake:
            self._watch_lake(lake)
        if catalog:
            self._watch_catalog(catalog)

    def _watch_pipeline(self, pipeline: Pipeline) -> None:
        self._alarm(
            "DeadLetters",
            "Ids that cannot be collected; each letter says why",
            pipeline.dead_letters.metric_approximate_number_of_messages_visible(),
        )
        self._alarm(
            "FailedEvents",
            "Harvests that did not happen; each message holds event and error",
            pipeline.failed_events.metric_approximate_number_of_messages_visible(),
        )
        self._alarm(
            "Backlog",
            "The oldest work waits for days: the line is stopped, or the budget is too small for the feeds",
            pipeline.queue.metric_approximate_age_of_oldest_message(),
            threshold=_BACKLOG.to_seconds(),
        )
        for name, function in {"Harvester": pipeline.harvester, "Collector": pipeline.collector}.items():
            self._alarm(
                f"{name}Errors",
                f"{name} invocations that raised or ran out of time",
                function.metric_errors(),
            )

    def _watch_lake(self, lake: LakeStack) -> None:
        self._alarm(
            "LakeDeadLetters",
            "Objects of bronze that did not become silver; the lake writer's log says why",
            lake.dead_letters.metric_approximate_number_of_messages_visible(),
        )
        self._alarm(
            "LakeFailedEvents",
            "A compaction or a build of gold that failed three times; each message holds event and error",
            lake.failed_events.metric_approximate_number_of_messages_visible(),
        )
        self._alarm(
            "LakeQuality",
            "Rows of a day that failed quality; quarantine_{dataset} has them, each with its reason",
            lake.quarantined,
            threshold=_QUARANTINED,
        )

    def _watch_catalog(self, catalog: CatalogStack) -> None:
        self._alarm(
            "CatalogDeadLetters",
            "Objects whose movies cannot be loaded; each letter names one",
            catalog.dead_letters.metric_approximate_number_of_messages_visible(),
        )
        self._alarm(
            "CatalogFailedEvents",
            "Objects that the loader was never told of; each message holds event and error",
            catalog.failed_events.metric_approximate_number_of_messages_visible(),
        )
        self._alarm(
            "CatalogApiErrors",
            "Searches that failed for our fault; a database that only wakes up counts when that takes minutes",
            catalog.api.metric_server_error(),
            threshold=_FAILED_SEARCHES,
        )
        self._alarm(
            "CatalogDatabase",
            "The database has been as large as it may get for an hour: searches are slow, or the loader is behind",
            catalog.database.cluster.metric_acu_utilization(period=Duration.hours(1)),
            threshold=_FULL,
        )

    def _alarm(self, id: str, description: str, metric: cloudwatch.Metric, *, threshold: float = 1) -> None:
        alarm = cloudwatch.Alarm(
            self,
            id,
            alarm_description=description,
            metric=metric,
            threshold=threshold,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
