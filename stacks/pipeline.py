"""The heart: feeds -> harvester -> work queue -> collectors -> edge and lake, within one rate budget.

rule per feed, or a put-events with source tmdb.pipeline and the stage as detail type
    -> harvester           lists ids; what it cannot do after retries, and what a rule cannot deliver: failed events
    -> queue               up to 50 ids a message, kept 14 days
    -> collector           fetches, encodes, stores; at most `collectors` at a time, each with its share of the budget
    -> edge, bronze        what cannot succeed: dead letters, one id each, with the reason
"""

from collections.abc import Iterable
from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from lambdas.collector.settings import CollectorSettings
from lambdas.common.bus import HARVESTS
from lambdas.harvester.settings import HarvesterSettings
from stacks.components.bundling import Target
from stacks.components.function import StageFunction
from stacks.components.grants import grant_events, grant_objects, grant_value
from stacks.components.rules import on_events, on_schedule
from stacks.components.work_queue import WorkQueue, queue
from stacks.parameters import COLLECTOR_MEMORY, HARVESTER_MEMORY, Edge, Feed, RateBudget
from stacks.settings import Settings
from stacks.storage import StorageStack

_COLLECTOR_TIMEOUT = Duration.seconds(120)
_BUDGET = RateBudget()
_RECORDS = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
"""A transaction of the state table is a put and an update; only people list what is in it."""


