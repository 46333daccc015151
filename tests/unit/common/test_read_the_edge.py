"""The documentation for readers of the edge does what it says."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from lambdas.common import codec
from tests.unit.common.bodies import BODIES

ROOT = Path(__file__).resolve().parents[3]
PAGES = "".join((ROOT / page).read_text() for page in ("docs/read-the-edge.md", "README.md"))
EXAMPLES = [code for code in re.findall(r"```python\n(.*?)```", PAGES, re.DOTALL) if "edge.example" in code]


MOVIE: dict[str, Any] = orjson.loads(BODIES["movie"])
LISTED = {"page": 1, "results": [{"id": 550, "title": MOVIE["title"]}], "total_pages": 1, "total_results": 1}
OBJECTS: dict[str, tuple[str, dict[str, Any]]] = {
    "movie/550": ("movie", MOVIE),
    "imdb/tt0137523": ("imdb", {"imdb_id": "tt0137523", "dataset": "movie", "id": 550}),
    "movie/550/reviews": ("reviews", {"id": 550, "results": [{"id": "a", "author": "Ana", "content": "Good."}]}),
    "movie/popular/1": ("movie_popular", LISTED),
}


@pytest.mark.parametrize(
    ("example", "more"),
    [*zip(EXAMPLES, [[], ["1 reviews by {'Ana'}", f"page 1 of 1 ['{MOVIE['title']}']"], [], []], strict=True)],
    ids=["protobuf and lz4 alone", "lists, IMDb ids and reviews", "the codec", "README"],
)
def test_the_examples_read_an_object(
    example: str, more: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each example, pointed at a folder instead of a server, prints the title it read and when it was fetched."""
    for path, (kind, body) in OBJECTS.items():
        file = tmp_path / f"{path}.pb.lz4"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(codec.convert(kind, body, fetched_at=1_700_000_000).blob)
    exec(example.replace("https://edge.example", tmp_path.as_uri()), {})  # our own page
    printed = capsys.readouterr().out
    assert printed.startswith("The Lantern ")
    assert "1700000000" in printed
    assert printed.splitlines()[1:][: len(more)] == more
