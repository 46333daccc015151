"""What each dataset declares of its records is what has always been checked, and of every field that it concerns."""

from types import SimpleNamespace
from typing import Any

import pytest

from lambdas.common.columns import columns_of
from lambdas.common.datasets import DATASETS, SEASON_QUALITY, Dataset, episodes
from lambdas.common.quality import Quality, are_too_many
from lambdas.common.tables import TABLES

DECLARED: dict[str, Quality | None] = {
    **{name: dataset.quality for name, dataset in DATASETS.items()},
    "season": SEASON_QUALITY,
}
CHECKED = {name: quality for name, quality in DECLARED.items() if quality}
REFUSED: dict[str, dict[Any, str]] = {
    "vote_average": {-0.1: "between 0 and 10", 10.1: "between 0 and 10"},
    "vote_count": {-1: "0 or more"},
    "popularity": {-0.1: "0 or more"},
    **{
        f"{name}_date": {"1999-02-30": "a date", "1999": "a date"}
        for name in ("release", "first_air", "last_air", "air")
    },
    **{name: {"1945-13-01": "a date or a year", "194": "a date or a year"} for name in ("birthday", "deathday")},
}
"""Of each field that quality looks at, wherever there is one: values that cannot be, and what they should be."""
TAKEN: dict[str, list[Any]] = {
    "vote_average": [None, 0, 10, 7.5],
    "vote_count": [None, 0],
    "popularity": [None, 0, 1e6],
    **{f"{name}_date": [None, "", "2024-02-29"] for name in ("release", "first_air", "last_air", "air")},
    **{name: [None, "", "1945", "1945-05-02"] for name in ("birthday", "deathday")},
}
NAMES = {"season": ["season_number"]} | {
    name: ["title" if name.startswith("movie") else "name"] for name in CHECKED if name != "season"
}
"""What a record must have besides its id."""


def fields(name: str) -> list[str]:
    """The fields of a record."""
    return [column.name for column in columns_of(TABLES[f"silver_{name}"].record)]


def record(name: str, /, **values: Any) -> SimpleNamespace:
    """A record in which all is well, but for these values."""
    fine = dict.fromkeys(fields(name)) | {"id": 1} | dict.fromkeys(NAMES[name], "0")
    return SimpleNamespace(**(fine | values))


def test_whatever_is_a_row_has_its_quality() -> None:
    """Who declares none has no rows in the lake: IMDb ids and single episodes. A new dataset must say which it is."""
    assert {f"silver_{name}" for name in CHECKED} == {
        name for name, table in TABLES.items() if table.by_day and table.record
    }
    assert {name for name, quality in DECLARED.items() if not quality} == {"imdb"}
    assert episodes(1, 1).quality is None
    with pytest.raises(TypeError, match="quality"):
        Dataset(name="new", path="new", message=DATASETS["movie"].message)  # type: ignore[call-arg]  # that is the point


@pytest.mark.parametrize("name", CHECKED)
def test_each_field_is_checked_that_can_be(name: str) -> None:
    """Ratings, counts and dates have the same rules wherever they are: no entry leaves one out, or names one wrong."""
    quality = CHECKED[name]
    ranged = {allowed.field for allowed in quality.ranges}
    assert ranged | {*quality.dates, *quality.dates_or_years} == REFUSED.keys() & {*fields(name)}
    assert [*quality.required] == NAMES[name] and {*quality.required} <= {*fields(name)}
    for field in REFUSED.keys() & {*fields(name)}:
        for value, told in REFUSED[field].items():
            assert quality.problem(record(name, **{field: value})) == f"{field}: it is not {told}"
        for value in TAKEN[field]:
            assert quality.problem(record(name, **{field: value})) is None


@pytest.mark.parametrize("name", CHECKED)
def test_a_record_says_what_it_is(name: str) -> None:
    """It has an id above 0, and what its kind goes by; season 0 has its number."""
    quality, (required,) = CHECKED[name], NAMES[name]
    assert quality.problem(record(name, id=None)) == "id: there is none"
    assert quality.problem(record(name, id=0)) == "id: it is not above 0"
    for nothing in (None, ""):
        assert quality.problem(record(name, **{required: nothing})) == f"{required}: there is none"
    assert quality.problem(record(name, **{required: 0})) is None


@pytest.mark.parametrize(("failing", "rows", "loud"), [(1, 1, False), (2, 2, True), (2, 20, False), (3, 29, True)])
def test_how_many_failing_rows_are_too_many(failing: int, rows: int, loud: bool) -> None:
    """More than a tenth, and more than one."""
    assert are_too_many(failing, rows) is loud
