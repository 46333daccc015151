"""IMDb's list through the deployed world: launched from a file, found, stored as what it is, and accounted for."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lambdas.common.datasets import DATASETS
from local.catalogue.samples import SamplesCatalogue
from local.run.rounds import fake_state
from tests.system.test_cli import tmdb
from tests.system.world import World, eventually
from tests.unit.cli.imdb.test_basics import row, write
from tests.unit.common.lake_folder import LakeFolder

UNKNOWN = "tt2000000001"


@pytest.fixture(autouse=True)
def world(operated: World) -> World:
    """The world that `--local` finds."""
    return operated


@pytest.fixture
def movie(world: World) -> tuple[str, int]:
    """A movie of the samples by both its ids."""
    assert world.settings.samples
    catalogue = SamplesCatalogue(world.settings.samples)
    bodies = [body for key, body in sorted(catalogue.served(0).items()) if key.startswith("movie/")]
    named = [(str(body.get("imdb_id")), int(body["id"])) for body in bodies]
    return next(pair for pair in named if catalogue.find(pair[0]) == [("movie", pair[1])])


def test_a_launch_to_its_end(world: World, movie: tuple[str, int], tmp_path: Path) -> None:
    """It leaves what became of each id at its end; what TMDB has has a pointer, an object and its reviews."""
    imdb_id, id = movie
    source, results = write(tmp_path / "title.basics.tsv", row(imdb_id), row(UNKNOWN)), tmp_path / "results.csv"
    told = tmdb("launch", "--source", str(source), "--results", str(results))
    assert told == f"sent: 2 titles of 2 lines\n{results}: 1 found, 1 not found, 0 ambiguous, 0 failed\n"
    header, *rows = results.read_text().splitlines()
    assert header == "imdb_id,outcome,dataset,id,detail"
    assert rows == [f"{imdb_id},found,movie,{id},movie/{id}", f"{UNKNOWN},not_found,,,"]
    assert tmdb("outcomes", "imdb-ids-", "--csv").splitlines() == [header, *rows]
    assert world.title(f"imdb/{imdb_id}") == {"imdb_id": imdb_id, "dataset": "movie", "id": id}
    assert world.title(f"movie/{id}/reviews")["id"] == world.title(f"movie/{id}")["id"] == id
    assert json.loads(tmdb("query", f"imdb/{imdb_id}", "--json"))["dataset"] in DATASETS
    assert "sent: 0 titles" in tmdb("launch", "--source", str(source))


@pytest.fixture
def known(world: World, movie: tuple[str, int]) -> Iterator[None]:
    """A lake that knows the movie, of which there is no pointer yet."""
    lake = LakeFolder((world.settings.local / "lake").resolve())
    file = lake.put("movie_current", [{"id": movie[1], "imdb_id": movie[0], "fetched_at": "2026-11-20 08:00:00"}])
    bucket = world.deployment.outputs["EdgeBucket"]
    world.deployment.emulator.client("s3").delete_object(Bucket=bucket, Key=f"imdb/{movie[0]}.pb.lz4")
    yield
    file.unlink()


@pytest.mark.usefixtures("known")
def test_what_the_lake_knows_is_not_looked_up(world: World, movie: tuple[str, int], tmp_path: Path) -> None:
    """An id in the lake's current rows is collected as what it is there, without a call of /find."""
    imdb_id, id = movie

    def found() -> int:
        return sum(fake_state(world.tmdb)["by_kind"].get("find", {}).values())

    before = found()
    source = write(tmp_path / "title.basics.tsv", row(imdb_id))
    assert "known to the lake and not looked up: 1 of them" in tmdb("launch", "--source", str(source))
    eventually((world.settings.local / f"edge/imdb/{imdb_id}.pb.lz4").exists)
    assert world.title(f"imdb/{imdb_id}") == {"imdb_id": imdb_id, "dataset": "movie", "id": id}
    assert found() == before
