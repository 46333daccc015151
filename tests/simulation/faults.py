"""What goes wrong, and when: a function of the seed and of the place alone.

A place is an operation and how often it was done, as `GET tmdb/movie/550 #2`. So a fault is `tmdb_reset GET
tmdb/movie/550 #2`: it can be left out without moving any other, which is how a failing list is made short.
"""

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b

KINDS: dict[str, dict[str, float]] = {
    "tmdb": {
        "tmdb_429": 0.002,
        "tmdb_429_retry_after": 0.0005,
        "tmdb_429_garbage": 0.0005,
        "tmdb_401": 0.0005,
        "tmdb_500": 0.008,
        "tmdb_502_html": 0.006,
        "tmdb_503": 0.006,
        "tmdb_html_200": 0.006,
        "tmdb_soft_404": 0.006,
        "tmdb_redirect": 0.006,
        "tmdb_cut_json": 0.008,
        "tmdb_other_title": 0.006,
        "tmdb_reset": 0.01,
        "tmdb_hang": 0.0005,
        "tmdb_slow": 0.002,
    },
    "s3": {
        "s3_500": 0.003,
        "s3_503": 0.006,
        "s3_409": 0.003,
        "s3_412": 0.003,
        "s3_reset": 0.004,
        "s3_lost_answer": 0.006,
        "s3_late": 0.006,
        "s3_timeout_after_commit": 0.002,
        "s3_slow": 0.002,
    },
    "bunny": {
        "bunny_400": 0.004,
        "bunny_401": 0.0005,
        "bunny_429": 0.004,
        "bunny_500": 0.006,
        "bunny_reset": 0.006,
        "bunny_lost_answer": 0.006,
        "bunny_late": 0.002,
        "bunny_timeout_after_commit": 0.002,
        "bunny_wrong_bytes": 0.006,
        "bunny_slow": 0.002,
    },
    "dynamodb": {
        "dynamodb_500": 0.01,
        "dynamodb_throttled": 0.01,
        "dynamodb_conflict": 0.02,
        "dynamodb_reset": 0.01,
        "dynamodb_lost_answer": 0.03,
        "dynamodb_slow": 0.005,
    },
    "sqs": {
        "sqs_500": 0.01,
        "sqs_reset": 0.01,
        "sqs_lost_answer": 0.02,
        "sqs_refused_entries": 0.03,
        "sqs_missing_entries": 0.02,
        "sqs_delayed": 0.02,
    },
    "ssm": {"ssm_500": 0.1},
    "lambda": {"lambda_api_500": 0.1},
    "events": {"events_500": 0.2, "events_refused": 0.2},
    "exports": {"exports_500": 0.1, "exports_cut": 0.1, "exports_damaged": 0.1, "exports_reset": 0.1},
    "delivery": {
        "sqs_delivered_twice": 0.03,
        "sqs_visibility_expired": 0.02,
        "sqs_acknowledgement_lost": 0.02,
        "lambda_throttled": 0.004,
        "lambda_out_of_memory": 0.004,
        "lambda_timeout": 0.004,
    },
    "cold": {"lambda_clock_skew": 0.5},
    "process": {"lambda_killed_before": 0.0003, "lambda_killed_after": 0.0003},
}
"""By what they strike: the faults of one operation, and how probable each is there."""
WINDOWS = {
    "tmdb_outage": 0.3,
    "tmdb_storm": 0.5,
    "edge_outage": 0.3,
    "mass_gone": 0.3,
    "mass_dead": 0.3,
    "token_suspended": 0.3,
}
"""What goes wrong for everybody for a while, and in how many of all runs."""
NAMES = (*(name for kinds in KINDS.values() for name in kinds), *WINDOWS)


class Faults:
    """The faults of one run: those that the seed throws, or `only` the listed ones."""

    def __init__(self, seed: int, only: Iterable[str] | None = None, *, rate: float = 1.0) -> None:
        self._key = seed.to_bytes(8, "big")
        self._only = None if only is None else set(only)
        self._seen: Counter[int] = Counter()
        """How often each operation was done, by its hash: its text, three times a title, would fill the memory."""
        self._scales = {
            category: [(name, share * rate) for name, share in kinds.items()] for category, kinds in KINDS.items()
        }
        self.fired: list[str] = []

    def chance(self, *what: object) -> float:
        """A number in [0, 1) that is the same whenever it is asked for."""
        digest = blake2b(repr(what).encode(), digest_size=8, key=self._key).digest()
        return int.from_bytes(digest, "big") / 2**64

    def strike(self, category: str, operation: str) -> tuple[str, float]:
        """The fault of the operation, done now once more, or an empty string; and a number in [0, 1) for its length."""
        key = hash(operation)
        number = self._seen[key] = self._seen[key] + 1
        place = f"{operation} #{number}"
        digest = blake2b(f"{category} {place}".encode(), digest_size=16, key=self._key).digest()
        length = int.from_bytes(digest[8:], "big") / 2**64
        if self._only is not None:
            for name, _ in self._scales[category]:
                if f"{name} {place}" in self._only:
                    return self._fire(name, place), length
            return "", length
        left = int.from_bytes(digest[:8], "big") / 2**64
        for name, share in self._scales[category]:
            left -= share
            if left < 0:
                return self._fire(name, place), length
        return "", length

    def window(self, name: str, start: float) -> bool:
        """Whether this window opens in this run."""
        fault = f"{name} at {start:.0f}"
        if self._only is not None and fault not in self._only:
            return False
        self.fired.append(fault)
        return True

    def _fire(self, name: str, place: str) -> str:
        self.fired.append(f"{name} {place}")
        return name
