"""What a function may do below which prefixes of a bucket, and nothing beside them."""

from collections.abc import Iterable

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from stacks.components.acknowledge import acknowledge
from stacks.components.function import StageFunction


def grant(
    bucket: s3.IBucket,
    function: StageFunction,
    *,
    read: Iterable[str] = (),
    write: Iterable[str] = (),
    delete: Iterable[str] = (),
) -> None:
    """Let `function` get, put or delete objects below prefixes such as `silver/`; what it may get it may also list.

    A bucket's own grant_read_write would add nine more actions, all of them everywhere.
    """
    allowed = {"s3:GetObject": [*read], "s3:PutObject": [*write], "s3:DeleteObject": [*delete]}
    for action, prefixes in allowed.items():
        if prefixes:
            objects = [bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes]
            function.add_to_role_policy(iam.PolicyStatement(actions=[action], resources=objects))
    listed = {"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in allowed["s3:GetObject"]]}}
    function.add_to_role_policy(
        iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn], conditions=listed)
    )
    arn = Stack.of(function).resolve(Stack.of(bucket).export_value(bucket.bucket_arn))["Fn::ImportValue"]
    for prefix in sorted({prefix for prefixes in allowed.values() for prefix in prefixes}):
        reason = f"the function works on any object below {prefix}, and on no other"
        acknowledge(function.own_role, f"AwsSolutions-IAM5[Resource::{arn}/{prefix}*]", reason)
