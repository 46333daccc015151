"""What a role may do with a thing of ours, each grant written once: CDK's own would allow several actions more."""

from collections.abc import Iterable
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager

from stacks.components.acknowledge import acknowledge, arn_as_reported


def grant_value(secret: secretsmanager.ISecret, role: iam.IRole) -> None:
    """Let `role` read what a secret holds."""
    _allow(role, ["secretsmanager:GetSecretValue"], [secret.secret_arn])


def grant_objects(
    bucket: s3.IBucket,
    role: iam.IRole,
    *,
    read: Iterable[str] = (),
    write: Iterable[str] = (),
    delete: Iterable[str] = (),
) -> None:
    """Let `role` get, put or delete objects below prefixes such as `silver/`; what it may get it may also list.

    The prefix "" is the whole bucket.
    """
    allowed = {"s3:GetObject": [*read], "s3:PutObject": [*write], "s3:DeleteObject": [*delete]}
    for action, prefixes in allowed.items():
        if prefixes:
            _allow(role, [action], [bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes])
    if readable := allowed["s3:GetObject"]:
        # A question for one object has no prefix. Unless it may list, too, S3 says 403 of an object that is not there.
        below = {"StringLikeIfExists": {"s3:prefix": [f"{prefix}*" for prefix in readable]}}
        _allow(role, ["s3:ListBucket"], [bucket.bucket_arn], None if "" in readable else below)
    arn = arn_as_reported(bucket, Stack.of(role))
    for prefix in sorted({prefix for prefixes in allowed.values() for prefix in prefixes}):
        reason = f"all that lies below {prefix or 'it'} is its work, and nothing else in the bucket"
        acknowledge(role, f"AwsSolutions-IAM5[Resource::{arn}/{prefix}*]", reason)


def grant_tables(database: glue.CfnDatabase, role: iam.IRole, *actions: str) -> None:
    """Let `role` do this to the tables of `database`; Glue wants catalog and database named besides."""
    stack = Stack.of(database)
    resources = [
        stack.format_arn(service="glue", resource="catalog"),
        stack.format_arn(service="glue", resource="database", resource_name=database.ref),
        stack.format_arn(service="glue", resource="table", resource_name=f"{database.ref}/*"),
    ]
    _allow(role, [*actions], resources)
    here = f"arn:<AWS::Partition>:glue:<AWS::Region>:<AWS::AccountId>:table/<{stack.get_logical_id(database)}>/*"
    acknowledge(role, f"AwsSolutions-IAM5[Resource::{here}]", "its work is on all tables of this database")


def grant_events(role: iam.IRole, source: str) -> None:
    """Let `role` put events of this source, and of no other, on the account's default bus."""
    bus = Stack.of(role).format_arn(service="events", resource="event-bus", resource_name="default")
    _allow(role, ["events:PutEvents"], [bus], {"StringEquals": {"events:source": source}})


def _allow(role: iam.IRole, actions: list[str], resources: list[str], conditions: dict[str, Any] | None = None) -> None:
    role.add_to_principal_policy(iam.PolicyStatement(actions=actions, resources=resources, conditions=conditions))
