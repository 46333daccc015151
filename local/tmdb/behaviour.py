"""The switches of the fake; each may change while it runs."""

from dataclasses import dataclass
from enum import StrEnum

from local.tmdb.changes import Totals


class Access(StrEnum):
    """What TMDB thinks of the token."""

    VALID = "valid"
    REVOKED = "revoked"
    """401, code 7."""
    SUSPENDED = "suspended"
    """401, code 10."""


class RetryAfter(StrEnum):
    """Which 429s carry a Retry-After, and of what kind; a second where nothing else is said."""

    NEVER = "never"
    ALWAYS = "always"
    ALTERNATE = "alternate"
    ZERO = "zero"
    THIRTY = "thirty"
    DATE = "date"
    """An HTTP date, two seconds ahead."""
    GARBAGE = "garbage"
    """Neither a number nor a date."""


@dataclass(kw_only=True)
class Behaviour:
    """How the fake behaves."""

    token: str = "fake-token"  # noqa: S105 - opens nothing but this fake
    """Accepted as `Authorization: Bearer` and as `api_key`."""
    access: Access = Access.VALID
    limit: int = 40
    """Requests in any second."""
    sockets: int = 20
    """Open connections."""
    retry_after: RetryAfter = RetryAfter.ALTERNATE
    totals: Totals = Totals.HONEST
    latency: float = 0.0
    """Seconds until each answer."""
    slow: float = 5.0
    """Seconds until an answer that the fault `slow` hit."""
