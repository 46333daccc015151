"""The Lambda function of a stage: what all functions have in common is said here and nowhere else."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from lambdas.common.settings import Settings
from stacks.components.bundling import Target, code


class StageFunction(lambda_.Function):
    """`lambdas.<stage>.handler.handler` with its settings as environment.

    Its role may write its own log group and traces; everything else is granted by who composes it.
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
        reserved_concurrent_executions: int | None = None,
        recursive_loop: lambda_.RecursiveLoop | None = None,
        on_failure: lambda_.IDestination | None = None,
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
            reserved_concurrent_executions=reserved_concurrent_executions,
            recursive_loop=recursive_loop,
            on_failure=on_failure,
        )
