"""The work queue and its dead letters: at least once, in any order, hidden while somebody works on it."""

import heapq
from dataclasses import dataclass
from typing import Any

VISIBILITY = 720.0
MAX_RECEIVES = 6


@dataclass(slots=True, eq=False)
class Message:
    """One message; `receives` counts how often it was taken."""

    id: str
    body: str
    receives: int = 0
    gone: bool = False


class Queue:
    """Times are those of the virtual clock."""

    def __init__(self) -> None:
        self._hidden: list[tuple[float, int, Message]] = []
        self._visible: list[Message] = []
        self._number = 0
        self.sent = 0
        self.acknowledged = 0
        self.most_receives = 0
        self.redriven: list[Message] = []

    def put(self, body: str, now: float, delay: float = 0) -> Message:
        self._number += 1
        self.sent += 1
        message = Message(f"m{self._number}", body)
        self._hide(message, now + delay)
        return message

    def receive(self, now: float, chance: float) -> Message | None:
        """Any message that can be seen; it hides until its visibility ends."""
        while self._hidden and self._hidden[0][0] <= now:
            message = heapq.heappop(self._hidden)[2]
            if not message.gone:
                self._visible.append(message)
        while self._visible:
            at = int(chance * len(self._visible))
            self._visible[at], self._visible[-1] = self._visible[-1], self._visible[at]
            message = self._visible.pop()
            if message.gone:
                continue
            message.receives += 1
            self.most_receives = max(self.most_receives, message.receives)
            if message.receives > MAX_RECEIVES:
                message.gone = True
                self.redriven.append(message)
                continue
            self._hide(message, now + VISIBILITY)
            return message
        return None

    def again(self, message: Message, now: float) -> None:
        """Let a message be seen once more although somebody has it."""
        if not message.gone:
            self._hide(message, now)

    def acknowledge(self, message: Message) -> None:
        self.acknowledged += not message.gone
        message.gone = True

    @property
    def waiting(self) -> int:
        return self.sent - self.acknowledged - len(self.redriven)

    def _hide(self, message: Message, until: float) -> None:
        self._number += 1
        heapq.heappush(self._hidden, (until, self._number, message))


def accepted(entries: list[dict[str, Any]], fault: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Which entries of a batch are taken, and what is said of them."""
    taken = entries[::2] if fault in ("sqs_refused_entries", "sqs_missing_entries") else entries
    refused = entries[1::2] if fault == "sqs_refused_entries" else []
    answer = {"Successful": [{"Id": entry["Id"]} for entry in taken]}
    return taken, answer | {"Failed": [{"Id": entry["Id"], "Code": "InternalError"} for entry in refused]}
