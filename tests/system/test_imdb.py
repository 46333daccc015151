"""IMDb's list through the deployed world: launched from a file, found, stored as what it is, and accounted for."""

import json
from pathlib import Path
from typing import Any

import pytest

from lambdas.common.datasets import DATASETS
from local.catalogue.samples import SamplesCatalogue
from tests.system.test_cli import tmdb
from tests.system.world import World, eventually
from tests.unit.cli.imdb.test_basics import row, write

UNKNOWN = "tt2000000001"


@pytest.fixture(autouse=True)
def world(mirrored: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world that `--local` finds."""
    mirrored.found_by(monkeypatch)
    return mirrored


@pytest.fixture
def movie(world: World) -> tuple[str, int]:
    """A movie of the samples by both its ids."""
    assert world.settings.samples
    catalogue = SamplesCatalogue(world.settings.samples)
    bodies = [body for key, body in sorted(catalogue.served(0).items()) if key.startswith("movie/")]
    named = [(str(body.get("imdb_id")), int(body["id"])) for body in bodies]
    return next(pair for pair in named if catalogue.find(pair[0]) == [("movie", pair[1])])


def test_a_launch_to_its_end(world: World, movie: tuple[str, int], tmp_path: Path) -> None:
    """A title of the list has a pointer, an object and its reviews; one that TMDB does not know is listed as gone."""
    imdb_id, id = movie
    source = write(tmp_path / "title.basics.tsv", row(imdb_id), row(UNKNOWN))
    assert "sent: 2 titles of 2 lines" in tmdb("launch", "--source", str(source))

    def outcomes() -> Any:
        runs = [run for run in json.loads(tmdb("status", "--json"))["runs"] if run["dataset"] == "imdb" and run["done"]]
        return runs and [json.loads(line) for line in tmdb("outcomes", runs[0]["run"], "--json").splitlines()]

    told = {found["title"]: found["outcome"] for found in eventually(outcomes)}
    assert told.pop(f"imdb/{UNKNOWN}") == "gone"
    assert told in ({f"imdb/{imdb_id}": "stored"}, {f"imdb/{imdb_id}": "unchanged"})
    assert world.title(f"imdb/{imdb_id}") == {"imdb_id": imdb_id, "dataset": "movie", "id": id}
    assert world.title(f"movie/{id}/reviews")["id"] == world.title(f"movie/{id}")["id"] == id
    assert json.loads(tmdb("query", f"imdb/{imdb_id}", "--json"))["dataset"] in DATASETS
    assert "sent: 0 titles" in tmdb("launch", "--source", str(source))
