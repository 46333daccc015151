"""The datasets: everything that differs between movies, shows, people, lists and the rest is declared here alone.

A dataset is one entry in DATASETS and one protobuf message. Facts about TMDB's names and paths:
https://developer.themoviedb.org/docs/daily-id-exports and https://developer.themoviedb.org/docs/append-to-response.
"""

from dataclasses import dataclass
from enum import StrEnum

from google.protobuf.message import Message

from lambdas.common.quality import Quality, Range
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

    `quality` is what must be true of a record, or of each entry of a page, for the lake to take it: None where the lake
    has no such rows. It has no default, so that nobody forgets it.
    """

    name: str
    path: str
    message: type[Message]
    quality: Quality | None
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


_VOTES = (Range("vote_average", 0, 10), Range("vote_count", 0))
_POPULARITY = Range("popularity", 0)
_NAMED = Quality(required=("name",))
SEASON_QUALITY = Quality(required=("season_number",), ranges=(Range("vote_average", 0, 10),), dates=("air_date",))
"""Of the seasons, which are no dataset of their own: they come with their show, and their episodes with them."""


def _listed(name: str, path: str, message: type[Message], title: str) -> Dataset:
    """A list; `title` is the field in which its entries, movies or shows, have their title."""
    quality = Quality(required=(title,), ranges=(*_VOTES, _POPULARITY), dates=("release_date", "first_air_date"))
    return Dataset(name=name, path=path, message=message, paged=True, quality=quality)


_ENTRIES = (
    Dataset(
        name="movie",
        path="movie",
        message=movie_pb2.Movie,
        quality=Quality(required=("title",), ranges=(*_VOTES, _POPULARITY), dates=("release_date",)),
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
        quality=Quality(required=("name",), ranges=(*_VOTES, _POPULARITY), dates=("first_air_date", "last_air_date")),
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
        quality=Quality(required=("name",), ranges=(_POPULARITY,), dates_or_years=("birthday", "deathday")),
        export="person_ids",
        adult_export="adult_person_ids",
        changes="person/changes",
        parts=("combined_credits", "external_ids", "images", "translations"),
    ),
    Dataset(
        name="collection",
        path="collection",
        message=collection_pb2.Collection,
        quality=_NAMED,
        export="collection_ids",
        parts=("images", "translations"),
    ),
    Dataset(
        name="company", path="company", message=company_pb2.Company, export="production_company_ids", quality=_NAMED
    ),
    Dataset(name="keyword", path="keyword", message=keyword_pb2.Keyword, export="keyword_ids", quality=_NAMED),
    Dataset(name="network", path="network", message=network_pb2.Network, export="tv_network_ids", quality=_NAMED),
    _listed("movie_popular", "movie/popular", lists_pb2.MovieList, "title"),
    _listed("movie_trending_day", "trending/movie/day", lists_pb2.MovieList, "title"),
    _listed("movie_trending_week", "trending/movie/week", lists_pb2.MovieList, "title"),
    _listed("movie_now_playing", "movie/now_playing", lists_pb2.MovieList, "title"),
    _listed("movie_upcoming", "movie/upcoming", lists_pb2.MovieList, "title"),
    _listed("movie_top_rated", "movie/top_rated", lists_pb2.MovieList, "title"),
    _listed("tv_popular", "tv/popular", lists_pb2.TvList, "name"),
    _listed("tv_trending_day", "trending/tv/day", lists_pb2.TvList, "name"),
    _listed("tv_trending_week", "trending/tv/week", lists_pb2.TvList, "name"),
    _listed("tv_airing_today", "tv/airing_today", lists_pb2.TvList, "name"),
    _listed("tv_on_the_air", "tv/on_the_air", lists_pb2.TvList, "name"),
    _listed("tv_top_rated", "tv/top_rated", lists_pb2.TvList, "name"),
    Dataset(
        name="imdb",
        path="imdb",
        message=imdb_pb2.ImdbTitle,
        quality=None,  # a pointer; what it points to is recorded as what it is
        found_by="imdb_id",
        spelling="tt{:07d}",
    ),
)

DATASETS: dict[str, Dataset] = {dataset.name: dataset for dataset in _ENTRIES}


def episodes(show: int, season: int) -> Dataset:
    """The episodes of one season, by their numbers. They are no dataset for feeds, as nothing of TMDB's lists them."""
    return Dataset(
        name="episode",
        path=f"tv/{show:d}/season/{season:d}/episode",
        message=episode_pb2.Episode,
        quality=None,  # the lake has it in its season's row
        parts=("credits", "external_ids", "images", "translations", "videos"),
        own="episode_number",
        first=0,
    )
