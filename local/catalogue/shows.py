"""Made-up tv titles, their seasons and episodes."""

from dataclasses import dataclass
from datetime import timedelta

from local.catalogue import credited, parts, text
from local.catalogue.draw import COUNTRIES, Draw
from local.catalogue.ids import mix
from local.catalogue.protocol import Body


@dataclass(frozen=True, slots=True)
class Season:
    """A season as its title lists it."""

    id: int
    number: int
    episodes: int


def tv(draw: Draw, id: int, name: str, tongue: str, popularity: float, adult: bool, seasons: list[Season]) -> Body:
    """A tv title with its ten parts; its seasons are bodies of their own. Specials do not count as a season."""
    first = draw.day()
    country = draw.one(COUNTRIES)
    imdb_id = f"tt{2 * id + 1:07d}"
    regular = [season for season in seasons if season.number]
    creator = text.person(draw.bits())
    last = episode(draw, regular[-1], id, regular[-1].episodes - 1) if regular and regular[-1].episodes else None
    return {
        "adult": adult,
        "backdrop_path": draw.path_or_none(0.6),
        "created_by": [
            {
                "id": 1 + draw.number(3_800_000),
                "credit_id": draw.hex(),
                "name": creator,
                "original_name": creator,
                "gender": draw.number(4),
                "profile_path": draw.path_or_none(),
            }
            for _ in range(draw.number(3))
        ],
        "episode_run_time": draw.one(([], [42], [22, 45])),
        "first_air_date": first.isoformat(),
        "genres": parts.genres(draw),
        "homepage": draw.one(("", f"https://www.example.com/tv/{id}")),
        "id": id,
        "in_production": draw.chance(0.3),
        "languages": [tongue],
        "last_air_date": (first + timedelta(days=len(regular) * 365)).isoformat(),
        "last_episode_to_air": last,
        "name": name if tongue == "en" else text.title("en", draw.bits()),
        "next_episode_to_air": None,
        "networks": parts.companies(draw),
        "number_of_episodes": sum(season.episodes for season in regular),
        "number_of_seasons": len(regular),
        "origin_country": [country],
        "original_language": tongue,
        "original_name": name,
        "overview": draw.prose(tongue, 6),
        "popularity": popularity,
        "poster_path": draw.path_or_none(0.8),
        "production_companies": parts.companies(draw),
        "production_countries": [{"iso_3166_1": country, "name": country}],
        "seasons": [
            {
                "air_date": draw.one((None, draw.day().isoformat())),
                "episode_count": season.episodes,
                "id": season.id,
                "name": "Specials" if season.number == 0 else f"Season {season.number}",
                "overview": "",
                "poster_path": draw.path_or_none(),
                "season_number": season.number,
                "vote_average": draw.vote(),
            }
            for season in seasons
        ],
        "softcore": adult and draw.chance(0.3),
        "spoken_languages": parts.spoken_languages(tongue),
        "status": draw.one(("Returning Series", "Planned", "In Production", "Ended", "Canceled", "Pilot")),
        "tagline": draw.one(("", text.title("en", draw.bits()))),
        "type": draw.one(("Scripted", "Miniseries", "Reality", "Documentary", "News", "Talk Show", "Video")),
        "vote_average": draw.vote(),
        "vote_count": draw.number(5000),
        "aggregate_credits": credited.aggregate_credits(draw),
        "alternative_titles": parts.alternative_titles(draw, "results"),
        "content_ratings": parts.content_ratings(draw),
        "credits": {"cast": credited.cast(draw, draw.number(6)), "crew": credited.crew(draw, draw.number(4))},
        "external_ids": {
            "imdb_id": imdb_id,
            "freebase_mid": None,
            "freebase_id": None,
            "tvdb_id": draw.number(450_000),
        }
        | {"tvrage_id": draw.one((None, draw.number(60_000)))}
        | parts.social(draw, "wikidata_id", "facebook_id", "instagram_id", "twitter_id"),
        "images": parts.images(draw, backdrops=parts.BACKDROP, logos=parts.LOGO, posters=parts.POSTER),
        "keywords": parts.keywords(draw, "results"),
        "translations": parts.translations(draw, "homepage", "name", "overview", "tagline"),
        "videos": parts.videos(draw),
        "watch/providers": parts.watch_providers(draw, f"tv/{id}"),
    }


def episode(draw: Draw, season: Season, show_id: int, position: int) -> Body:
    """One episode without its people; numbers have a gap after the third."""
    number = position + 1 + (position >= 3 and season.number % 5 == 4)
    return {
        "air_date": draw.one((None, draw.day().isoformat(), draw.day().isoformat())),
        "episode_number": number,
        "episode_type": "finale"
        if position == season.episodes - 1
        else draw.one(("standard", "standard", "mid_season")),
        "id": 1 + mix(season.id, position) % 2_000_000_000,
        "name": text.title("en", draw.bits()) if draw.chance(0.8) else f"Episode {number}",
        "overview": draw.prose("en", 3),
        "production_code": draw.one(("", "", f"{season.number}x{number:02d}")),
        "runtime": draw.one((None, 42, 55)),
        "season_number": season.number,
        "show_id": show_id,
        "still_path": draw.path_or_none(0.6),
        "vote_average": draw.vote(),
        "vote_count": draw.number(200),
    }


def season(draw: Draw, season: Season, show_id: int) -> Body:
    """A season with its episodes and their people."""
    episodes = [
        episode(draw, season, show_id, position)
        | {
            "crew": credited.crew(draw, draw.number(3) + draw.up_to(20)),
            "guest_stars": credited.cast(draw, draw.number(4) + draw.up_to(30)),
        }
        for position in range(season.episodes)
    ]
    return {
        "_id": draw.hex(),
        "air_date": draw.one((None, draw.day().isoformat())),
        "episodes": episodes,
        "name": "Specials" if season.number == 0 else f"Season {season.number}",
        "networks": parts.companies(draw)[:1],
        "overview": draw.prose("en", 3),
        "id": season.id,
        "poster_path": draw.path_or_none(0.7),
        "season_number": season.number,
        "vote_average": draw.vote(),
    }
