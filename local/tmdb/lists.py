"""TMDB's lists: 20 titles a page, in an order that differs by day and round, so that rows move between pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from local.catalogue.ids import mix
from local.catalogue.protocol import Body, Catalogue, InvalidId, Listed, Moment
from local.tmdb.errors import error, json_response

PAGE = 20
LAST_PAGE = 500
_ROW = [
    "adult",
    "backdrop_path",
    "id",
    "original_language",
    "overview",
    "popularity",
    "poster_path",
    "vote_average",
    "vote_count",
    "original_title",
    "release_date",
    "title",
    "video",
    "first_air_date",
    "name",
    "origin_country",
    "original_name",
]
"""What a row shows of a title, besides its genres."""


@dataclass(frozen=True)
class List:
    """A list of movies or shows: one in so many of those that exist, chosen anew after some days."""

    dataset: str
    one_in: int
    days: int = 1
    ahead: int | None = None
    """The list says which days it is of: a month from so many days ahead."""

    def titles(self, catalogue: Catalogue, at: Moment) -> list[Listed]:
        """What is on it, first to last."""
        turn = at.day.toordinal() // self.days
        chosen = [row for row in catalogue.listed(self.dataset, at.day) if not mix(row.id, turn) % self.one_in]
        return sorted(chosen, key=lambda row: (-row.popularity * (1 + mix(row.id, turn, at.round) % 100 / 200), row.id))


LISTS: Mapping[str, List] = {
    "movie/popular": List("movie", 1),
    "movie/now_playing": List("movie", 8, days=7, ahead=-30),
    "movie/upcoming": List("movie", 16, days=7, ahead=0),
    "movie/top_rated": List("movie", 3, days=30),
    "trending/movie/day": List("movie", 2),
    "trending/movie/week": List("movie", 2, days=7),
    "tv/popular": List("tv", 1),
    "tv/airing_today": List("tv", 4),
    "tv/on_the_air": List("tv", 2, days=7),
    "tv/top_rated": List("tv", 3, days=30),
    "trending/tv/day": List("tv", 2),
    "trending/tv/week": List("tv", 2, days=7),
}
"""By path."""


class Lists:
    """The lists of a catalogue. A list is put into order once for each moment it is asked at."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._ordered: dict[str, tuple[Moment, list[Listed]]] = {}

    def respond(self, path: str, query: Mapping[str, str], at: Moment) -> web.Response:
        """One page of the list, or TMDB's refusal of the page (code 22)."""
        page = query.get("page", "1")
        if not page.isascii() or not page.isdigit() or not 1 <= int(page) <= LAST_PAGE:
            return error(22)
        return json_response(self.page(path, int(page), at), headers={"Cache-Control": "public, max-age=21600"})

    def page(self, path: str, number: int, at: Moment) -> Body:
        """The body of a page; one past the end has no rows."""
        shown, titles = LISTS[path], self._titles(path, at)
        rows = [self._row(path, title, at) for title in titles[(number - 1) * PAGE : number * PAGE]]
        body: Body = {"page": number, "results": rows}
        if shown.ahead is not None:
            first, last = (at.day + timedelta(days=shown.ahead + days) for days in (0, 30))
            body = {"dates": {"maximum": last.isoformat(), "minimum": first.isoformat()}, **body}
        return body | {"total_pages": -(-len(titles) // PAGE), "total_results": len(titles)}

    def _titles(self, path: str, at: Moment) -> list[Listed]:
        if path not in self._ordered or self._ordered[path][0] != at:
            self._ordered[path] = at, LISTS[path].titles(self._catalogue, at)
        return self._ordered[path][1]

    def _row(self, path: str, title: Listed, at: Moment) -> Body:
        """A title as lists show it. Lists name titles that cannot be had, too."""
        dataset = LISTS[path].dataset
        try:
            body = self._catalogue.body(dataset, title.id, at) or {}
        except InvalidId:
            body = {}
        name = {"title": title.name, "video": False} if dataset == "movie" else {"name": title.name}
        row = name | {key: body[key] for key in _ROW if key in body} | {"id": title.id, "popularity": title.popularity}
        row["genre_ids"] = [genre["id"] for genre in body.get("genres") or ()]
        return row | ({"media_type": dataset} if path.startswith("trending/") else {})
