"""Lambda entry of the notifier.

Trigger: the topics of alarms and of their ends. Reads: the webhook's URL, from Secrets Manager. Writes: one message an
alarm to the chat. What the chat does not take is tried again by Lambda and ends among the failed events.
"""

from functools import cache
from typing import Any

from lambdas.common import runtime
from lambdas.common.http import AiohttpTransport, Transport
from lambdas.common.runtime import run
from lambdas.common.telemetry import logger
from lambdas.notifier.message import payload, text
from lambdas.notifier.notify import notify
from lambdas.notifier.settings import NotifierSettings


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: Any) -> None:
    """Show each record's message in the chat. Raises GiveUp, Retry, StopTheLine."""
    run(_notify([record["Sns"]["Message"] for record in event["Records"]]))


async def _notify(messages: list[str]) -> None:
    settings = NotifierSettings.from_env()
    told = [words for message in messages if (words := text(message))]
    for words in told:
        await notify(payload(settings.chat, words), runtime.secret(settings.webhook_secret), _transport())
    logger.info("alarm.notified", extra={"messages": len(told), "chat": settings.chat})


@cache
def _transport() -> Transport:
    """The process's connections. Called on the loop, where they are made."""
    return AiohttpTransport(connections=1)
