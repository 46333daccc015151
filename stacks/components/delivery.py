"""How EventBridge hands on an event: for six hours it tries again, then the event goes to those that failed."""

from collections.abc import Iterable
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

_TRIES: dict[str, Any] = {"retry_attempts": 10, "max_event_age": Duration.hours(6)}


def to_function(
    function: lambda_.IFunction, event: events.RuleTargetInput, *, failed_events: sqs.IQueue
) -> targets.LambdaFunction:
    """Call a function with this event, whatever the rule's own is."""
    return targets.LambdaFunction(function, event=event, dead_letter_queue=failed_events, **_TRIES)


def created_below(
    scope: Construct,
    id: str,
    prefixes: Iterable[str],
    *,
    bucket: s3.IBucket,
    queue: sqs.IQueue,
    failed_events: sqs.IQueue,
) -> events.Rule:
    """Every object that is created below the prefixes becomes a message.

    The rule is the reader's: the bucket knows nothing of those, and one notification could not serve several.
    """
    return events.Rule(
        scope,
        id,
        event_pattern=events.EventPattern(
            source=["aws.s3"],
            detail_type=["Object Created"],
            detail={
                "bucket": {"name": [bucket.bucket_name]},
                "object": {"key": [{"prefix": prefix} for prefix in prefixes]},
            },
        ),
        targets=[targets.SqsQueue(queue, dead_letter_queue=failed_events, **_TRIES)],
    )
