"""The functions' zips, unpacked: once for this interpreter, once for AWS."""

from pathlib import Path

import pytest

from stacks.components.bundling import Target, bundle
from tests.assets.runtime import provide

STAGES = (
    *("harvester", "collector", "lake_writer", "lake_compactor", "gold_builder"),
    *("catalog_api", "catalog_loader", "catalog_migrator"),
    *("watcher", "notifier"),
)


@pytest.fixture(scope="session", params=STAGES)
def stage(request: pytest.FixtureRequest) -> str:
    """Each stage in turn."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for each stage with what its zip holds, built for the interpreter at hand."""
    root = tmp_path_factory.mktemp("bundles")
    for name in STAGES:
        bundle(name, Target.named("host"), root / name)
    return root


@pytest.fixture(scope="session")
def provided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what Lambda's runtime brings along."""
    root = tmp_path_factory.mktemp("provided")
    provide(root)
    return root
