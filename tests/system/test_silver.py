"""The deployed lake: what lies at the edge is there in SQL, value by value, and nothing comes in twice or by mistake."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from lambdas.common.bronze import pack
from lambdas.common.datasets import DATASETS
from lambdas.common.edge_keys import parse_key
from lambdas.common.tables import TABLES
from local.run.lake import ask, fill
from tests.system.world import World, eventually
from tests.unit.lake_writer.test_values import record


@pytest.fixture(scope="module")
def filled(mirrored: World) -> World:
    """The mirrored world, some titles of which have surely been collected, after a night."""
    ids = {"movie": mirrored.ids("movie"), "tv": mirrored.ids("tv"), "person": mirrored.ids("person")}
    mirrored.collect(ids)
    fill(mirrored.deployment, Console(quiet=True))
    return mirrored


def rows(world: World, folder: str) -> list[dict[str, Any]]:
    """The rows of all files below a folder of the lake."""
    files = [str(path) for path in (world.deployment.lake / folder).rglob("*.parquet")]
    with duckdb.connect() as database:
        found = database.execute("SELECT * FROM read_parquet($files, union_by_name = true)", {"files": files})
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def content(world: World) -> dict[str, bytes]:
    """Every byte of the lake but what queries leave."""
    lake = world.deployment.lake
    paths = (path for path in lake.rglob("*") if path.is_file() and not path.name.endswith(".meta.json"))
    return {key: path.read_bytes() for path in paths if not (key := f"{path.relative_to(lake)}").startswith("athena/")}
