"""What people may do: two policies for whoever is to look after a stage, to be attached to their roles.

    reader      status, logs, dlq list and show, failed list, plan, query, history, sql
    operator    beside the reader's: trigger, replay, harvest, collect, pause, resume, dlq redrive and drop,
                failed retry and drop, reconcile, verify, compact, rebuild, purge, setup-alerts by email, launch,
                simulate, outcomes

Neither may deploy, destroy, put code or secrets: that is for who may do anything in the account, as CDK's roles may.
Names that AWS makes up begin with their stack's, which no other stage's does: they are allowed by it.
"""

from collections.abc import Iterable
from typing import Any

from aws_cdk import Aws, CfnOutput, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from lambdas.common.bus import COMPACTIONS, HARVESTS
from stacks.athena import ASKING, LOOKING_UP, RESULTS, database_name, workgroup_name
from stacks.components.acknowledge import acknowledge, arn_as_reported, as_reported
from stacks.parameters import BunnyEdge, S3Edge
from stacks.settings import Settings
from stacks.storage import StorageStack

_ASKED = ("silver/", "current/", "quarantine/", "gold/", "exports/", "bronze/")
"""What of the lake `tmdb sql` and `tmdb history` read."""
_STACKS = ("Pipeline", "Lake", "Catalog", "Monitoring")
_FAILED = (
    *("Pipeline-PipelineWorkDeadLetters", "Pipeline-PipelineFailedEvents"),
    *(f"{stack}-{queue}" for stack in ("Lake", "Catalog") for queue in ("WorkDeadLetters", "FailedEvents")),
    "Monitoring-FailedEvents",
)
_WORK = ("Pipeline-PipelineWorkQueue", "Lake-WorkQueue", "Catalog-WorkQueue")


