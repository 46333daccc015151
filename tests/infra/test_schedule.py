"""When schedules fire."""

from datetime import UTC, datetime
from itertools import islice

import pytest

from stacks.schedule import hours_between, runs, runs_a_month

FRIDAY = datetime(2026, 11, 20, 21, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(30 8 * * ? *)", ["2026-11-21 08:30", "2026-11-22 08:30"]),
        ("cron(10 0/6 * * ? *)", ["2026-11-21 00:10", "2026-11-21 06:10"]),
        ("cron(0/20 21 * * ? *)", ["2026-11-20 21:20", "2026-11-20 21:40"]),
        ("cron(0 12 ? * MON-WED *)", ["2026-11-23 12:00", "2026-11-24 12:00"]),
        ("cron(0 12 1,15 JAN ? 2027)", ["2027-01-01 12:00", "2027-01-15 12:00"]),
        ("cron(59 23 31 12 ? *)", ["2026-12-31 23:59", "2027-12-31 23:59"]),
        ("rate(6 hours)", ["2026-11-21 03:10", "2026-11-21 09:10"]),
        ("rate(1 day)", ["2026-11-21 21:10", "2026-11-22 21:10"]),
    ],
)
def test_the_next_two_runs(expression: str, expected: list[str]) -> None:
    """Fields hold numbers, names, lists, ranges and steps; a rate counts from when its rule is made."""
    assert [f"{time:%Y-%m-%d %H:%M}" for time in islice(runs(expression, FRIDAY), 2)] == expected


def test_a_year_that_is_over_never_comes() -> None:
    """A cron whose years are past fires no more."""
    assert list(runs("cron(0 0 1 1 ? 2020)", FRIDAY)) == []


@pytest.mark.parametrize(
    ("expression", "times"),
    [("cron(30 8 * * ? *)", 30), ("rate(6 hours)", 120), ("rate(7 days)", 4), ("rate(31 days)", 0)],
)
def test_runs_a_month(expression: str, times: int) -> None:
    """A month has 30 days."""
    assert runs_a_month(expression, FRIDAY) == times


@pytest.mark.parametrize("expression", ["daily", "rate(0.5 days)", "cron(0 8 L * ? *)", "cron(0 8 * * ?)"])
def test_what_is_not_known_is_refused(expression: str) -> None:
    """Anything else is named rather than guessed at."""
    with pytest.raises(ValueError, match=r"neither rate|not known here"):
        next(runs(expression, FRIDAY))


@pytest.mark.parametrize(
    ("expression", "hours"),
    [
        ("cron(30 8 * * ? *)", 24),
        ("cron(10 0/6 * * ? *)", 6),
        ("cron(0 8,9 * * ? *)", 23),
        ("cron(0 12 ? * MON-FRI *)", 72),
        ("cron(0 12 1 * ? *)", 744),
        ("rate(6 hours)", 6),
        ("rate(5 minutes)", 1 / 12),
        ("rate(365 days)", 8760),
        ("cron(0 8 L * ? *)", 744),
        ("cron(0 0 1 1 ? 2020)", 744),
    ],
)
def test_hours_between_runs_are_the_most(expression: str, hours: float) -> None:
    """A weekend, a night or a month without a run is what may pass before one is missed."""
    assert hours_between(expression) == pytest.approx(hours)
