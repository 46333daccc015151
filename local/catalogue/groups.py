"""Made-up collections, companies, networks and keywords."""

from local.catalogue import parts
from local.catalogue.draw import Draw
from local.catalogue.protocol import Body


def collection(draw: Draw, id: int, name: str, tongue: str) -> Body:
    """A collection with its movies and two parts."""
    return {
        "id": id,
        "name": name,
        "original_language": tongue,
        "original_name": name,
        "overview": draw.prose(tongue, 4),
        "poster_path": draw.path_or_none(),
        "backdrop_path": draw.path_or_none(),
        "parts": [parts.movie_row(draw) | {"media_type": "movie"} for _ in range(2 + draw.number(8))],
        "images": parts.images(draw, backdrops=parts.BACKDROP, posters=parts.POSTER),
        "translations": parts.translations(draw, "title", "overview", "homepage"),
    }


def company(draw: Draw, id: int, name: str) -> Body:
    """A production company; networks have the same fields but description and parent_company."""
    return network(draw, id, name) | {
        "description": draw.one(("", "", None)),
        "parent_company": {
            "id": 1 + draw.number(250_000),
            "logo_path": draw.path("png"),
            "name": name + " Group",
        }
        if draw.chance(0.1)
        else None,
    }


def network(draw: Draw, id: int, name: str) -> Body:
    """A tv network."""
    return {
        "headquarters": draw.one(("", "Los Gatos, California", "東京都港区")),
        "homepage": draw.one(("", "https://www.example.com")),
        "id": id,
        "logo_path": draw.one((None, draw.path("png"))),
        "name": name,
        "origin_country": draw.one(("", "US", "JP", "GB")),
    }
