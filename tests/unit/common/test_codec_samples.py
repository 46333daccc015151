"""Recorded bodies of many years, and TMDB's own description of its API, against the schema."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.common import codec
from lambdas.common.datasets import DATASETS
from lambdas.common.shape import Shape, shape_of
from local.catalogue import samples
from tests.recordings import NOT_HERE, TMDB
from tests.unit.common.bodies import differences

KINDS = samples.KINDS | {"episode_details": "episode", "episode_append": "episode"}
LISTS = {"movie_lists": "movie_popular", "tv_lists": "tv_popular", "trending": "movie_trending_day"}
NO_LISTS = ("latest", "trending-all")  # one title; titles and people in one list, which is no dataset
# API paths whose 200 describes a message, or a part of one.
_EPISODE = "/3/tv/{series_id}/season/{season_number}/episode/{episode_number}"
_SEASON = "/3/tv/{series_id}/season/{season_number}"
ROOTS = {
    "/3/movie/{movie_id}": "movie",
    "/3/person/{person_id}": "person",
    "/3/collection/{collection_id}": "collection",
    "/3/company/{company_id}": "company",
    "/3/keyword/{keyword_id}": "keyword",
    "/3/network/{network_id}": "network",
    _EPISODE: "episode",
    _SEASON: "season",
    "/3/tv/{series_id}": "tv",
}
ROOTS = {f"/3/{dataset.path}": name for name, dataset in DATASETS.items() if dataset.paged} | ROOTS
NOT_PARTS = {"account_states", "rating", "movies"}  # a user's own, or no part of a mirror
NOT_KEPT = {"value", "original_value"}  # of changes: of any type

SAMPLES = [path for kind in KINDS for path in sorted((TMDB / "samples" / kind).glob("*.json"))]


SAMPLES += [
    path
    for kind in LISTS
    for path in sorted((TMDB / "samples" / kind).glob("*.json"))
    if not any(word in path.name for word in NO_LISTS)
]


@pytest.mark.skipif(not SAMPLES, reason=NOT_HERE)
def test_recorded_bodies_come_back_whole() -> None:
    """Every recorded body comes back value by value, with no field unknown to the schema."""
    lost: dict[str, list[str]] = {}
    for path in SAMPLES:
        dataset = (KINDS | LISTS)[path.parent.name]
        encoded = codec.convert(dataset, codec.parse(path.read_bytes()), fetched_at=1)
        found = [*differences(json.loads(path.read_bytes()), codec.decode(dataset, encoded.blob)), *encoded.unknown]
        if found:
            lost[path.name] = found
    assert lost == {}


@pytest.mark.skipif(not (TMDB / "openapi.json").exists(), reason=NOT_HERE)
def test_the_schema_covers_the_api_description() -> None:
    """Every field that TMDB's API description names is in the schema, parts included."""
    paths = json.loads((TMDB / "openapi.json").read_bytes())["paths"]
    missing: list[str] = []
    for path, methods in paths.items():
        root = next((root for root in ROOTS if path == root or path.startswith(f"{root}/")), None)
        part = path.removeprefix(root or path).strip("/")
        if root is None or "get" not in methods or part in NOT_PARTS or part.startswith(("season/", "episode/")):
            continue
        described = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        shape: Shape | None = shape_of(codec.message_type(ROOTS[root]).DESCRIPTOR)
        if part:
            field = shape.by_key.get(part) if shape else None
            shape = field.shape if field else None
            described["properties"] = {k: v for k, v in described.get("properties", {}).items() if k != "id"}
        if shape is None:
            missing.append(path)
        else:
            missing += [f"{path} {place}" for place in _missing(described, shape)]
    assert missing == []


def _missing(described: dict[str, Any], shape: Shape) -> Iterator[str]:
    for key, value in described.get("properties", {}).items():
        if re.fullmatch("[A-Z]{2}", key):  # a country
            yield from _missing(value, shape)
            continue
        field = shape.by_key.get(key)
        if field is None:
            if key not in NOT_KEPT:
                yield key
        elif field.shape is not None:
            inner = value.get("items", value)
            yield from (f"{key}.{place}" for place in _missing(inner, field.shape))
