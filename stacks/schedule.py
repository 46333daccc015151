"""When a schedule fires: EventBridge's rate(...) and cron(...) expressions, in UTC.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_YEARS_AHEAD = 5
_SAMPLE = datetime(2026, 1, 1, tzinfo=UTC)
_MONTH_HOURS = 31 * 24.0


def runs(expression: str, after: datetime) -> Iterator[datetime]:
    """The times after `after` (UTC) at which a rule that is made at `after` fires.

    Raises ValueError for what is no expression, and for L, W and # in a cron, which this does not know.
    """
    if rate := _RATE.fullmatch(expression):
        every = timedelta(**{f"{rate[2]}s": int(rate[1])})
        return _every(every, after)
    if cron := _CRON.fullmatch(expression):
        return _cron(cron.groups(), after.astimezone(UTC))
    raise ValueError(f"{expression!r} is neither rate(...) nor cron(...)")


def runs_a_month(expression: str, after: datetime) -> int:
    """How often it fires in 30 days."""
    end = after + timedelta(days=30)
    return sum(1 for _ in takewhile(lambda time: time <= end, runs(expression, after)))


def hours_between(expression: str) -> float:
    """The longest time between two runs, in hours: of a year, or of the next thousand runs where it has more.

    What cannot be read here (L, W or # in a cron) is by the month.
    """
    try:
        times = [*islice(takewhile(lambda time: time < _SAMPLE + timedelta(days=800), runs(expression, _SAMPLE)), 1000)]
    except ValueError:
        return _MONTH_HOURS
    gaps = [(later - earlier).total_seconds() / 3600 for earlier, later in pairwise(times)]
    return max(gaps, default=_MONTH_HOURS)


def _every(interval: timedelta, after: datetime) -> Iterator[datetime]:
    while True:
        after += interval
        yield after


def _cron(fields: tuple[str, ...], after: datetime) -> Iterator[datetime]:
    minutes = _values(fields[0], 0, 59)
    hours = _values(fields[1], 0, 23)
    days = _values(fields[2], 1, 31)
    months = _values(fields[3], 1, 12, _MONTHS)
    weekdays = _values(fields[4], 1, 7, _WEEKDAYS)
    last = after.year + _YEARS_AHEAD
    years = _values(fields[5], after.year, last)
    day = after.replace(hour=0, minute=0, second=0, microsecond=0)
    while day.year <= last:
        weekday = day.isoweekday() % 7 + 1
        if day.year in years and day.month in months and day.day in days and weekday in weekdays:
            times = (day.replace(hour=hour, minute=minute) for hour in sorted(hours) for minute in sorted(minutes))
            yield from (time for time in times if time > after)
        day += timedelta(days=1)


def _values(field: str, low: int, high: int, names: list[str] | None = None) -> set[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if first in ("*", "?"):
            start, end = low, high
        else:
            start = _number(first, names)
            end = _number(last, names) if last else high if step else start
        found.update(range(start, end + 1, int(step or 1)))
    return found


def _number(text: str, names: list[str] | None) -> int:
    if names and text.upper() in names:
        return names.index(text.upper()) + 1
    if not text.isdigit():
        raise ValueError(f"{text!r} in a cron expression is not known here")
    return int(text)
