"""A queue of work with its dead letters."""

from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.components.acknowledge import acknowledge

VISIBILITY = 6
"""AWS asks for a visibility timeout of 6 times the function's, so that a throttled message does not come back early."""
MAX_RECEIVES = 6
"""Only the backstop: a collector splits what it receives a third time, and buries it at the fourth."""


def queue(scope: Construct, id: str, **properties: Any) -> sqs.Queue:
    """A queue as all of them are: encrypted, TLS only, keeping messages as long as SQS can.

    Not retained: what is under way is listed again by the next harvest.
    """
    made = sqs.Queue(
        scope,
        id,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=Duration.days(14),
        removal_policy=RemovalPolicy.DESTROY,
        **properties,
    )
    if "dead_letter_queue" not in properties:
        acknowledge(made, "Serverless-SQSRedrivePolicy", "messages end here, and an alarm tells a person")
    return made


class WorkQueue(Construct):
    """`queue`, and `dead_letters` for what cannot be done."""

    def __init__(self, scope: Construct, id: str, *, visibility_timeout: Duration) -> None:
        super().__init__(scope, id)
        self.dead_letters = queue(self, "DeadLetters")
        self.queue = queue(
            self,
            "Queue",
            visibility_timeout=visibility_timeout,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=MAX_RECEIVES),
        )
