"""The oddities of real bodies, laid over made-up ones: what is null, empty, missing or of another type, how often."""

from collections.abc import Callable, Iterator
from typing import Any

from local.catalogue.draw import Draw
from local.catalogue.protocol import Body

MISSING = object()
"""Says that the key is not there at all, as in bodies of before the field existed."""

Change = Callable[[Any], Any]


def _set(value: object) -> Change:
    return lambda _: value


def _append(tail: str) -> Change:
    return lambda text: text + tail if text else text


def _digits(number: float | None) -> str | None:
    return None if number is None else str(number)


def _whole(number: float) -> int:
    return int(number)


def _long(number: float) -> float:
    return number / 3 + 0.0000000000000001


NULL, EMPTY, GONE = _set(None), _set(""), _set(MISSING)

_ANY = (
    (0.02, "popularity", _set(1e-06)),
    (0.10, "popularity", _long),
    (0.01, "popularity", _digits),
    (0.30, "vote_average", _whole),
    (0.05, "overview", _append(" \u200b")),
    (0.05, "overview", _append("\r\n\r\n\u00a0 & \u2028")),
    (0.02, "overview", NULL),
)
_TITLE = (
    *_ANY,
    (0.10, "tagline", NULL),
    (0.05, "homepage", NULL),
    (0.50, "softcore", GONE),
    (0.10, "origin_country", GONE),
    (0.03, "original_language", _set("xx")),
    (0.05, "credits.cast.*.character", NULL),
    (0.05, "credits.cast.*.known_for_department", GONE),
    (0.02, "credits.crew.*.gender", NULL),
    (0.01, "credits.crew.*.id", NULL),
    (0.05, "images.posters.*.vote_average", _digits),
    (0.10, "images.backdrops.*.aspect_ratio", _whole),
    (0.02, "videos.results.*.official", GONE),
    (0.02, "translations.translations.*.data.tagline", GONE),
    (0.01, "external_ids.wikidata_id", GONE),
)
QUIRKS: dict[str, tuple[tuple[float, str, Change], ...]] = {
    "movie": (
        *_TITLE,
        (0.20, "imdb_id", NULL),
        (0.02, "imdb_id", EMPTY),
        (0.08, "release_date", EMPTY),
        (0.02, "title", _append("  ")),
        (0.05, "revenue", _set(2_923_706_026)),
        (0.10, "similar.results.*.release_date", GONE),
        (0.10, "recommendations.results.*.vote_average", _whole),
        (0.05, "release_dates.results.*.release_dates.*.descriptors", GONE),
        (0.03, "belongs_to_collection.poster_path", NULL),
    ),
    "tv": (
        *_TITLE,
        (0.10, "first_air_date", EMPTY),
        (0.05, "first_air_date", NULL),
        (0.15, "last_air_date", NULL),
        (0.30, "last_episode_to_air", NULL),
        (0.10, "created_by.*.original_name", GONE),
        (0.20, "seasons.*.vote_average", _whole),
        (0.002, "seasons.*.season_number", NULL),
        (0.05, "seasons.*.vote_average", GONE),
        (0.20, "content_ratings.results.*.descriptors", GONE),
        (0.02, "aggregate_credits.crew.*.popularity", _whole),
    ),
    "season": (
        (0.30, "networks", GONE),
        (0.20, "episodes.*.still_path", NULL),
        (0.20, "episodes.*.episode_type", GONE),
        (0.10, "episodes.*.production_code", NULL),
        (0.10, "episodes.*.vote_average", _whole),
        (0.05, "episodes.*.crew.*.gender", NULL),
        (0.10, "overview", _append("\r\n")),
    ),
    "person": (
        *_ANY[:3],
        (0.02, "birthday", _set("1945")),
        (0.10, "birthday", EMPTY),
        (0.10, "deathday", EMPTY),
        (0.10, "homepage", EMPTY),
        (0.10, "place_of_birth", _set(" Reykjavík,\t Iceland ")),
        (0.30, "imdb_id", NULL),
        (0.05, "known_for_department", NULL),
        (0.05, "biography", _append("\r\n\r\n\u200b")),
        (0.02, "gender", NULL),
        (0.05, "combined_credits.cast.*.release_date", NULL),
        (0.05, "combined_credits.cast.*.first_air_date", NULL),
        (0.05, "external_ids.tiktok_id", GONE),
    ),
    "collection": (
        (0.10, "overview", EMPTY),
        (0.20, "parts.*.release_date", EMPTY),
        (0.10, "original_name", GONE),
    ),
    "company": ((0.20, "origin_country", GONE), (0.10, "headquarters", NULL)),
    "network": ((0.10, "homepage", NULL),),
    "keyword": (),
}
"""By kind of body: with this probability, at this path (`*` is every element, each for itself), this change."""


def apply(kind: str, body: Body, draw: Draw) -> Body:
    """Change a body in place, and return it."""
    for share, path, change in QUIRKS[kind]:
        for holder, key in _places(body, path.split(".")):
            if draw.chance(share):
                value = change(holder[key])
                if value is MISSING:
                    del holder[key]
                else:
                    holder[key] = value
    return body


def _places(value: Any, steps: list[str]) -> Iterator[tuple[Any, str]]:
    """Where a path leads: the objects that hold its last key."""
    first, *rest = steps
    if first == "*":
        for element in value or ():
            yield from _places(element, rest)
    elif isinstance(value, dict) and first in value:
        if rest:
            yield from _places(value[first], rest)
        else:
            yield value, first
