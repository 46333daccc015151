"""The documentation for readers of the edge does what it says."""

import re
from pathlib import Path

import pytest

from lambdas.common import codec
from tests.unit.common.bodies import BODIES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "read-the-edge.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=["with protobuf and lz4 alone", "with the codec"])
def test_the_examples_read_an_object(example: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each example, pointed at a folder instead of a server, prints the title it read and when it was fetched."""
    (tmp_path / "movie").mkdir()
    blob = codec.encode("movie", BODIES["movie"], fetched_at=1_700_000_000)
    (tmp_path / "movie" / "550.pb.lz4").write_bytes(blob)
    exec(example.replace("https://edge.example", tmp_path.as_uri()), {})  # our own page
    printed = capsys.readouterr().out
    assert printed.startswith("The Lantern ")
    assert "1700000000" in printed
