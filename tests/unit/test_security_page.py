"""SECURITY.md claims nothing that no test shows."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLAIMS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "SECURITY.md").read_text())))


@pytest.mark.parametrize(("file", "name"), CLAIMS, ids="::".join)
def test_the_test_that_is_named_is_there(file: str, name: str) -> None:
    """Each test that the page names is a function of that file."""
    tree = ast.parse((ROOT / file).read_text())
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_row_is_shown_by_a_test() -> None:
    """A row of a table about what somebody may try has what holds him, and a test."""
    rows = [line.split("|")[1:-1] for line in (ROOT / "SECURITY.md").read_text().splitlines() if line.startswith("|")]
    tries = [row for row in rows if len(row) == 3 and row[2].strip() not in ("shown by", "---", "lost, it costs")]
    claims = [row for row in tries if "::test_" in row[2]]
    assert len(claims) > 25
    assert all(row[1].strip() for row in claims)
    assets = ("quota", "edge:", "role may do", "operator may do", "public data", "requests and queries")
    assert [row for row in tries if row not in claims and not any(word in row[2] for word in assets)] == []
