"""What an operator is told: alarms on what needs a person, and a dashboard for who wants to see.

alarm -> topic -> email, when the setting `alarm_email` says whose
              -> notifier -> a chat's webhook, when `alarm_chat` says which; what it does not take: failed events
its end -> another topic -> notifier: a mailbox would get one of each alarm that is made, which never rang
every half hour -> watcher -> metrics of what did not happen
"""

from typing import Any

from aws_cdk import ArnFormat, CfnOutput, Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk.aws_events import Schedule
from cdk_monitoring_constructs import (
    AlarmFactoryDefaults,
    AlarmWithAnnotation,
    DefaultDashboardFactory,
    MonitoringFacade,
    SnsAlarmActionStrategy,
)
from constructs import Construct

from lambdas.common.datasets import Mode
from lambdas.notifier.settings import NotifierSettings
from lambdas.watcher.settings import WatcherSettings
from stacks.alarms import catalog_alarms, lake_alarms, pipeline_alarms, watcher_alarms
from stacks.catalog import CatalogStack
from stacks.components.acknowledge import acknowledge
from stacks.components.alarm import Alarm
from stacks.components.bundling import Target
from stacks.components.function import StageFunction
from stacks.components.grants import grant_value
from stacks.components.rules import on_schedule
from stacks.components.work_queue import queue
from stacks.dashboard import draw
from stacks.lake import LakeStack
from stacks.pipeline import Pipeline
from stacks.schedule import hours_between
from stacks.settings import Settings
from stacks.storage import StorageStack

_OFTEN = Schedule.rate(Duration.minutes(30))
"""Twice in the hour that an alarm looks back, so that one look may fail."""
_SEEN_HOURS = 48
"""An export is gold's newest for three days; so often it must be read for coverage to be known every night."""


class MonitoringStack(Stack):
    """Watches the public attributes of a pipeline, and of its lake and catalog.

    Public: `topic`, `watcher`, `notifier` and `ends`, the topic of what is over (None without a chat), `failed_events`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Settings,
        storage: StorageStack,
        pipeline: Pipeline,
        lake: LakeStack | None = None,
        catalog: CatalogStack | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id, description="Alarms on what needs a person, and a dashboard", **kwargs)
        self._stage, self._target = settings.stage, Target.named(settings.target)
        self.topic = self._topic("Alarms")
        self.failed_events = queue(self, "FailedEvents")
        self.watcher = self._watcher(settings, storage.state, pipeline)
        self.ends = self._topic("Ends") if storage.webhook else None
        self.notifier = self._notifier(settings.alarm_chat, storage.webhook) if storage.webhook else None
        if settings.alarm_email:
            self._tell(settings.alarm_email)

        facade = MonitoringFacade(
            self,
            "Facade",
            alarm_factory_defaults=AlarmFactoryDefaults(
                alarm_name_prefix=f"Tmdb-{settings.stage}",
                actions_enabled=True,
            ),
            dashboard_factory=DefaultDashboardFactory(
                self,
                "Dashboards",
                dashboard_name_prefix=f"Tmdb-{settings.stage}",
                detail_dashboard_range=Duration.days(2),
            ),
        )
        alarms = [*watcher_alarms(self.watcher, self.failed_events), *pipeline_alarms(pipeline)]
        daily = any(
            feed.mode == Mode.EXPORT and hours_between(feed.schedule.expression_string) <= _SEEN_HOURS
            for feed in settings.feeds
        )
        alarms += lake_alarms(lake, listed_daily=daily) if lake else ()
        alarms += catalog_alarms(catalog) if catalog else ()
        raised = [self._raise(facade, alarm) for alarm in alarms]
        draw(
            facade,
            raised,
            settings=settings,
            state=storage.state,
            watcher=self.watcher,
            pipeline=pipeline,
            lake=lake,
            catalog=catalog,
        )

        CfnOutput(self, "AlarmTopic", value=self.topic.topic_arn, description="Subscribe who is to be told of alarms")
        CfnOutput(self, "MonitoringFailedEventsUrl", value=self.failed_events.queue_url)
        CfnOutput(self, "WatcherFunction", value=self.watcher.function_name)
        if self.notifier:
            CfnOutput(self, "NotifierFunction", value=self.notifier.function_name)

    def _topic(self, id: str) -> sns.Topic:
        """One for the stage's alarms to tell: with a policy, which TLS takes, it hears none whom that does not name."""
        topic = sns.Topic(self, id, enforce_ssl=True)
        alarms = self.format_arn(
            service="cloudwatch", resource=f"alarm:Tmdb-{self._stage}-*", arn_format=ArnFormat.NO_RESOURCE_NAME
        )
        ours = {"ArnLike": {"aws:SourceArn": alarms}}
        topic.grant_publish(iam.ServicePrincipal("cloudwatch.amazonaws.com", conditions=ours))
        return topic

    def _watcher(self, settings: Settings, state: dynamodb.ITableV2, pipeline: Pipeline) -> StageFunction:
        """Reads runs and remembers feeds that never had one; of the pipeline it may only see whether it stands."""
        hours = {feed.name: hours_between(feed.schedule.expression_string) for feed in settings.feeds}
        watcher = StageFunction(
            self,
            "Watcher",
            stage="watcher",
            settings=WatcherSettings(
                state_table=state.table_name,
                mapping=pipeline.mapping_id,
                feeds=" ".join(f"{feed}={longest:g}" for feed, longest in hours.items()),
            ),
            target=self._target,
            memory_size=256,
            timeout=Duration.minutes(1),
            failed_events=self.failed_events,
        )
        grants = {
            state.table_arn: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
            pipeline.mapping_arn: ["lambda:GetEventSourceMapping"],
        }
        for resource, actions in grants.items():
            watcher.add_to_role_policy(iam.PolicyStatement(actions=actions, resources=[resource]))
        on_schedule(
            self,
            "Watch",
            _OFTEN,
            watcher,
            description="Looks for what did not happen",
            tries=2,
            age=Duration.minutes(15),  # the next look tells the same
        )
        return watcher

    def _notifier(self, chat: str, webhook: secretsmanager.ISecret) -> StageFunction:
        notifier = StageFunction(
            self,
            "Notifier",
            stage="notifier",
            settings=NotifierSettings(chat=chat, webhook_secret=webhook.secret_arn),
            target=self._target,
            memory_size=256,
            timeout=Duration.minutes(1),
            failed_events=self.failed_events,
        )
        grant_value(webhook, notifier.own_role)
        for topic in (self.topic, self.ends):
            if topic:
                topic.add_subscription(subscriptions.LambdaSubscription(notifier, dead_letter_queue=self.failed_events))
        return notifier

    def _tell(self, email: str) -> None:
        self.topic.add_subscription(subscriptions.EmailSubscription(email))
        acknowledge(self.topic, "Serverless-SNSRedrivePolicy", "a mail that bounces is no loss: the alarm stays red")

    def _raise(self, facade: MonitoringFacade, alarm: Alarm) -> AlarmWithAnnotation:
        return facade.create_alarm_factory(alarm.id).add_alarm(
            alarm.metric,
            alarm_name_suffix=alarm.id,
            alarm_name_override=f"Tmdb-{self._stage}-{alarm.id}",
            alarm_description=alarm.description(self._stage),
            comparison_operator=alarm.comparison,
            threshold=alarm.threshold,
            evaluation_periods=alarm.periods,
            datapoints_to_alarm=alarm.periods,
            treat_missing_data=alarm.silence,
            action_override=SnsAlarmActionStrategy(
                on_alarm_topic=self.topic, on_ok_topic=self.ends if alarm.lasting else None
            ),
        )
