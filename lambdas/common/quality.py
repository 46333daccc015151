"""What must be true of a record: the words in which each dataset declares it (see `datasets`), and who checks it.

The rules look at a record's own fields, not below them. Whether its values are of the right kind at all is for the
codec and the lake writer's `fit` to say.
"""

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

MOST_FAILING = 0.1
"""Share of an object's rows."""

_YEAR = re.compile(r"\d{4}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Range(NamedTuple):
    """A field whose value is `least` to `most`."""

    field: str
    least: float
    most: float = math.inf

    def __str__(self) -> str:
        return f"{self.least} or more" if self.most == math.inf else f"between {self.least} and {self.most}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """What must be true of a record, by the names of its fields; besides, that it has an `id` above 0.

    The fields `required` are there, and not empty. Of the others a value that is missing or None breaks no rule:
    `ranges` are those of numbers; `dates` hold a day of the calendar, or nobody knows ("") which; `dates_or_years`
    may hold the year alone.
    """

    required: tuple[str, ...]
    ranges: tuple[Range, ...] = ()
    dates: tuple[str, ...] = ()
    dates_or_years: tuple[str, ...] = ()

    def problem(self, record: Any) -> str | None:
        """The first rule that a record breaks, whose attributes are its fields, in words; None when it is fine."""
        if record.id is None:
            return "id: there is none"
        if not record.id > 0:
            return "id: it is not above 0"
        for field in self.required:
            if getattr(record, field) in (None, ""):
                return f"{field}: there is none"
        for allowed in self.ranges:
            value = getattr(record, allowed.field)
            if value is not None and not allowed.least <= value <= allowed.most:
                return f"{allowed.field}: it is not {allowed}"
        for field in (*self.dates, *self.dates_or_years):
            text, or_year = getattr(record, field), field in self.dates_or_years
            if text and not _is_date(text) and not (or_year and _YEAR.fullmatch(text)):
                return f"{field}: it is not a date{' or a year' if or_year else ''}"
        return None


def are_too_many(failing: int, rows: int) -> bool:
    """Whether so many of an object's rows fail that it is no matter of single rows: then nothing of it is taken.

    One row is always a matter of its own: of three collections an odd one would be a third.
    """
    return failing > 1 and failing > MOST_FAILING * rows


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
