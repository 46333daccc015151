"""The movies that the page's tests know: in the catalog, and at the edge."""

import json
from collections.abc import Iterator
from typing import Any

from tests.unit.common.bodies import BODIES

ODD_TITLE = '<img src=x onerror="alert(1)"> & Sons'
DAMAGED, MISSING = 61, 62
"""Titles that the catalog knows, and whose object is damaged, or not there."""

_ONES: list[dict[str, Any]] = [
    {"id": 550, "title": "Łódź by Night", "release_date": "1999-10-15", "popularity": 900.5, "genres": ["Drama"]},
    {"id": 551, "title": "Night Train", "release_date": "1999-03-01", "popularity": 800.25, "genres": ["Crime"]},
    {"id": 552, "title": "Nightjar", "release_date": "2004-01-02", "popularity": 700.0, "genres": ["Drama", "War"]},
    {"id": 60, "title": ODD_TITLE, "release_date": "2010-01-01", "popularity": 650.0, "genres": ["Comedy"]},
    {"id": DAMAGED, "title": "Damaged Goods", "release_date": "2011-01-01", "popularity": 600.0, "genres": []},
    {"id": MISSING, "title": "Missing Goods", "release_date": "2012-01-01", "popularity": 500.0, "genres": []},
]
_CAST = {550: ["Ørsted Nielsen", "Ana Silva", "Bo Li", "Cy Young"], 551: ["Ana Silva"], 552: ["Nobody Else"]}


def bodies() -> Iterator[dict[str, Any]]:
    """TMDB's bodies of 46 movies; `Number 00` to `Number 39` are there to fill pages."""
    yield from (_body(one) for one in _ONES)
    for number in range(40):
        day = f"{1960 + number}-05-05"
        yield _body(
            {"id": 1000 + number, "title": f"Number {number:02}", "release_date": day, "popularity": 40 - number}
        )


def _body(given: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(BODIES["movie"])
    genres = [{"id": 1 + place, "name": name} for place, name in enumerate(given.get("genres", ["Western"]))]
    cast = [
        {"id": 1 + place, "name": name, "character": "Self"} for place, name in enumerate(_CAST.get(given["id"], []))
    ]
    poster = f"/poster-{given['id']}.jpg" if given["id"] != MISSING else None
    return body | given | {"genres": genres, "poster_path": poster, "credits": {"cast": cast, "crew": []}}
