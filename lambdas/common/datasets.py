"""The datasets: everything that differs between movies, shows, people, lists and the rest is declared here alone.

A dataset is one entry in DATASETS and one protobuf message. Facts about TMDB's names and paths:
https://developer.themoviedb.org/docs/daily-id-exports and https://developer.themoviedb.org/docs/append-to-response.
"""

from dataclasses import dataclass
from enum import StrEnum

from google.protobuf.message import Message

from proto.tmdb.v1 import (
    collection_pb2,
    company_pb2,
    episode_pb2,
    imdb_pb2,
    keyword_pb2,
    lists_pb2,
    movie_pb2,
    network_pb2,
    person_pb2,
    tv_pb2,
)

MAX_APPENDED = 20
"""TMDB answers 400 (code 27) to more appended parts in one call."""
LAST_PAGE = 500
"""TMDB answers 400 (code 22) to a higher page, however many it says there are."""


class Mode(StrEnum):
    """How a harvest finds its ids."""

    EXPORT = "export"
    """TMDB's daily file of all valid ids."""
    SYNC = "sync"
    """TMDB's feed of ids that changed."""
    PAGES = "pages"
    """The pages of one of TMDB's lists."""
    IDS = "ids"
    """Ids given by hand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dataset:
    """One kind of title, or one of TMDB's lists of titles.

    `name` is the word used everywhere: events, messages, metrics, commands. `path` is TMDB's API path of one title and
    at once the folder of its object at the edge. `export` and `adult_export` are export file names without date;
    `changes` is the path of the changes feed. `parts` are appended to the detail call. A dataset with `seasons` appends
    that many first season numbers too; each season becomes an object of its own below the title. `reviews` says that
    there are pages of reviews below a title. The ids of a `paged` one are page numbers from 1 to LAST_PAGE, and `path`
    is asked with `?page=`.

    The ids of one that is `found_by` an external source of TMDB's `/find` are that source's numbers, written in its
    `spelling`. Such a title is stored as what is found, and `message` points to it. `own` is the field of a body that
    repeats the id it was asked for (of a page, `page`), `first` the lowest id.
    """

    name: str
    path: str
    message: type[Message]
    export: str | None = None
    adult_export: str | None = None
    changes: str | None = None
    parts: tuple[str, ...] = ()
    seasons: int = 0
    reviews: bool = False
    paged: bool = False
    found_by: str | None = None
    spelling: str = "{}"
    own: str = "id"
    first: int = 1

    def __post_init__(self) -> None:
        appended = len(self.parts) + self.seasons
        if appended > MAX_APPENDED:
            raise ValueError(f"{self.name} appends {appended} parts, TMDB takes {MAX_APPENDED}")

    def spelled(self, id: int) -> str:
        """The id as keys, URLs and people write it: 550, or tt0133093."""
        return self.spelling.format(id)

    @property
    def modes(self) -> frozenset[Mode]:
        """The modes a feed of this dataset may have."""
        if self.paged:
            return frozenset({Mode.PAGES})
        found = {Mode.EXPORT: self.export, Mode.SYNC: self.changes, Mode.IDS: True}
        return frozenset(mode for mode, source in found.items() if source)


_ENTRIES = (
    Dataset(
        name="movie",
        path="movie",
        message=movie_pb2.Movie,
        export="movie_ids",
        adult_export="adult_movie_ids",
        changes="movie/changes",
        parts=(
            "alternative_titles",
            "credits",
            "external_ids",
            "images",
            "keywords",
            "recommendations",
            "release_dates",
            "reviews",
            "similar",
            "translations",
            "videos",
            "watch/providers",
        ),
        reviews=True,
    ),
    Dataset(
        name="tv",
        path="tv",
        message=tv_pb2.Tv,
        export="tv_series_ids",
        adult_export="adult_tv_series_ids",
        changes="tv/changes",
        parts=(
            "aggregate_credits",
            "alternative_titles",
            "content_ratings",
            "credits",
            "external_ids",
            "images",
            "keywords",
            "translations",
            "videos",
            "watch/providers",
        ),
        seasons=10,
        reviews=True,
    ),
    Dataset(
        name="person",
        path="person",
        message=person_pb2.Person,
        export="person_ids",
        adult_export="adult_person_ids",
        changes="person/changes",
        parts=("combined_credits", "external_ids", "images", "translations"),
    ),
    Dataset(
        name="collection",
        path="collection",
        message=collection_pb2.Collection,
        export="collection_ids",
        parts=("images", "translations"),
    ),
    Dataset(name="company", path="company", message=company_pb2.Company, export="production_company_ids"),
    Dataset(name="keyword", path="keyword", message=keyword_pb2.Keyword, export="keyword_ids"),
    Dataset(name="network", path="network", message=network_pb2.Network, export="tv_network_ids"),
    Dataset(name="movie_popular", path="movie/popular", message=lists_pb2.MovieList, paged=True),
    Dataset(name="movie_trending_day", path="trending/movie/day", message=lists_pb2.MovieList, paged=True),
    Dataset(name="movie_trending_week", path="trending/movie/week", message=lists_pb2.MovieList, paged=True),
    Dataset(name="movie_now_playing", path="movie/now_playing", message=lists_pb2.MovieList, paged=True),
    Dataset(name="movie_upcoming", path="movie/upcoming", message=lists_pb2.MovieList, paged=True),
    Dataset(name="movie_top_rated", path="movie/top_rated", message=lists_pb2.MovieList, paged=True),
    Dataset(name="tv_popular", path="tv/popular", message=lists_pb2.TvList, paged=True),
    Dataset(name="tv_trending_day", path="trending/tv/day", message=lists_pb2.TvList, paged=True),
    Dataset(name="tv_trending_week", path="trending/tv/week", message=lists_pb2.TvList, paged=True),
    Dataset(name="tv_airing_today", path="tv/airing_today", message=lists_pb2.TvList, paged=True),
    Dataset(name="tv_on_the_air", path="tv/on_the_air", message=lists_pb2.TvList, paged=True),
    Dataset(name="tv_top_rated", path="tv/top_rated", message=lists_pb2.TvList, paged=True),
    Dataset(name="imdb", path="imdb", message=imdb_pb2.ImdbTitle, found_by="imdb_id", spelling="tt{:07d}"),
)

DATASETS: dict[str, Dataset] = {dataset.name: dataset for dataset in _ENTRIES}


def episodes(show: int, season: int) -> Dataset:
    """The episodes of one season, by their numbers. They are no dataset for feeds, as nothing of TMDB's lists them."""
    return Dataset(
        name="episode",
        path=f"tv/{show:d}/season/{season:d}/episode",
        message=episode_pb2.Episode,
        parts=("credits", "external_ids", "images", "translations", "videos"),
        own="episode_number",
        first=0,
    )
