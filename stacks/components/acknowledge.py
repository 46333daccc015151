"""Findings of cdk-nag that are excused, each with its reason, beside what they excuse."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(scope: IConstruct, rule: str, reason: str) -> None:
    """Excuse `rule` (e.g. `AwsSolutions-S1`) for `scope` and all in it."""
    pack = rule.partition("-")[0]
    Validations.of(scope).acknowledge(Acknowledgment(id=f"{pack}::{rule}", reason=reason))
