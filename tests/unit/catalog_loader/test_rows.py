"""The rows of a dropped file: in whatever form, in whatever pieces, within bounds."""

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.catalog_loader.rows import LONGEST_ROW, Broken, rows

ROWS = st.lists(
    st.dictionaries(st.text(max_size=5), st.none() | st.integers(-(2**31), 2**31) | st.text() | st.booleans()),
    max_size=8,
)


def pieces(data: bytes, size: int = 7) -> Iterator[bytes]:
    """The data in pieces."""
    return (data[i : i + size] for i in range(0, len(data), size))


def read(data: bytes | str, size: int = 7) -> list[Any]:
    """The rows of a file."""
    return list(rows(pieces(data.encode() if isinstance(data, str) else data, size)))


@given(ROWS, st.integers(1, 40), st.sampled_from([None, 2]))
def test_an_array_comes_back(written: list[Any], size: int, indent: int | None) -> None:
    """The rows of an array, in order, however it is laid out and cut."""
    assert read(json.dumps(written, indent=indent), size) == written


@given(ROWS, st.integers(1, 40), st.sampled_from(["\n", "\r\n", "\n\n"]), st.booleans())
def test_newline_json_comes_back(written: list[Any], size: int, ending: str, last: bool) -> None:
    """The rows of newline JSON, with or without a line break at its end."""
    assert read(ending.join(map(json.dumps, written)) + (ending if last and written else ""), size) == written


@given(st.dictionaries(st.text(max_size=5), st.text(), min_size=1), st.integers(1, 40), st.sampled_from([None, 2]))
def test_a_single_object_comes_back(written: dict[str, str], size: int, indent: int | None) -> None:
    """One object is one row, on one line or on many."""
    assert read(json.dumps(written, indent=indent), size) == [written]


@pytest.mark.parametrize("text", ["", " \n\t", "[]", "\ufeff[]"])
def test_nothing_is_no_rows(text: str) -> None:
    """An empty file has no rows, and nothing wrong with it."""
    assert read(text) == []


def test_a_byte_order_mark_is_no_row() -> None:
    """Windows writes one."""
    assert read('\ufeff{"title": "A"}\n{"title": "B"}') == [{"title": "A"}, {"title": "B"}]


def test_a_bad_line_costs_itself_alone() -> None:
    """In newline JSON the rows around a broken line are read, also when it is the first."""
    text = '{"title": oops}\n{"title": "A"}\n\xff not utf8\n{"title": "B"}\n{"title": '
    found = read(text.encode("latin-1"))
    assert [row for row in found if not isinstance(row, Broken)] == [{"title": "A"}, {"title": "B"}]
    broken = [row for row in found if isinstance(row, Broken)]
    assert len(broken) == 3 and broken[0].content == '{"title": oops}' and "not JSON" in broken[0].reason


@pytest.mark.parametrize(
    ("text", "good", "reason"),
    [
        ('[{"title": "A"}, {"title": oops}, {"title": "B"}]', 1, "not JSON from here on"),
        ('[{"title": "A"}, {"title": "B"', 1, "the file ends in the middle of a row"),
        ('[{"title": "A"}] tail', 1, "not JSON from here on"),
        ('{\n "title": "A"\n', 0, "the file ends in the middle of a row"),
        ("title,year\nA,2000\n", 0, "not JSON from here on"),
        ("\x00\x01", 0, "not JSON from here on"),
    ],
)
def test_what_breaks_off_is_said_once(text: str, good: int, reason: str) -> None:
    """Rows before the break are kept, and the break stands in the place of the rest."""
    for size in (1, 7, 1000):
        *before, last = read(text, size)
        assert len(before) == good
        assert isinstance(last, Broken) and last.reason.startswith(reason)


@given(st.binary(max_size=200), st.integers(1, 50))
def test_any_bytes_end(data: bytes, size: int) -> None:
    """Whatever a file holds, reading it comes to an end without an error."""
    read(data, size)
    read(b"[" + data, size)
    read(b'{"a":1}\n' + data, size)


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "[" + "[" * 50_000 + "]" * 50_000 + "]"])
def test_depth_is_no_danger(text: str) -> None:
    """Brackets without end are read or refused, not crashed on."""
    assert len(read(text, 65_536)) <= 1


@pytest.mark.parametrize("start", [b'[{"title": "', b'{"title": "', b'{"title": "A"}\n{"title": "', b'[{"cast": ["x"'])
def test_a_row_without_an_end_is_left(start: bytes) -> None:
    """A row longer than any is given up long before it fills the memory."""

    def endless() -> Iterator[bytes]:
        yield start
        for _ in range(3 * LONGEST_ROW // 65_536):
            yield b"x" * 65_536 if not start.endswith(b'x"') else b',"x"' * 16_384

    tracemalloc.start()
    last = list(rows(endless()))[-1]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(last, Broken) and str(LONGEST_ROW) in last.reason
    assert peak < 40 * LONGEST_ROW


def test_a_line_that_is_too_long_costs_itself() -> None:
    """The lines around it are rows, wherever the file is cut into pieces."""
    long = [b'{"title": "', *[b"x" * 65_536] * (LONGEST_ROW // 65_536 + 2)]
    found = list(rows(iter([b'{"title": "A"}\n', *long, b'y"}\n{"title"', b': "B"}\n{"title": "C"}'])))
    assert [row for row in found if not isinstance(row, Broken)] == [{"title": name} for name in "ABC"]
    assert len(found) == 4


@pytest.mark.parametrize("form", ["array", "lines"])
def test_memory_does_not_grow_with_the_file(form: str) -> None:
    """A hundred thousand rows go by in the memory of a few pieces."""
    row = json.dumps({"title": "A", "year": 2000, "cast": ["x" * 30] * 5, "genres": []}).encode()

    def file() -> Iterator[bytes]:
        before, between, after = {"array": (b"[", b",", b"]"), "lines": (b"", b"\n", b"")}[form]
        yield before + row
        for _ in range(1_000):
            yield (between + row) * 100
        yield after

    tracemalloc.start()
    count = sum(1 for _ in rows(file()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 100_001
    assert peak < 2 * 1024 * 1024
