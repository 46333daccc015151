"""Findings of cdk-nag that are excused, each with its reason, beside what they excuse."""

from typing import Any

from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk import aws_s3 as s3
from constructs import IConstruct


def acknowledge(scope: IConstruct, rule: str, reason: str) -> None:
    """Excuse `rule` (e.g. `AwsSolutions-S1`) for `scope` and all in it."""
    pack = rule.partition("-")[0]
    Validations.of(scope).acknowledge(Acknowledgment(id=f"{pack}::{rule}", reason=reason))


def as_reported(value: Any) -> str:
    """A resolved ARN as findings spell it: what only a deploy knows in angle brackets."""
    match value:
        case {"Ref": str(name)}:
            return f"<{name}>"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": ["", [*parts]]}:
            return "".join(map(as_reported, parts))
    return str(value)


def arn_as_reported(bucket: s3.IBucket, stack: Stack) -> str:
    """A bucket's ARN as findings in `stack` spell it: that of another stack's bucket is imported there."""
    owner, arn = Stack.of(bucket), stack.resolve(bucket.bucket_arn)
    if "Fn::GetAtt" in arn and owner.node.path != stack.node.path:
        return str(stack.resolve(owner.export_value(bucket.bucket_arn))["Fn::ImportValue"])
    return as_reported(arn)
