"""Random values of the kinds that TMDB's bodies are made of."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from local.catalogue import text

T = TypeVar("T")

_CODES = """
AD AE AG AL AR AT AU AZ BA BB BE BG BH BM BO BR BS BY BZ CA CH CI CL CM CO CR CU CV CY CZ DE DK DO DZ EC EE EG ES FI
FJ FR GB GF GG GH GI GQ GR GT GY HK HN HR HU ID IE IL IN IQ IS IT JM JO JP KE KR KW LB LC LI LT LU LV LY MA MC MD ME
MG MK ML MT MU MX MY MZ NE NG NI NL NO NZ OM PA PE PF PG PH PK PL PS PT PY QA RO RS RU SA SC SE SG SI SK SM SN SV TC
TD TH TN TR TT TW TZ UA UG US UY VA VE XK YE ZA ZM ZW
"""
COUNTRIES = tuple(_CODES.split())
ENGLISH_NAMES = {
    "en": "English",
    "fr": "French",
    "de": "German",
    "ja": "Japanese",
    "ru": "Russian",
    "ar": "Arabic",
}
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class Draw:
    """A source of values; equal seeds give equal values. `size` (0 to 1) is how much is known of the title."""

    def __init__(self, seed: int, size: float = 0.0) -> None:
        self.random = random.Random(seed)
        self.size = size

    def up_to(self, most: int, least: int = 0) -> int:
        """A count that grows with the size of the title."""
        return least + int(most * self.size * (0.5 + self.random.random()))

    def chance(self, share: float) -> bool:
        """True with this probability."""
        return self.random.random() < share

    def one(self, values: Sequence[T]) -> T:
        """One of these."""
        return values[int(self.random.random() * len(values))]

    def number(self, most: int) -> int:
        """A whole number below `most`."""
        return int(self.random.random() * most)

    def path(self, kind: str = "jpg") -> str:
        """A path of an image."""
        return "/" + "".join(self.random.choices(_LETTERS, k=27)) + "." + kind

    def path_or_none(self, share: float = 0.5) -> str | None:
        """A path of an image with this probability."""
        return self.path() if self.chance(share) else None

    def hex(self) -> str:
        """24 hexadecimal digits, as of a credit."""
        return f"{self.random.getrandbits(96):024x}"

    def day(self) -> date:
        """A day since 1920, more likely a recent one."""
        return date(2026, 1, 1) - timedelta(days=int(38_000 * self.random.random() ** 3))

    def timestamp(self) -> str:
        """Usually ISO 8601 with milliseconds; at times the other form that TMDB has sent."""
        moment = datetime.combine(self.day(), datetime.min.time(), UTC) + timedelta(seconds=self.number(86_400))
        if self.chance(0.05):
            return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
        return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def vote(self) -> float:
        """An average of votes."""
        return round(self.random.random() * 10, self.one((1, 2, 3))) if self.chance(0.8) else 0.0

    def bits(self) -> int:
        """A large number to pick text by."""
        return self.random.getrandbits(63)

    def prose(self, tongue: str, most: int) -> str:
        """One sentence to `most`, or nothing at all."""
        return text.prose(tongue, self.bits(), 1 + self.number(most)) if self.chance(0.9) else ""
