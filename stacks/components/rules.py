"""Rules of EventBridge: what starts a function or fills a queue, by the clock or by an event.

What cannot be delivered, however often it is tried, is kept among the failed events.
"""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.components.function import StageFunction

_TRIES = 10
_AGE = Duration.hours(6)


def on_schedule(
    scope: Construct,
    id: str,
    schedule: events.Schedule,
    function: StageFunction,
    *,
    event: Mapping[str, Any] = {},
    description: str,
    tries: int = _TRIES,
    age: Duration = _AGE,
) -> events.Rule:
    """Have `function` handle `event` whenever `schedule` says; tried so often again, and at most until that age."""
    return events.Rule(
        scope,
        id,
        description=description,
        schedule=schedule,
        targets=[_call(function, events.RuleTargetInput.from_object(event), tries, age)],
    )


def on_events(
    scope: Construct, id: str, source: str, stage: str, function: StageFunction, *, description: str
) -> events.Rule:
    """Have `function` handle what is put on the default bus under `source` for `stage`: the event's detail."""
    return events.Rule(
        scope,
        id,
        description=description,
        event_pattern=events.EventPattern(source=[source], detail_type=[stage]),
        targets=[_call(function, events.RuleTargetInput.from_event_path("$.detail"), _TRIES, _AGE)],
    )


def on_objects(
    scope: Construct,
    id: str,
    bucket: s3.IBucket,
    prefixes: tuple[str, ...],
    queue: sqs.IQueue,
    *,
    failed_events: sqs.IQueue,
    description: str,
) -> events.Rule:
    """Have every new object of `bucket` below the prefixes told to `queue`. The bucket knows nothing of its readers."""
    return events.Rule(
        scope,
        id,
        description=description,
        event_pattern=events.EventPattern(
            source=["aws.s3"],
            detail_type=["Object Created"],
            detail={
                "bucket": {"name": [bucket.bucket_name]},
                "object": {"key": [{"prefix": prefix} for prefix in prefixes]},
            },
        ),
        targets=[
            targets.SqsQueue(queue, dead_letter_queue=_kept(failed_events), retry_attempts=_TRIES, max_event_age=_AGE)
        ],
    )


def _call(function: StageFunction, event: events.RuleTargetInput, tries: int, age: Duration) -> targets.LambdaFunction:
    return targets.LambdaFunction(
        function, event=event, dead_letter_queue=_kept(function.failed_events), retry_attempts=tries, max_event_age=age
    )


def _kept(failed_events: sqs.IQueue) -> sqs.IQueue:
    """The queue as a rule is told of it, when it takes what rules of the account could not deliver.

    CDK would have it take that of each rule by a statement of its own, and SQS takes no more than 20 in all:
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html.
    """
    if known := failed_events.node.try_find_child("ForRules"):
        return cast("sqs.IQueue", known)
    rules = Stack.of(failed_events).format_arn(service="events", resource="rule", resource_name="*")
    ours = {"ArnLike": {"aws:SourceArn": rules}}
    failed_events.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["sqs:SendMessage"],
            principals=[iam.ServicePrincipal("events.amazonaws.com", conditions=ours)],
            resources=[failed_events.queue_arn],
        )
    )
    return sqs.Queue.from_queue_arn(cast("Construct", failed_events), "ForRules", failed_events.queue_arn)
