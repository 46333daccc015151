"""The documentation for readers of the edge does what it says."""

import re
from pathlib import Path

import pytest

from lambdas.common import codec
from tests.unit.common.bodies import BODIES

ROOT = Path(__file__).resolve().parents[3]
PAGES = "".join((ROOT / page).read_text() for page in ("docs/read-the-edge.md", "README.md"))
EXAMPLES = [code for code in re.findall(r"```python\n(.*?)```", PAGES, re.DOTALL) if "edge.example" in code]


@pytest.mark.parametrize("example", EXAMPLES, ids=["protobuf and lz4 alone", "the codec", "README"])
def test_the_examples_read_an_object(example: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each example, pointed at a folder instead of a server, prints the title it read and when it was fetched."""
    (tmp_path / "movie").mkdir()
    blob = codec.encode("movie", BODIES["movie"], fetched_at=1_700_000_000)
    (tmp_path / "movie" / "550.pb.lz4").write_bytes(blob)
    exec(example.replace("https://edge.example", tmp_path.as_uri()), {})  # our own page
    printed = capsys.readouterr().out
    assert printed.startswith("The Lantern ")
    assert "1700000000" in printed
