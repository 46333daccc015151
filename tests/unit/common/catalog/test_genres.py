"""One spelling for each genre."""

from pathlib import Path

import pytest

from lambdas.common.catalog.genres import spelled, spellings
from lambdas.common.catalog.text import normalise


def test_known_spellings_become_one() -> None:
    """Typing errors, case and other names come to the name in the list; what no list knows stays."""
    assert spelled(["aomedy", "COMEDY", "sci-fi", "Science Fiction", "Kaiju"]) == {
        "aomedy": "Comedy",
        "COMEDY": "Comedy",
        "sci-fi": "Science Fiction",
        "Science Fiction": "Science Fiction",
        "Kaiju": "Kaiju",
    }


def test_names_are_spelled_as_themselves() -> None:
    """No name is a spelling of another, so spelling twice changes nothing."""
    assert all(spellings()[normalise(name)] == name for name in spellings().values())


def test_a_spelling_of_two_genres_is_refused(tmp_path: Path) -> None:
    """A list that contradicts itself is found before it decides anything."""
    file = tmp_path / "genres.json"
    file.write_text('{"Comedy": ["fun"], "Family": ["Fun"]}')
    with pytest.raises(ValueError, match="under Comedy and under Family"):
        spellings(file)