class Pipeline(Construct):
    """Mirrors the datasets of `feeds` to `edge`. Raises ValueError, with a sentence, for what cannot work.

    With the bucket `bronze` TMDB's answers are kept below `bronze/` in it as they came, and the ids of each export
    below `exports/`. Other pipelines of the account leave the events of this `stage` alone.

    Public: `harvester`, `collector`, `queue`, `dead_letters`, `failed_events`, `rules`, and of what feeds the collector
    `mapping_id` and `mapping_arn`. It grants its functions what they need of what it is given, and nothing else.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        feeds: Iterable[Feed],
        edge: Edge,
        token: secretsmanager.ISecret,
        state: dynamodb.ITableV2,
        bronze: s3.IBucket | None = None,
        stage: str = HarvesterSettings.stage,
        budget: RateBudget = _BUDGET,
        collectors: int = 2,
        collector_memory: int = COLLECTOR_MEMORY,
        reserved_concurrency: bool | int = True,
        collector_timeout: Duration = _COLLECTOR_TIMEOUT,
        visibility_timeout: Duration | None = None,
        retry_delay: int = CollectorSettings.retry_delay,
        outage_delay: int = CollectorSettings.outage_delay,
        volatile: str = CollectorSettings.volatile,
        tmdb_api_url: str = HarvesterSettings.tmdb_api_url,
        tmdb_exports_url: str = HarvesterSettings.tmdb_exports_url,
        target: Target | None = None,
    ) -> None:
        super().__init__(scope, id)
        feeds = tuple(feeds)
        reserved = _reserved(collectors, reserved_concurrency)
        _check_feeds(feeds)
        budget.check(collectors=collectors, api_url=tmdb_api_url)
        target = target or Target.named("aws")

        work = WorkQueue(self, "Work", timeout=collector_timeout, visibility_timeout=visibility_timeout)
        self.queue = work.queue
        self.dead_letters = work.dead_letters
        self.failed_events = queue(self, "FailedEvents")

        shared: dict[str, Any] = {
            "tmdb_api_url": tmdb_api_url,
            "token_secret": token.secret_arn,
            "queue_url": self.queue.queue_url,
            "state_table": state.table_name,
            "lake_bucket": bronze.bucket_name if bronze else "",
        }
        requests_per_second, connections = budget.harvest_share
        self.harvester = self._harvester(
            HarvesterSettings(
                **shared,
                stage=stage,
                tmdb_exports_url=tmdb_exports_url,
                requests_per_second=requests_per_second,
                connections=connections,
                collect_per_second=budget.requests_per_second - budget.harvest,
            ),
            target=target,
        )
        requests_per_second, connections = budget.share(collectors)
        mapping_parameter = f"/{self.node.path}/event-source-mapping"
        self.collector = self._collector(
            CollectorSettings(
                **shared,
                **edge.environment,
                dead_letters_url=self.dead_letters.queue_url,
                mapping_parameter=mapping_parameter,
                requests_per_second=requests_per_second,
                connections=connections,
                retry_delay=retry_delay,
                outage_delay=outage_delay,
                volatile=volatile,
            ),
            target=target,
            memory_size=collector_memory,
            timeout=collector_timeout,
            reserved_concurrent_executions=reserved,
        )
        for function in (self.harvester, self.collector):
            grant_value(token, function.own_role)
            state.grant(function, *_RECORDS)
        edge.grant(self.collector.own_role)
        if bronze:
            grant_objects(bronze, self.collector.own_role, write=["bronze/"])
            grant_objects(bronze, self.harvester.own_role, write=["exports/"])
        self._connect(mapping_parameter, collectors)

        about = "Harvests that people or functions ask for"
        self.rules = [
            *(self._rule(feed) for feed in feeds),
            on_events(self, "Events", HARVESTS, stage, self.harvester, description=about),
        ]

    def _harvester(self, settings: HarvesterSettings, *, target: Target) -> StageFunction:
        """Nothing is reserved: an event that finds no free instance may be lost. Schedules keep harvests apart.

        One whose time ends starts another that goes on, by an event: to invoke itself would be a circle.
        """
        harvester = StageFunction(
            self,
            "Harvester",
            stage="harvester",
            settings=settings,
            target=target,
            memory_size=HARVESTER_MEMORY,
            timeout=Duration.minutes(15),
            failed_events=self.failed_events,
        )
        self.queue.grant(harvester, "sqs:SendMessage", "sqs:GetQueueAttributes")
        grant_events(harvester.own_role, HARVESTS)
        return harvester

    def _collector(self, settings: CollectorSettings, **properties: Any) -> StageFunction:
        """It sends what is left to its own queue. Attempts are counted and work expires: the loop ends by itself."""
        collector = StageFunction(
            self,
            "Collector",
            stage="collector",
            settings=settings,
            recursive_loop=lambda_.RecursiveLoop.ALLOW,
            failed_events=self.failed_events,
            **properties,
        )
        self.queue.grant(collector, "sqs:SendMessage")
        self.dead_letters.grant(collector, "sqs:SendMessage")
        return collector

    def _connect(self, mapping_parameter: str, collectors: int) -> None:
        """Feed the queue to the collector, and let it disconnect itself: that is how the line is stopped.

        The mapping's id reaches the collector through a parameter and a policy of its own; in the function's
        environment or default policy it would be a circle.
        """
        mapping = self.collector.consume(self.queue, batch_size=1, max_concurrency=collectors)
        self.mapping_id, self.mapping_arn = mapping.event_source_mapping_id, mapping.event_source_mapping_arn
        parameter = ssm.StringParameter(
            self,
            "Mapping",
            parameter_name=mapping_parameter,
            string_value=mapping.event_source_mapping_id,
            description="The event source mapping that the collector disables to stop the line",
        )
        policy = iam.Policy(self, "StopTheLine", roles=[self.collector.own_role])
        policy.add_statements(
            iam.PolicyStatement(actions=["ssm:GetParameter"], resources=[parameter.parameter_arn]),
            iam.PolicyStatement(
                actions=["lambda:UpdateEventSourceMapping"], resources=[mapping.event_source_mapping_arn]
            ),
        )

    def _rule(self, feed: Feed) -> events.Rule:
        about = f"Harvests {feed.dataset} by {feed.mode}"
        return on_schedule(self, feed.name, feed.schedule, self.harvester, event=feed.event, description=about)


class PipelineStack(Stack):
    """The pipeline of a stage, on what its StorageStack keeps. Public: `pipeline`."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings, storage: StorageStack, **kwargs: Any) -> None:
        super().__init__(scope, id, description="Mirrors TMDB: harvester, work queue, collectors", **kwargs)
        self.pipeline = Pipeline(
            self,
            "Pipeline",
            stage=settings.stage,
            feeds=settings.feeds,
            budget=settings.budget,
            collectors=settings.collectors,
            collector_memory=settings.collector_memory,
            reserved_concurrency=settings.reserved_concurrency,
            edge=storage.edge,
            token=storage.token,
            state=storage.state,
            bronze=storage.lake,
            retry_delay=settings.retry_delay,
            outage_delay=settings.outage_delay,
            volatile=settings.volatile,
            tmdb_api_url=settings.tmdb_api_url,
            tmdb_exports_url=settings.tmdb_exports_url,
            target=Target.named(settings.target),
        )
        CfnOutput(self, "HarvesterFunction", value=self.pipeline.harvester.function_name)
        CfnOutput(self, "CollectorFunction", value=self.pipeline.collector.function_name)
        for name, queue_, about in (
            ("QueueUrl", self.pipeline.queue, "Work items: ids to collect"),
            ("DeadLettersUrl", self.pipeline.dead_letters, "Ids that cannot be collected, each with the reason"),
            ("FailedEventsUrl", self.pipeline.failed_events, "Events that no harvester could handle"),
        ):
            CfnOutput(self, name, value=queue_.queue_url, description=about)
        CfnOutput(self, "Rules", value=",".join(rule.rule_name for rule in self.pipeline.rules))


def _check_feeds(feeds: tuple[Feed, ...]) -> None:
    names = [feed.name for feed in feeds]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two feeds {twice[0]}: they would harvest the same ids twice; give them one schedule")


def _reserved(collectors: int, reserved_concurrency: bool | int) -> int | None:
    """Instances to reserve for the collector; None for none."""
    if collectors < 2:
        raise ValueError(
            f"{collectors} collectors are too few: SQS starts at least 2 instances of a function at a time"
        )
    if reserved_concurrency is False:
        return None
    if reserved_concurrency is True:
        return collectors
    if reserved_concurrency < collectors:
        raise ValueError(
            f"{collectors} collectors are more than the {reserved_concurrency} reserved: "
            "the queue would be read faster than the function may run"
        )
    return reserved_concurrency
