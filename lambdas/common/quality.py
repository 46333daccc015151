"""What must be true of a record, whatever its dataset: one rule for each name that fields have in TMDB's bodies.

The rules look at a record's own fields, not below them. Whether its values are of the right kind at all is for the
codec and the lake writer's `fit` to say.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

MOST_FAILING = 0.1
"""Share of an object's rows."""

_YEAR = re.compile(r"\d{4}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def are_too_many(failing: int, rows: int) -> bool:
    """Whether so many of an object's rows fail that it is no matter of single rows: then nothing of it is taken.

    One row is always a matter of its own: of three collections an odd one would be a third.
    """
    return failing > 1 and failing > MOST_FAILING * rows


def problem(record: Any, *, named: bool) -> str | None:
    """The first rule that a record breaks, in words; None when it is fine. It must have a name if it is to be `named`.

    Values are attributes of `record`; one that is missing, or None, breaks no rule but that on ids and names.
    """
    id = getattr(record, "id", None)
    if id is None:
        return "id: there is none"
    if not id > 0:
        return "id: it is not above 0"
    if named and not any(getattr(record, name, None) for name in _NAMES):
        return f"{next(name for name in _NAMES if hasattr(record, name))}: there is none"
    for name, holds, rule in _RULES:
        value = getattr(record, name, None)
        if value is not None and not holds(value):
            return f"{name}: it is not {rule}"
    return None


def _is_date(value: str) -> bool:
    if not value:
        return True
    if not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_date_or_year(value: str) -> bool:
    return _is_date(value) or _YEAR.fullmatch(value) is not None


_NAMES = ("title", "name")
_RULES: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("vote_average", lambda value: 0 <= value <= 10, "between 0 and 10"),
    ("vote_count", lambda value: value >= 0, "0 or more"),
    ("popularity", lambda value: value >= 0, "0 or more"),
    *((f"{name}_date", _is_date, "a date") for name in ("release", "first_air", "last_air", "air")),
    *((name, _is_date_or_year, "a date or a year") for name in ("birthday", "deathday")),
)
