"""The named queries: each says what it is for, is Trino, and finds something in the sample lake."""

from pathlib import Path
from typing import Any

import pytest
from obstore.store import LocalStore
from sqlglot.optimizer.qualify import qualify

from lambdas.common import trino
from lambdas.common.lakehouse import Lakehouse
from tests.unit.common.lake_folder import trino_schema

FILES = sorted((Path(__file__).resolve().parents[2] / "stacks" / "queries").glob("*.sql"))

EXPECTED: dict[str, list[tuple[Any, ...]]] = {
    "shows_total": [(8,)],
    "shows_top_10": [("Northern Line", 30.25, 8.5), ("Kettle", 1.0, 0.0)],
    "shows_by_day": [
        ("2026-11-25", "airing_today", 1, 1.0, 0.0),
        ("2026-11-25", "popular_shows", 2, 15.63, 4.25),
        ("2026-11-25", "trending_shows", 1, 30.25, 8.5),
        ("2026-11-24", "airing_today", 1, 1.0, 0.0),
        ("2026-11-24", "popular_shows", 2, 15.5, 4.25),
        ("2026-11-24", "trending_shows", 1, 30.0, 8.5),
    ],
    "shows_most_popular": [
        ("Northern Line", 30.25, 8.5, 900, "2011-04-17", "GB, IE"),
        ("Kettle", 1.0, 0.0, 0, "2026-11-25", "Unknown"),
    ],
    "shows_with_genres": [("Northern Line", 30.25, 8.5, "Drama, 9648")],
    "shows_quality": [
        (day, kind, shows, 0, 0, 0, 0)
        for day in ("2026-11-25", "2026-11-24")
        for kind, shows in (("airing_today", 1), ("popular_shows", 2), ("trending_shows", 1))
    ],
    "shows_acclaimed": [("Northern Line", 8.5, 900, 30.25, "2011-04-17", "A signal box, and who passes it.")],
    "shows_by_rating": [(8, 1)],
    "shows_by_language": [("en", 1, 30.25, 8.5), ("ja", 1, 1.0, 0.0)],
    "shows_trending": [("Northern Line", 30.25, 8.5, "2011-04-17", "A signal box, and who passes it.")],
    "shows_airing_today": [("Kettle", "2026-11-25", 0.0, 1.0, "A signal box, and who passes it.")],
    "shows_last_7_days": [("2026-11-25", 15.63, 4.25, 4), ("2026-11-24", 15.5, 4.25, 4)],
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_a_query_finds(sample: Path, tmp_path: Path, file: Path) -> None:
    """Each is run as it is."""
    lake = Lakehouse(LocalStore(sample), scratch=str(tmp_path))
    assert list(lake.rows(trino.parse(file.read_text()))[1]) == EXPECTED[file.stem]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_query_is_trino_and_says_what_it_is_for(file: Path) -> None:
    """Its first line is what Athena shows beside its name; it names only columns there are."""
    text = file.read_text()
    assert text.startswith("-- ")
    assert "\n--" not in text
    qualify(trino.parse(trino.to_trino(trino.parse(text))), schema=trino_schema(), dialect="trino")


def test_every_query_is_known() -> None:
    """None is left out above."""
    assert {file.stem for file in FILES} == EXPECTED.keys()
