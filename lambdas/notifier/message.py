"""From an alarm to what a chat shows of it."""

import json
from typing import Any

LONGEST = 1500
"""Characters; Discord, the tersest, takes 2,000."""
_WORDS = {"ALARM": "ALARM", "OK": "is over", "INSUFFICIENT_DATA": "has nothing to go by"}


def text(message: str) -> str:
    """An alarm as CloudWatch tells SNS of it, in words: its name, what it means and what to do, why. Others as is.

    Empty for one that is over and had not rung, as each is when it is made.
    """
    try:
        alarm = json.loads(message)
        name, state = alarm["AlarmName"], alarm["NewStateValue"]
    except (ValueError, TypeError, KeyError):
        return message[:LONGEST]
    if state == "OK" and alarm.get("OldStateValue") != "ALARM":
        return ""
    lines = [f"{name}: {_WORDS.get(state, state)}", alarm.get("AlarmDescription"), alarm.get("NewStateReason")]
    return "\n".join(str(line) for line in lines if line)[:LONGEST]


def payload(chat: str, words: str) -> dict[str, Any]:
    """What the webhook of a chat takes. Raises ValueError for a chat that is not known."""
    match chat:
        case "slack":
            return {"text": words}
        case "discord":
            return {"content": words, "allowed_mentions": {"parse": []}}
        case "teams":
            block = {"type": "TextBlock", "text": words, "wrap": True}
            card = {"type": "AdaptiveCard", "version": "1.4", "body": [block]}
            kind = "application/vnd.microsoft.card.adaptive"
            return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}
    raise ValueError(f"unknown chat {chat!r}")