class AccessStack(Stack):
    """Public: `reader`, `operator`."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings, storage: StorageStack, **kwargs: Any) -> None:
        super().__init__(scope, id, description="What people may do: policies for readers and operators", **kwargs)
        self._prefix = f"Tmdb-{settings.stage}"
        self._buckets = [storage.edge.bucket] if isinstance(storage.edge, S3Edge) else []
        self._lake = storage.lake
        self.reader = self._policy("Reader", "Look at a stage of TMDB", self._reading(settings, storage))
        self.operator = self._policy(
            "Operator", "Work on a stage of TMDB, as one of its readers", self._working(storage)
        )

    def _reading(self, settings: Settings, storage: StorageStack) -> Iterable[iam.PolicyStatement]:
        stacks = self._arn("cloudformation", "stack/", *_STACKS, "Storage", "Access")
        yield _allow(["cloudformation:DescribeStacks", "cloudformation:ListStackResources"], stacks)
        lists = ["cloudwatch:DescribeAlarms", "cloudwatch:ListDashboards"]
        lists += ["events:ListRules", "lambda:ListEventSourceMappings"]
        yield _allow(lists, ["*"])  # which know no resources
        yield _allow(["lambda:GetFunctionConfiguration"], self._arn("lambda", "function:"))
        yield _allow(["logs:FilterLogEvents"], self._arn("logs", "log-group:*"))
        yield _allow(["sqs:GetQueueAttributes"], self._arn("sqs", ""))
        letters = ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"]  # to look is to take, and to put back
        yield _allow(letters, self._arn("sqs", "", *_FAILED))
        yield _allow(["sns:ListSubscriptionsByTopic"], self._arn("sns", "", "Monitoring"))
        yield _allow(["dynamodb:GetItem", "dynamodb:Query"], [storage.state.table_arn])
        yield from (_below(bucket, "s3:GetObject") for bucket in self._buckets)
        yield from (_allow(["s3:ListBucket"], [bucket.bucket_arn]) for bucket in self._every_bucket)
        if self._lake:
            yield _below(self._lake, "s3:GetObject", *_ASKED, RESULTS)
            yield _below(self._lake, "s3:PutObject", RESULTS)
            yield _allow(["s3:GetBucketLocation"], [self._lake.bucket_arn])
            workgroup = self.format_arn(service="athena", resource=f"workgroup/{workgroup_name(settings.stage)}")
            yield _allow([*ASKING, "athena:GetQueryResults", "athena:GetWorkGroup"], [workgroup])
            database = database_name(settings.stage)
            parts = ("catalog", f"database/{database}", f"table/{database}/*")
            yield _allow(
                [*LOOKING_UP, "glue:GetTables"], [self.format_arn(service="glue", resource=part) for part in parts]
            )

    def _working(self, storage: StorageStack) -> Iterable[iam.PolicyStatement]:
        secrets = [storage.token, *([storage.edge.secret] if isinstance(storage.edge, BunnyEdge) else [])]
        described = [*secrets, *([storage.webhook] if storage.webhook else [])]
        records = ["PutItem", "UpdateItem", "Scan", "BatchWriteItem"]
        yield _allow([f"dynamodb:{action}" for action in records], [storage.state.table_arn])
        yield _allow(["sqs:SendMessage"], self._arn("sqs", "", *_WORK))
        yield _allow(["sqs:DeleteMessage"], self._arn("sqs", "", *_FAILED))
        bus = self.format_arn(service="events", resource="event-bus/default")
        ours = {"StringEquals": {"events:source": [HARVESTS, COMPACTIONS]}}
        yield iam.PolicyStatement(actions=["events:PutEvents"], resources=[bus], conditions=ours)
        collectors = {"ArnLike": {"lambda:FunctionArn": self._arn("lambda", "function:", "Pipeline-PipelineCollector")}}
        yield iam.PolicyStatement(
            actions=["lambda:UpdateEventSourceMapping"],
            resources=[self.format_arn(service="lambda", resource="event-source-mapping:*")],
            conditions=collectors,
        )
        yield _allow(["lambda:InvokeFunction"], self._arn("lambda", "function:", "Catalog-Loader"))
        yield _allow(["sns:Subscribe"], self._arn("sns", "", "Monitoring"))
        yield _allow(["secretsmanager:GetSecretValue"], [secret.secret_arn for secret in secrets])
        yield _allow(["secretsmanager:DescribeSecret"], [secret.secret_arn for secret in described])
        for bucket in self._every_bucket:
            yield _below(bucket, "s3:PutObject")
            yield _below(bucket, "s3:DeleteObject")

    @property
    def _every_bucket(self) -> list[s3.IBucket]:
        return [*self._buckets, *([self._lake] if self._lake else [])]

    def _arn(self, service: str, kind: str, *names: str) -> list[str]:
        """What the stage's stacks have of a kind, or what of it is called by some stack and beginning of a name."""
        region = f"arn:{Aws.PARTITION}:{service}:{Aws.REGION}:{Aws.ACCOUNT_ID}"
        return [f"{region}:{kind}{self._prefix}-{name}*" for name in names or _STACKS]

    def _policy(self, id: str, description: str, statements: Iterable[iam.PolicyStatement]) -> iam.ManagedPolicy:
        policy = iam.ManagedPolicy(self, id, description=description, statements=[*statements])
        reason = "what AWS or TMDB will name is allowed by the stage's or the folder's name; lists have no resources"
        for statement in self.resolve(policy.document)["Statement"]:
            resources = statement["Resource"]
            for resource in resources if isinstance(resources, list) else [resources]:
                named = as_reported(resource)
                for bucket in self._every_bucket:
                    own = as_reported(self.resolve(bucket.bucket_arn))
                    named = named.replace(own, arn_as_reported(bucket, self))
                if "*" in named:
                    acknowledge(policy, f"AwsSolutions-IAM5[Resource::{named}]", reason)
        CfnOutput(
            self, f"{id}Policy", value=policy.managed_policy_arn, description=f"{description}: attach it to roles"
        )
        return policy


def _allow(actions: list[str], resources: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=resources)


def _below(bucket: s3.IBucket, action: str, *prefixes: str) -> iam.PolicyStatement:
    """Of one action each, as CDK would else allow what one may do below one prefix below all."""
    return _allow([action], [bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes or ("",)])
