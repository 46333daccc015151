"""`make serve`: what a run mirrored is found in the catalog, and shown by the page from the edge."""

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from lambdas.common import codec
from local import session
from tests.browser.node import node
from tests.system.test_run import left_of, run
from tests.system.world import eventually


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the run."""
    return tmp_path_factory.mktemp("serve") / "local"


@pytest.fixture(scope="module")
def served(local: Path) -> Iterator[dict[str, str]]:
    """A small run that is kept up: the addresses of `page` and `edge`."""
    with run(local, "--serve", LIMIT="25", PORT="0") as process:
        assert process.stdout
        said: dict[str, str] = {}
        lines = []
        for line in iter(process.stdout.readline, ""):
            lines.append(line)
            if found := re.match(r"(page|edge) +(http://[^/\s]+)", line):
                said[found[1]] = found[2]
            if "Ctrl-C" in line:
                break
        assert said.keys() == {"page", "edge"}, "".join(lines)[-3000:]
        yield said
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0 and "stopped" in output
    assert left_of(local) == []


def search(url: str, **query: str) -> dict[str, Any]:
    """A page of the search API."""
    with urlopen(f"{url}/movies?" + "&".join(f"{name}={quote(value)}" for name, value in query.items())) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def titles(local: Path) -> dict[str, str]:
    """The titles of the movies at the edge, by their keys."""
    blobs = {f"movie/{path.name}": path.read_bytes() for path in (local / "edge" / "movie").glob("*.pb.lz4")}
    return {key: codec.read("movie", blob).title for key, blob in blobs.items()}


def test_every_movie_of_the_run_is_in_the_catalog(local: Path, served: dict[str, str]) -> None:
    """What lies at the edge is what the search finds, no more and no less, each under its own title."""
    at_edge = titles(local)
    assert search(served["page"], limit="50")["total"] == len(at_edge) >= 20
    for key, title in at_edge.items():
        words = " ".join(title.split())
        if len(words) > 1:
            assert key in [movie["edge_key"] for movie in search(served["page"], title=words, limit="50")["movies"]]


def test_the_page_shows_a_movie_from_the_edge(local: Path, served: dict[str, str]) -> None:
    """A browser that is given a title's address reads it from the pull zone and asks nobody else for it."""
    key, title = next((key, title) for key, title in titles(local).items() if title.isascii())
    id = key.removeprefix("movie/").removesuffix(".pb.lz4")
    shown = node("show.mjs", f"{served['page']}/#movie/{id}", served["page"], served["edge"])
    assert shown.returncode == 0, shown.stderr
    assert " ".join(title.split()) in " ".join(shown.stdout.split())


def test_a_dropped_file_is_found(local: Path, served: dict[str, str]) -> None:
    """Movies of a file below drop/ of the lake's bucket, whatever its name, are in the catalog a moment later."""
    drop = local / "lake" / "drop"
    drop.mkdir(exist_ok=True)
    movies = [{"title": "Zażółć", "year": 2001, "cast": ["Ana"], "genres": ["Drama"]}, {"title": None}]
    (drop / "mein file ł.json").write_text(json.dumps(movies))
    found = eventually(lambda: search(served["page"], title="zazolc")["movies"])
    assert [(movie["title"], movie["year"], movie["cast"]) for movie in found] == [("Zażółć", 2001, ["Ana"])]


def test_the_session_in_the_docs_is_current(
    local: Path, served: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands of docs/operating.md answer as the page says they do, but for numbers and the order of lines."""
    monkeypatch.setenv("LOCAL", str(local))
    monkeypatch.setenv("COLUMNS", "")  # to be as it is now afterwards
    page = session.PAGE.read_text()
    assert session.masked(session.recorded(page)) == session.masked(page)
