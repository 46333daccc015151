"""A deployed world that several tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from local.run.deployment import deployed
from local.run.fakes import fake_bunny, fake_tmdb
from local.run.settings import RunSettings
from tests.system.world import World
from tests.unit.common.bodies import BODIES, dataset_of

SHARED_SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "tmdb" / "samples"


@pytest.fixture(scope="session", params=["made-up samples", "recorded samples"])
def samples(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of `<kind>/<name>.json` bodies: our own, and the recorded ones where they lie beside the repository."""
    if request.param == "recorded samples":
        if not SHARED_SAMPLES.is_dir():
            pytest.skip("the recorded bodies in ../shared/tmdb/samples are not here")
        return SHARED_SAMPLES
    folder = tmp_path_factory.mktemp("samples")
    kinds = {"movie": "movie_append", "tv": "tv_append", "season": "season_append", "person": "person_append"}
    for name, body in BODIES.items():
        dataset = dataset_of(name)
        if dataset == "episode":
            continue
        kind = folder / kinds.get(dataset, dataset)
        kind.mkdir(exist_ok=True)
        (kind / f"{name}.json").write_bytes(body)
    return folder


@pytest.fixture(scope="session")
def mirrored(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The stacks deployed with an S3 edge, beside a TMDB that serves these samples."""
    local = tmp_path_factory.mktemp("local")
    settings = RunSettings.from_env({"LOCAL": str(local), "EDGE": "s3", "SAMPLES": str(samples)})
    with (
        fake_tmdb(settings) as tmdb,
        fake_bunny(settings) as bunny,
        deployed(settings, tmdb=tmdb, bunny=bunny, console=Console(quiet=True), enforce_iam=True) as deployment,
    ):
        yield World(settings, tmdb["root"], deployment)
