"""The Lambda function of a stage: what all functions have in common is said here and nowhere else."""

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambdas.common.settings import Settings
from stacks.components.acknowledge import acknowledge
from stacks.components.bundling import Target, code

_RUNTIME = "the runtime that the pinned wheels are chosen and tested for; a newer one is a change of its own"


class StageFunction(lambda_.Function):
    """`lambdas.<stage>.handler.handler` with its settings as environment.

    Its role may write its own log group and traces; everything else is granted by who composes it. An event that it was
    given without anybody waiting, and failed at three times, goes to `failed_events`. Public besides what all functions
    have: `own_role`.
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
        failed_events: sqs.IQueue,
    ) -> None:
        log_group = logs.LogGroup(
            scope, f"{id}Logs", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        # A role of our own, because CDK's brings a managed policy that may write any log group.
        role = iam.Role(scope, f"{id}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        super().__init__(
            scope,
            id,
            handler=f"lambdas.{stage}.handler.handler",
            code=code(stage, target),
            runtime=target.runtime,
            architecture=target.architecture,
            environment=settings.to_env() | {"POWERTOOLS_SERVICE_NAME": stage},
            role=role,
            log_group=log_group,
            tracing=lambda_.Tracing.ACTIVE,
            memory_size=memory_size,
            timeout=timeout,
            ephemeral_storage_size=ephemeral_storage,
            reserved_concurrent_executions=reserved_concurrent_executions,
            recursive_loop=recursive_loop,
            dead_letter_queue=failed_events,
        )
        self.own_role = role
        acknowledge(self, "AwsSolutions-L1", _RUNTIME)
        acknowledge(self, "Serverless-LambdaLatestVersion", _RUNTIME)
        acknowledge(role, "AwsSolutions-IAM5[Resource::*]", "X-Ray knows no resources to name")
