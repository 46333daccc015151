"""Made-up people."""

from local.catalogue import parts, text
from local.catalogue.draw import Draw
from local.catalogue.protocol import Body


def person(draw: Draw, id: int, name: str, popularity: float, adult: bool) -> Body:
    """A person with its four parts."""
    born = draw.day()
    imdb_id = f"nm{id:07d}"
    known: dict[str, list[Body]] = {"cast": [], "crew": []}
    for order in range(draw.up_to(60, 1 + draw.number(5))):
        known["cast"].append(
            parts.movie_row(draw, adult)
            | {
                "character": text.person(draw.bits()),
                "credit_id": draw.hex(),
                "order": order,
                "media_type": "movie",
            }
            if draw.chance(0.7)
            else parts.tv_row(draw, adult)
            | {
                "character": "",
                "credit_id": draw.hex(),
                "episode_count": 1 + draw.number(90),
                "media_type": "tv",
            }
        )
    for _ in range(draw.up_to(20)):
        credit = {
            "credit_id": draw.hex(),
            "department": "Production",
            "job": "Producer",
            "media_type": "movie",
        }
        known["crew"].append(parts.movie_row(draw, adult) | credit)
    return {
        "adult": adult,
        "also_known_as": [text.person(draw.bits()) for _ in range(draw.number(4))],
        "biography": draw.prose("en", 10) if draw.chance(0.5) else "",
        "birthday": draw.one((None, born.isoformat(), born.isoformat())),
        "deathday": draw.one((None, None, None, "2020-02-29")),
        "gender": draw.one((0, 1, 2, 2, 3)),
        "homepage": draw.one((None, None, f"https://www.example.com/person/{id}")),
        "id": id,
        "imdb_id": imdb_id,
        "known_for_department": draw.one(("Acting", "Acting", "Directing", "Writing", "Sound", "Visual Effects")),
        "name": name,
        "place_of_birth": draw.one((None, "Łódź, Poland", "京都市, 日本", "Brooklyn, New York, USA")),
        "popularity": popularity,
        "profile_path": draw.path_or_none(),
        "combined_credits": known,
        "external_ids": {"freebase_mid": None, "freebase_id": None, "imdb_id": imdb_id, "tvrage_id": None}
        | parts.social(draw, "wikidata_id", "facebook_id", "instagram_id", "tiktok_id", "twitter_id", "youtube_id"),
        "images": parts.images(draw, profiles=parts.POSTER),
        "translations": parts.translations(draw, "biography", "name"),
    }
