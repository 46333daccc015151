"""The Lambda function of a stage: what all functions have in common is said here and nowhere else."""

from importlib import import_module

from aws_cdk import ArnFormat, Duration, Names, RemovalPolicy, Size, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambdas.common.metrics import Metric
from lambdas.common.settings import Settings
from stacks.components.acknowledge import acknowledge
from stacks.components.bundling import Target, code

_RUNTIME = "the runtime that the pinned wheels are chosen and tested for; a newer one is a change of its own"


class StageFunction(lambda_.Function):
    """`lambdas.<stage>.handler.handler` with its settings as environment.

    Its role may write its own log group and traces; everything else is granted by who composes it. An event that it was
    given without anybody waiting, and failed at three times, goes to `failed_events`. What the stage's package says of
    itself is its description. Public besides what all functions have: `own_role`, `own_logs`, `failed_events`, `stage`,
    `memory`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stage: str,
        settings: Settings,
        target: Target,
        memory_size: int,
        timeout: Duration,
        ephemeral_storage: Size | None = None,
        reserved_concurrent_executions: int | None = None,
        recursive_loop: lambda_.RecursiveLoop | None = None,
        vpc: ec2.IVpc | None = None,
        security_groups: list[ec2.ISecurityGroup] | None = None,
        failed_events: sqs.IQueue,
    ) -> None:
        log_group = logs.LogGroup(
            scope, f"{id}Logs", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        # A role of our own, because CDK's brings a managed policy that may write any log group.
        role = iam.Role(scope, f"{id}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        if vpc:
            _grant_interfaces(role)
        super().__init__(
            scope,
            id,
            description=import_module(f"lambdas.{stage}").__doc__,
            handler=f"lambdas.{stage}.handler.handler",
            code=code(stage, target),
            runtime=target.runtime,
            architecture=target.architecture,
            environment=settings.to_env() | self._telemetry(scope, stage),
            role=role,
            log_group=log_group,
            tracing=lambda_.Tracing.ACTIVE,
            memory_size=memory_size,
            timeout=timeout,
            ephemeral_storage_size=ephemeral_storage,
            reserved_concurrent_executions=reserved_concurrent_executions,
            recursive_loop=recursive_loop,
            vpc=vpc,
            security_groups=security_groups,
            dead_letter_queue=failed_events,
        )
        self.own_role, self.own_logs, self.failed_events = role, log_group, failed_events
        self.stage, self.memory = stage, memory_size
        acknowledge(self, "AwsSolutions-L1", _RUNTIME)
        acknowledge(self, "Serverless-LambdaLatestVersion", _RUNTIME)
        acknowledge(role, "AwsSolutions-IAM5[Resource::*]", "X-Ray and Lambda's own network have no resources to name")

    def consume(self, queue: sqs.IQueue, *, batch_size: int, max_concurrency: int) -> lambda_.EventSourceMapping:
        """Feed it from a queue, of which it reports what failed. SqsEventSource would allow it two actions more."""
        queue.grant(self, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
        mapping = self.add_event_source_mapping(
            f"SqsEventSource:{Names.node_unique_id(queue.node)}",
            event_source_arn=queue.queue_arn,
            batch_size=batch_size,
            report_batch_item_failures=True,
            max_concurrency=max_concurrency,
        )
        reason = "only streams have one; a queue has its redrive policy"
        acknowledge(self, "Serverless-LambdaEventSourceMappingDestination", reason)
        return mapping

    @staticmethod
    def _telemetry(scope: Construct, stage: str) -> dict[str, str]:
        """Whose metrics these are: the stack's, whose name no other has, and the function's."""
        return {"POWERTOOLS_METRICS_NAMESPACE": Stack.of(scope).stack_name, "POWERTOOLS_SERVICE_NAME": stage}

    def measured(self, metric: Metric, statistic: str, period: Duration) -> cloudwatch.Metric:
        """A metric that the function emits. Raises ValueError for one that it does not."""
        if metric.service != self.stage:
            raise ValueError(f"{metric.label} is a metric of {metric.service}, not of {self.stage}")
        return cloudwatch.Metric(
            namespace=Stack.of(self).stack_name,
            metric_name=metric.label,
            dimensions_map={"service": self.stage},
            statistic=statistic,
            period=period,
        )


def _grant_interfaces(role: iam.Role) -> None:
    """Let Lambda connect functions of this role to a VPC, and their own code do none of that.

    What Lambda does itself comes from no function: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html.
    """
    actions = [
        f"ec2:{verb}"
        for verb in (
            "AssignPrivateIpAddresses",
            "CreateNetworkInterface",
            "DeleteNetworkInterface",
            "DescribeNetworkInterfaces",
            "DescribeSubnets",
            "UnassignPrivateIpAddresses",
        )
    ]
    functions = Stack.of(role).format_arn(
        service="lambda", resource="function", resource_name="*", arn_format=ArnFormat.COLON_RESOURCE_NAME
    )
    role.add_to_policy(iam.PolicyStatement(actions=actions, resources=["*"]))
    role.add_to_policy(
        iam.PolicyStatement(
            effect=iam.Effect.DENY,
            actions=actions,
            resources=["*"],
            conditions={"ArnLike": {"lambda:SourceFunctionArn": functions}},
        )
    )
