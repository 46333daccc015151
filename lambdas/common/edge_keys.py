"""Keys of objects at the edge: TMDB's own API path plus `.pb.lz4`, so whoever knows the API knows our URLs.

    movie/550.pb.lz4
    tv/1399.pb.lz4
    tv/1399/season/1.pb.lz4
    tv/popular/1.pb.lz4         the first page of a list

Keys are built from dataset names and ints only. `title_key` and `season_key` are undone by `parse_key`.
"""

import re
from typing import NamedTuple

from lambdas.common.datasets import DATASETS, LAST_PAGE, Dataset
from lambdas.common.work import MAX_ID

SUFFIX = ".pb.lz4"
CONTENT_TYPE = "application/x-protobuf"
CACHE_CONTROL = "public, max-age=300"
"""Short: a CDN never learns of an overwrite by itself."""

_KEY = re.compile(r"(?P<path>[a-z_/]+)/(?P<id>[1-9]\d{0,9})(?:/season/(?P<season>0|[1-9]\d{0,9}))?\.pb\.lz4", re.ASCII)


class Key(NamedTuple):
    """What a key names. `id` is the page of a list; `season` is None for the title itself."""

    dataset: str
    id: int
    season: int | None


def title_key(dataset: Dataset, id: int) -> str:
    """Key of a title's object, or of the page `id` of a list. Raises ValueError when `id` is out of range."""
    return f"{title_prefix(dataset, id)}{SUFFIX}"


def season_key(dataset: Dataset, id: int, season: int) -> str:
    """Key of one season of a title. Raises ValueError when `id` or `season` is out of range."""
    if type(season) is not int or not 0 <= season < MAX_ID:
        raise ValueError(f"{season!r} is not a season number")
    return f"{title_prefix(dataset, id)}/season/{season}{SUFFIX}"


def title_prefix(dataset: Dataset, id: int) -> str:
    """Folder of everything that lies under a title, without a trailing slash."""
    if type(id) is not int or not 0 < id < _end(dataset):
        raise ValueError(f"{id!r} is not a TMDB id of {dataset.name}")
    return f"{dataset.path}/{id}"


def parse_key(key: str) -> Key:
    """Take a key apart. Raises ValueError for anything `title_key` and `season_key` do not build."""
    match = _KEY.fullmatch(key)
    if match:
        path, id, season = match["path"], int(match["id"]), match["season"]
        for dataset in DATASETS.values():
            seasons_fit = season is None or (dataset.seasons and int(season) < MAX_ID)
            if dataset.path == path and id < _end(dataset) and seasons_fit:
                return Key(dataset.name, id, None if season is None else int(season))
    raise ValueError(f"{key!r} is not a key of an edge object")


def _end(dataset: Dataset) -> int:
    """The first number that is no id any more."""
    return LAST_PAGE + 1 if dataset.paged else MAX_ID
