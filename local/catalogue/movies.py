"""Made-up movies."""

from local.catalogue import credited, parts, text
from local.catalogue.draw import COUNTRIES, Draw
from local.catalogue.protocol import Body


def movie(draw: Draw, id: int, name: str, tongue: str, popularity: float, adult: bool) -> Body:
    """A movie with its twelve parts."""
    day = draw.day()
    country = draw.one(COUNTRIES)
    imdb_id = f"tt{2 * id:07d}"
    unknown = draw.chance(0.6)
    return {
        "adult": adult,
        "backdrop_path": draw.path_or_none(0.6),
        "belongs_to_collection": {
            "id": 1 + draw.number(1_500_000),
            "name": f"{name} Collection",
            "poster_path": draw.path_or_none(),
            "backdrop_path": draw.path_or_none(),
        }
        if draw.chance(0.1)
        else None,
        "budget": 0 if unknown else draw.number(300_000_000),
        "genres": parts.genres(draw),
        "homepage": draw.one(("", "", f"https://www.example.com/{id}")),
        "id": id,
        "imdb_id": imdb_id,
        "origin_country": [country],
        "original_language": tongue,
        "original_title": name,
        "overview": draw.prose(tongue, 6),
        "popularity": popularity,
        "poster_path": draw.path_or_none(0.8),
        "production_companies": parts.companies(draw),
        "production_countries": [{"iso_3166_1": country, "name": country}],
        "release_date": day.isoformat(),
        "revenue": 0 if unknown else draw.number(2_900_000_000),
        "runtime": draw.one((0, 85 + draw.number(70))),
        "softcore": adult and draw.chance(0.3),
        "spoken_languages": parts.spoken_languages(tongue),
        "status": draw.one(
            ("Released", "Released", "Rumored", "Planned", "In Production", "Post Production", "Canceled")
        ),
        "tagline": draw.one(("", text.title("en", draw.bits()))),
        "title": name if tongue == "en" else text.title("en", draw.bits()),
        "video": draw.chance(0.02),
        "vote_average": draw.vote(),
        "vote_count": draw.number(30_000) if draw.size > 0.05 else draw.number(20),
        "alternative_titles": parts.alternative_titles(draw, "titles"),
        "credits": credited.cast_and_crew(draw, with_cast_id=True),
        "external_ids": {"imdb_id": imdb_id}
        | parts.social(draw, "wikidata_id", "facebook_id", "instagram_id", "twitter_id"),
        "images": parts.images(draw, backdrops=parts.BACKDROP, logos=parts.LOGO, posters=parts.POSTER),
        "keywords": parts.keywords(draw, "keywords"),
        "recommendations": parts.page_of([row | {"media_type": "movie"} for row in _rows(draw)]),
        "release_dates": parts.release_dates(draw),
        "reviews": parts.reviews(draw),
        "similar": parts.page_of(_rows(draw)),
        "translations": parts.translations(draw, "homepage", "overview", "runtime", "tagline", "title"),
        "videos": parts.videos(draw),
        "watch/providers": parts.watch_providers(draw, f"movie/{id}"),
    }


def _rows(draw: Draw) -> list[Body]:
    return [parts.movie_row(draw) for _ in range(draw.up_to(40))]
