"""What a role may do below which prefixes of a bucket, and nothing beside them."""

from collections.abc import Iterable

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from stacks.components.acknowledge import acknowledge


def grant(
    bucket: s3.IBucket,
    role: iam.Role,
    *,
    read: Iterable[str] = (),
    write: Iterable[str] = (),
    delete: Iterable[str] = (),
) -> None:
    """Let `role` get, put or delete objects below prefixes such as `silver/`; what it may get it may also list.

    A bucket's own grant_read_write would add nine more actions, and allow all of them everywhere in it.
    """
    allowed = {"s3:GetObject": [*read], "s3:PutObject": [*write], "s3:DeleteObject": [*delete]}
    for action, prefixes in allowed.items():
        if prefixes:
            objects = [bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes]
            role.add_to_policy(iam.PolicyStatement(actions=[action], resources=objects))
    # A question for one object has no prefix. Unless it may list, too, S3 says 403 of an object that is not there.
    listed = {"StringLikeIfExists": {"s3:prefix": [f"{prefix}*" for prefix in allowed["s3:GetObject"]]}}
    role.add_to_policy(iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn], conditions=listed))
    arn = Stack.of(role).resolve(Stack.of(bucket).export_value(bucket.bucket_arn))["Fn::ImportValue"]
    for prefix in sorted({prefix for prefixes in allowed.values() for prefix in prefixes}):
        reason = f"all that lies below {prefix} is its work, and nothing else in the bucket"
        acknowledge(role, f"AwsSolutions-IAM5[Resource::{arn}/{prefix}*]", reason)
