"""Keys of objects at the edge: TMDB's own API path plus `.pb.lz4`, so whoever knows the API knows our URLs.

    movie/550.pb.lz4
    tv/1399.pb.lz4
    tv/1399/season/1.pb.lz4
    tv/1399/season/1/episode/1.pb.lz4   an episode that was asked for alone
    movie/550/reviews.pb.lz4            all reviews
    tv/popular/1.pb.lz4                 the first page of a list
    imdb/tt0133093.pb.lz4               what an IMDb id is at TMDB

Keys are built from dataset names and ints only. `title_key`, `season_key` and `reviews_key` are undone by `parse_key`.
"""

import re
from typing import NamedTuple

from lambdas.common.datasets import DATASETS, LAST_PAGE, Dataset
from lambdas.common.work import MAX_ID

SUFFIX = ".pb.lz4"
CONTENT_TYPE = "application/x-protobuf"
CACHE_CONTROL = "public, max-age=300"
"""Short: a CDN never learns of an overwrite by itself."""

_NUMBER = r"(?:0|[1-9]\d{0,9})"
_KEY = re.compile(
    r"(?P<path>[a-z_/]+)/(?P<spelled>[a-z]{0,4}(?P<id>\d{1,10}))"
    rf"(?:/season/(?P<season>{_NUMBER})(?:/episode/(?P<episode>{_NUMBER}))?|(?P<reviews>/reviews))?\.pb\.lz4",
    re.ASCII,
)


class Key(NamedTuple):
    """What a key names. `id` is the page of a list; without season, episode and reviews it is the title itself."""

    dataset: str
    id: int
    season: int | None = None
    episode: int | None = None
    reviews: bool = False


def title_key(dataset: Dataset, id: int) -> str:
    """Key of a title's object, or of the page `id` of a list. Raises ValueError when `id` is out of range."""
    return f"{title_prefix(dataset, id)}{SUFFIX}"


def season_key(dataset: Dataset, id: int, season: int) -> str:
    """Key of one season of a title. Raises ValueError when `id` or `season` is out of range."""
    if type(season) is not int or not 0 <= season < MAX_ID:
        raise ValueError(f"{season!r} is not a season number")
    return f"{title_prefix(dataset, id)}/season/{season}{SUFFIX}"


def reviews_key(dataset: Dataset, id: int) -> str:
    """Key of all reviews of a title. Raises ValueError when `id` is out of range."""
    return f"{title_prefix(dataset, id)}/reviews{SUFFIX}"


def title_prefix(dataset: Dataset, id: int) -> str:
    """Folder of everything that lies under a title, without a trailing slash."""
    if type(id) is not int or not dataset.first <= id < _end(dataset):
        raise ValueError(f"{id!r} is not a TMDB id of {dataset.name}")
    return f"{dataset.path}/{dataset.spelled(id)}"


def parse_key(key: str) -> Key:
    """Take a key apart. Raises ValueError for anything that is not built here."""
    match = _KEY.fullmatch(key)
    if match:
        season, episode = (None if match[part] is None else int(match[part]) for part in ("season", "episode"))
        named = Key("", int(match["id"]), season, episode, match["reviews"] is not None)
        for dataset in DATASETS.values():
            if (
                dataset.path == match["path"]
                and dataset.spelled(named.id) == match["spelled"]
                and _fits(dataset, named)
            ):
                return named._replace(dataset=dataset.name)
    raise ValueError(f"{key!r} is not a key of an edge object")


def _fits(dataset: Dataset, key: Key) -> bool:
    """Whether the dataset has titles with such an id, and such parts below them."""
    numbers = (key.season or 0, key.episode or 0)
    parts = (dataset.seasons or key.season is None) and (dataset.reviews or not key.reviews)
    return dataset.first <= key.id < _end(dataset) and bool(parts) and max(numbers) < MAX_ID


def _end(dataset: Dataset) -> int:
    """The first number that is no id any more."""
    return LAST_PAGE + 1 if dataset.paged else MAX_ID
