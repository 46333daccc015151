"""What the notifier is told by its environment."""

from dataclasses import dataclass

from lambdas.common.settings import Settings


@dataclass(frozen=True, kw_only=True)
class NotifierSettings(Settings):
    """Written by the monitoring stack; the webhook's URL, which is as good as a password, stays in Secrets Manager."""

    chat: str
    """`slack`, `teams` or `discord`: each takes a message in another shape."""
    webhook_secret: str
    """ARN or name of the secret that holds the webhook's URL as plain text."""
