"""A queue of work with its dead letters."""

from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.components.acknowledge import acknowledge

_INVOCATIONS = 6
"""AWS asks for a visibility timeout of 6 times the function's, so that a throttled message does not come back early."""
_RECEIVES = 6
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
    """`queue`, for a function with this `timeout`, and `dead_letters` for what cannot be done.

    A message stays hidden for `visibility_timeout`; raises ValueError when that is less than it should be.
    """

    def __init__(
        self, scope: Construct, id: str, *, timeout: Duration, visibility_timeout: Duration | None = None
    ) -> None:
        super().__init__(scope, id)
        least, run = _INVOCATIONS * timeout.to_seconds(), timeout.to_seconds()
        hidden = visibility_timeout.to_seconds() if visibility_timeout else least
        if hidden < least:
            raise ValueError(
                f"a visibility timeout of {hidden:g} s is less than {_INVOCATIONS} times the {run:g} s of its function"
            )
        self.dead_letters = queue(self, "DeadLetters")
        self.queue = queue(
            self,
            "Queue",
            visibility_timeout=Duration.seconds(hidden),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=_RECEIVES),
        )
