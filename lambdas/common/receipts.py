"""The receipt of a work item: what became of each of its ids, put once before anything is sent on.

A message that arrives again finds its receipt: it sends on again what the receipt says and counts nothing. So a crash
between the receipt and the acknowledgement costs a duplicate at most, never an id and never a count.
"""

from typing import Self

import msgspec


class Stored(msgspec.Struct, frozen=True, array_like=True):
    """One stored title: when it was fetched (Unix seconds), and the start of its body's SHA-256."""

    fetched_at: int
    sha256: str


class Found(msgspec.Struct, frozen=True, array_like=True):
    """What TMDB has under an id of another database: its kind, its id, and where it is in TMDB's API."""

    dataset: str
    id: int
    path: str


class Receipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every id of the work item is in exactly one of stored, unchanged, gone, dead, retry and returned."""

    stored: dict[int, Stored] = {}
    unchanged: dict[int, Stored] = {}
    gone: tuple[int, ...] = ()
    dead: dict[int, str] = {}
    """Reason by id."""
    found: dict[int, tuple[Found, ...]] = {}
    """By an id of another database, stored or unchanged: as what. Of one dead for being ambiguous: all it may be."""
    retry: tuple[int, ...] = ()
    """Goes out as the next attempt."""
    returned: tuple[int, ...] = ()
    """Goes out again as the same attempt: lack of time, an outage, a stopped line."""
    delay: int = 0
    """Seconds before what was returned is seen again."""
    split: bool = False
    """Returned one id a message, because the whole killed its collector twice."""

    def to_json(self) -> str:
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        return msgspec.json.decode(text, type=cls)
