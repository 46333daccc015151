"""IMDb ids as people give them: each is one number, and nothing else is taken for one."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.imdb.ids import parse_id, wanted


@pytest.mark.parametrize("id", ["tt0133093", "tt0000001", "tt10872600", "tt2147483647"])
def test_ids(id: str) -> None:
    """What IMDb writes is the number behind `tt`."""
    assert parse_id(id) == int(id[2:])


@given(st.text() | st.from_regex(r"(tt|nm)?\d{5,12}\n?", fullmatch=True))
def test_what_is_understood_is_written_so(text: str) -> None:
    """No two texts are one id, and what is taken for one is in its range."""
    try:
        number = parse_id(text)
    except ValueError:
        return
    assert 0 < number < 2**31 and f"tt{number:07d}" == text


def test_ids_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--ids -` reads them; what is there twice is one, in the order of the first."""
    monkeypatch.setattr("sys.stdin", io.StringIO("tt0000003\ntt0000001\r\ntt0000003\n"))
    assert wanted(["tt0000009"], Path("-")) == [9, 3, 1]
