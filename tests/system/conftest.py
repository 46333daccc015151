"""Deployed worlds that several tests share."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from local import emulator
from local.run.catalog import Database, database
from local.run.deployment import Deployment, deployed
from local.run.fakes import fake_bunny, fake_tmdb
from local.run.settings import RunSettings
from tests.recordings import NOT_HERE, SAMPLES
from tests.system.world import World
from tests.unit.common.bodies import BODIES, dataset_of

NOWHERE = "http://127.0.0.1:9"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What was called is looked at when all has been called, and while the world that was called is still there."""
    items.sort(key=lambda item: ("[recorded samples]" in item.name, item.path.name == "test_grants.py"))


@pytest.fixture(scope="session", params=["made-up samples", "recorded samples"])
def samples(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of `<kind>/<name>.json` bodies: our own, and the recorded ones where they lie beside the repository."""
    if request.param == "recorded samples":
        if not SAMPLES.is_dir():
            pytest.skip(NOT_HERE)
        return SAMPLES
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


@pytest.fixture(scope="session")
def own_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """What the catalog of `strict` is filled into."""
    with database(tmp_path_factory.mktemp("database") / "data") as made:
        yield made


@pytest.fixture(scope="session")
def strict(own_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The stacks with a catalog, on an emulator that refuses what no policy allows; nothing is harvested."""
    with emulator.start(tmp_path_factory.mktemp("strict"), enforce_iam=True) as aws:
        context = {"stage": "local", "tmdb_api_url": NOWHERE, "tmdb_exports_url": NOWHERE}
        stacks = aws.deploy(f"{sys.executable} app.py", context | own_database.settings)
        yield Deployment(aws, {name: value for stack in stacks.values() for name, value in stack.items()})


@pytest.fixture(scope="session")
def identities(mirrored: World) -> dict[str, dict[str, str]]:
    """Keys of an operator and of a reader, each with the policies that the stacks have for them."""
    reader, operator = (mirrored.deployment.outputs[f"{name}Policy"] for name in ("Reader", "Operator"))
    return {"operator": mirrored.identity("operator", reader, operator), "reader": mirrored.identity("reader", reader)}


@pytest.fixture
def operated(mirrored: World, identities: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> World:
    """The mirrored world, found by `tmdb --local` and worked on by an operator."""
    mirrored.entrust(identities["operator"])
    mirrored.found_by(monkeypatch)
    return mirrored
