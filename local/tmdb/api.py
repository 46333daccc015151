"""The paths under /3 and what they answer when nothing goes wrong."""

from collections.abc import Mapping, Sequence
from datetime import date

from aiohttp import web

from local.catalogue.protocol import Body, Catalogue, InvalidId, Moment
from local.tmdb import changes
from local.tmdb.details import MAX_APPENDED, PARTS, Details, Packed
from local.tmdb.errors import JSON, error, json_response
from local.tmdb.lists import LAST_PAGE, LISTS, PAGE, Lists

_SIZES = ["w300", "w780", "w1280", "original"]
CONFIGURATION = {
    "images": {
        "base_url": "http://image.tmdb.org/t/p/",
        "secure_base_url": "https://image.tmdb.org/t/p/",
        **{f"{kind}_sizes": _SIZES for kind in ("backdrop", "logo", "poster", "profile", "still")},
    },
    "change_keys": [
        "adult",
        "cast",
        "crew",
        "images",
        "overview",
        "season",
        "title",
        "translations",
        "videos",
    ],
}
_FOUND = ("movie", "person", "tv", "tv_episode", "tv_season")
_SUMMARY_FIELDS = """
adult backdrop_path id name title original_language original_name original_title overview poster_path profile_path
gender known_for_department popularity release_date first_air_date video vote_average vote_count origin_country
"""
_SUMMARY = tuple(_SUMMARY_FIELDS.split())
"""What a row of search results shows of a title."""


class Api:
    """Answers for a catalogue. `turns` are the days on which its rounds began."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._details = Details(catalogue)
        self._lists = Lists(catalogue)

    def answer(
        self,
        request: web.BaseRequest,
        path: str,
        at: Moment,
        today: date,
        turns: Sequence[date],
        totals: changes.Totals,
    ) -> web.Response:
        """The answer to a GET of a path without the leading `/3/`."""
        if request.method not in {"GET", "HEAD"}:
            return error(42)
        if path in LISTS:
            return self._lists.respond(path, request.query, at)
        match path.split("/"):
            case ["configuration"]:
                return json_response(CONFIGURATION, headers={"Cache-Control": "public, max-age=43200"})
            case ["find", external_id]:
                return self._find(external_id, request.query.get("external_source"), at)
            case [dataset, "changes"] if dataset in changes.DATASETS:
                return changes.respond(self._catalogue, dataset, request.query, today, turns, totals)
            case ["tv", id, "season", number] if id.isdecimal() and number.isdecimal():
                return self._detail(request, at, "tv", int(id), int(number))
            case ["tv", id, "season", number, "episode", row] if all(map(str.isdecimal, (id, number, row))):
                return self._episode(int(id), int(number), int(row), at)
            case ["movie" | "tv" as dataset, id, "reviews"] if id.isdecimal():
                return self._reviews(dataset, int(id), request.query, at)
            case [dataset, id] if dataset in PARTS and dataset != "season" and id.isdecimal():
                return self._detail(request, at, dataset, int(id))
        return error(34)

    def _detail(
        self, request: web.BaseRequest, at: Moment, dataset: str, id: int, number: int | None = None
    ) -> web.Response:
        asked = tuple(name for name in request.query.get("append_to_response", "").split(",") if name)
        if len(asked) > MAX_APPENDED:
            return error(27)
        try:
            if number is None:
                packed = self._details.title(dataset, id, asked, at)
            elif self._catalogue.body(dataset, id, at) is None:
                return error(6)
            else:
                packed = self._details.season(id, number, asked, at)
        except InvalidId:
            return error(44)
        return error(34) if packed is None else _send(request, packed)

    def _find(self, external_id: str, source: str | None, at: Moment) -> web.Response:
        if not source:
            return error(5)
        found: dict[str, list[object]] = {f"{dataset}_results": [] for dataset in _FOUND}
        for dataset, id in self._catalogue.find(external_id):
            try:
                body = self._catalogue.body(dataset, id, at)
            except InvalidId:
                continue
            if body:
                row = {name: body[name] for name in _SUMMARY if name in body} | {"media_type": dataset}
                found[f"{dataset}_results"].append(row)
        place = self._catalogue.find_episode(external_id)
        if place and (episode := self._row(*place, at)):
            row = {name: value for name, value in episode.items() if name not in ("crew", "guest_stars")}
            found["tv_episode_results"].append(row | {"media_type": "tv_episode", "show_id": place[0]})
        return json_response(found)

    def _reviews(self, dataset: str, id: int, query: Mapping[str, str], at: Moment) -> web.Response:
        page = query.get("page", "1")
        if not page.isascii() or not page.isdigit() or not 1 <= int(page) <= LAST_PAGE:
            return error(22)
        try:
            reviews = self._catalogue.reviews(dataset, id, at)
        except InvalidId:
            return error(44)
        if reviews is None:
            return error(34)
        shown = reviews[(int(page) - 1) * PAGE : int(page) * PAGE]
        totals = {"total_pages": -(-len(reviews) // PAGE), "total_results": len(reviews)}
        return json_response({"id": id, "page": int(page), "results": shown} | totals)

    def _episode(self, tv_id: int, season: int, number: int, at: Moment) -> web.Response:
        """An episode without appended parts: each of them is one that TMDB may leave out."""
        episode = self._row(tv_id, season, number, at)
        return error(34) if episode is None else json_response(episode)

    def _row(self, tv_id: int, season: int, number: int, at: Moment) -> Body | None:
        """An episode as its season has it."""
        episodes = (self._catalogue.season(tv_id, season, at) or {}).get("episodes") or ()
        return next((row for row in episodes if row.get("episode_number") == number), None)


def _send(request: web.BaseRequest, packed: Packed) -> web.Response:
    headers = {
        "Content-Type": JSON,
        "Cache-Control": "public, max-age=28800",
        "ETag": packed.etag,
        "Vary": "Accept-Encoding, Origin",
    }
    if request.headers.get("If-None-Match") == packed.etag:
        return web.Response(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = web.Response(body=packed.gzipped, headers=headers | {"Content-Encoding": "gzip"})
    else:
        response = web.Response(body=packed.plain(), headers=headers)
    response.enable_chunked_encoding()
    return response
