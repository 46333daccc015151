"""The table of the benchmark, and the file beside it."""

import io
import json
from pathlib import Path

from rich.console import Console

from bench.report import Row, at_most, bound, cheaper, table, write

ROWS = [
    at_most("codec", "encode", 30.0, "us", 2.0, against="floor", theirs=20.0),
    cheaper("codec", "encode", 30.0, "us", 10, against="naive", theirs=150.0),
    cheaper("codec", "decode", 30.0, "us", None, against="gzip", theirs=60.0),
    bound("rate", "stored", 33.6, "records/s", ">=", 30),
    bound("rate", "refused", 2.5, "%", "<=", 0.05),
]


def test_figures_and_targets() -> None:
    """Ours over theirs, theirs over ours, or ours alone is held against the target, on the right side of it."""
    assert [(row.figure, row.ok) for row in ROWS] == [
        (1.5, True),
        (5.0, False),
        (2.0, None),
        (33.6, True),
        (2.5, False),
    ]


def test_table() -> None:
    """Every row is shown with its figure, its target and whether that holds; an area is named once."""
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(table(ROWS))
    lines = console.export_text().splitlines()
    encode, naive, decode, stored, refused = (
        line for line in lines if " x" in line or "records/s" in line or "%" in line
    )
    assert "codec" in encode and "1.50 x" in encode and "<= 2 x" in encode and "yes" in encode
    assert "codec" not in naive and "5.00 x" in naive and "NO" in naive
    assert "2.00 x" in decode and "NO" not in decode and "yes" not in decode
    assert "33.6 records/s" in stored and ">= 30" in stored
    assert "2.50 %" in refused and "NO" in refused


def test_results(tmp_path: Path) -> None:
    """The file says what was measured, on which bodies, where, with what and when."""
    write(ROWS, {"count": 3, "mean": 17, "median": 7, "p99": 130}, tmp_path / "results.json")
    found = json.loads((tmp_path / "results.json").read_text())
    assert [Row(**{key: value for key, value in row.items() if key != "ok"}) for row in found["rows"]] == ROWS
    assert found["rows"][1]["ok"] is False
    assert found["bodies"]["mean"] == 17
    assert {"date", "processor", "cores", "python", "versions"} <= found["machine"].keys()
    assert "protobuf" in found["machine"]["versions"]
