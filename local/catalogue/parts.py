"""The parts that can be appended to a made-up title, each in the shape of TMDB's sub-resource without its `id`."""

from local.catalogue import text
from local.catalogue.draw import COUNTRIES, ENGLISH_NAMES, Draw
from local.catalogue.protocol import Body

_GENRES = (
    (28, "Action"),
    (35, "Comedy"),
    (18, "Drama"),
    (99, "Documentary"),
    (10751, "Family"),
    (878, "Science Fiction"),
    (27, "Horror"),
    (10402, "Music"),
    (16, "Animation"),
)
_PROVIDERS = (
    "Netflix",
    "Amazon Video",
    "Disney Plus",
    "Apple TV",
    "MUBI",
    "Google Play Movies",
    "Sky Store",
    "Canal+",
)
_CERTIFICATIONS = ("", "12", "PG-13", "R", "16", "TV-MA", "U", "15+", "ALL", "Не рекомендується")


POSTER, BACKDROP, LOGO = (2000, 3000), (3840, 2160), (800, 310)
"""Width and height of images."""


def page_of(rows: list[Body]) -> Body:
    """The first page of a paged sub-resource."""
    pages = -(-len(rows) // 20)
    return {"page": 1, "results": rows[:20], "total_pages": pages, "total_results": len(rows)}


def genres(draw: Draw) -> list[Body]:
    """Up to three genres."""
    picked = sorted({draw.number(len(_GENRES)) for _ in range(draw.number(4))})
    return [{"id": _GENRES[number][0], "name": _GENRES[number][1]} for number in picked]


def companies(draw: Draw) -> list[Body]:
    """Production companies or networks."""
    return [
        {
            "id": 1 + draw.number(250_000),
            "logo_path": draw.path_or_none(0.4),
            "name": text.title("en", draw.bits()) + " Pictures",
            "origin_country": draw.one((*COUNTRIES[:9], "US", "US", "")),
        }
        for _ in range(draw.number(3) + draw.up_to(5))
    ]


def _summary(draw: Draw, adult: bool) -> Body:
    tongue = text.language(draw.bits())
    return {
        "adult": adult,
        "backdrop_path": draw.path_or_none(0.7),
        "genre_ids": [genre["id"] for genre in genres(draw)],
        "id": 1 + draw.number(1_200_000),
        "original_language": tongue,
        "overview": draw.prose(tongue, 4),
        "popularity": draw.random.random() * 9,
        "poster_path": draw.path_or_none(0.9),
        "vote_average": draw.vote(),
        "vote_count": draw.number(3000),
    }


def movie_row(draw: Draw, adult: bool = False) -> Body:
    """A movie as lists, credits and collections show it."""
    row = _summary(draw, adult)
    name = text.title(row["original_language"], draw.bits())
    row |= {"original_title": name, "title": name, "release_date": draw.one((draw.day().isoformat(), ""))}
    return row | {"video": draw.chance(0.02)}


def tv_row(draw: Draw, adult: bool = False) -> Body:
    """A tv title as lists and credits show it."""
    row = _summary(draw, adult)
    name = text.title(row["original_language"], draw.bits())
    row |= {"original_name": name, "name": name, "first_air_date": draw.one((draw.day().isoformat(), ""))}
    return row | {"origin_country": [draw.one(COUNTRIES)]}


def images(draw: Draw, **shapes: tuple[int, int]) -> Body:
    """Images of each kind, given as `posters=(width, height)`."""
    return {
        kind: [
            {
                "aspect_ratio": round(width / height, 3),
                "height": height,
                "iso_639_1": draw.one((None, "en", *text.LANGUAGES)),
                "file_path": draw.path("png" if kind == "logos" else "jpg"),
                "vote_average": draw.vote(),
                "vote_count": draw.number(30),
                "width": width,
            }
            for _ in range(draw.up_to(220, draw.number(3)))
        ]
        for kind, (width, height) in shapes.items()
    }


def videos(draw: Draw) -> Body:
    """Trailers and the like, all on the usual sites."""
    return {
        "results": [
            {
                "iso_639_1": "en",
                "iso_3166_1": "US",
                "name": text.title("en", draw.bits()) + " | Official Trailer",
                "key": draw.path()[1:12],
                "site": draw.one(("YouTube", "YouTube", "Vimeo")),
                "size": draw.one((360, 720, 1080, 2160)),
                "type": draw.one(("Trailer", "Teaser", "Clip", "Featurette", "Behind the Scenes", "Bloopers")),
                "official": draw.chance(0.7),
                "published_at": draw.timestamp(),
                "id": draw.hex(),
            }
            for _ in range(draw.up_to(40, draw.number(3)))
        ]
    }


def translations(draw: Draw, *fields: str) -> Body:
    """Texts in other languages; the same language occurs with several countries. Most fields are often empty."""
    rows = []
    for number in range(draw.up_to(50, 1 + draw.number(3))):
        tongue = text.LANGUAGES[number % len(text.LANGUAGES)]
        data: Body = {}
        for field in fields:
            if field == "runtime":
                data[field] = draw.one((0, 0, 90 + draw.number(60)))
            elif field in {"overview", "biography"}:
                data[field] = draw.prose(tongue, 4) if draw.chance(0.7) else ""
            elif field == "homepage":
                data[field] = ""
            else:
                data[field] = draw.one(("", text.title(tongue, draw.bits())))
        english = ENGLISH_NAMES.get(tongue, tongue.capitalize())
        country = COUNTRIES[(number * 7 + draw.number(5)) % len(COUNTRIES)]
        names = {"name": text.title(tongue, draw.bits()), "english_name": english}
        rows.append({"iso_3166_1": country, "iso_639_1": tongue} | names | {"data": data})
    return {"translations": rows}


def alternative_titles(draw: Draw, key: str) -> Body:
    """Other titles, under `titles` for a movie and `results` for tv."""
    return {
        key: [
            {
                "iso_3166_1": draw.one(COUNTRIES),
                "title": text.title(draw.one(text.LANGUAGES), draw.bits()),
                "type": draw.one(("", "", "working title", "romanization")),
            }
            for _ in range(draw.up_to(40, draw.number(2)))
        ]
    }


def keywords(draw: Draw, key: str) -> Body:
    """Keywords, under `keywords` for a movie and `results` for tv."""
    names = (text.words("en", draw.bits(), 1 + draw.number(3)) for _ in range(draw.up_to(30, draw.number(5))))
    return {key: [{"id": 1 + draw.number(350_000), "name": name} for name in names]}


def release_dates(draw: Draw) -> Body:
    """Dates and certifications by country."""
    countries = draw.random.sample(COUNTRIES, min(70, draw.up_to(70, 1 + draw.number(3))))
    return {
        "results": [
            {
                "iso_3166_1": country,
                "release_dates": [
                    {
                        "certification": draw.one(_CERTIFICATIONS),
                        "descriptors": [],
                        "iso_639_1": draw.one(("", "", "en")),
                        "note": draw.one(("", "", "Netflix", "Festival de Cannes")),
                        "release_date": draw.timestamp(),
                        "type": 1 + draw.number(6),
                    }
                    for _ in range(1 + draw.number(3))
                ],
            }
            for country in countries
        ]
    }


def content_ratings(draw: Draw) -> Body:
    """Ratings of a tv title by country."""
    countries = draw.random.sample(COUNTRIES, min(40, draw.up_to(40, draw.number(3))))
    return {
        "results": [{"descriptors": [], "iso_3166_1": one, "rating": draw.one(_CERTIFICATIONS)} for one in countries]
    }


def watch_providers(draw: Draw, path: str) -> Body:
    """Where to watch: by country, every one that there is for a title of size 1, none for most."""
    if draw.size < 0.014:
        return {"results": {}}
    countries = COUNTRIES[:: max(1, int(0.3 / draw.size))]
    return {
        "results": {
            country: {"link": f"https://www.themoviedb.org/{path}/watch?locale={country}"}
            | {
                offer: [
                    {
                        "logo_path": draw.path(),
                        "provider_id": number + 2,
                        "provider_name": _PROVIDERS[number],
                        "display_priority": draw.number(90),
                    }
                    for number in sorted({draw.number(len(_PROVIDERS)) for _ in range(2)})
                ]
                for offer in ("flatrate", "rent", "buy", "ads", "free")
                if draw.chance(0.3)
            }
            for country in countries
        }
    }


def reviews(draw: Draw) -> Body:
    """The first page of reviews."""
    return page_of([review(draw) for _ in range(draw.up_to(8))])


def review(draw: Draw) -> Body:
    """A review; an avatar may be a whole URL after a slash."""
    author, id = text.title("en", draw.bits()), draw.hex()
    avatar = draw.one((None, draw.path(), f"/https://www.gravatar.com/avatar/{draw.hex()}.jpg"))
    rating = draw.one((None, 8, 7.5, 10.0))
    return {
        "author": author,
        "author_details": {"name": "", "username": author, "avatar_path": avatar, "rating": rating},
        "content": draw.prose("en", 30).replace(". ", ".\r\n\r\n"),
        "created_at": draw.timestamp(),
        "id": id,
        "updated_at": draw.timestamp(),
        "url": f"https://www.themoviedb.org/review/{id}",
    }


def spoken_languages(tongue: str) -> list[dict[str, str]]:
    """Spoken languages of a title: the one it was made in."""
    return [{"english_name": ENGLISH_NAMES.get(tongue, ""), "iso_639_1": tongue, "name": text.words(tongue, 1, 1)}]


def social(draw: Draw, *fields: str) -> dict[str, str | None]:
    """Names on other sites; most are not known."""
    return {field: draw.one((None, None, "", draw.path()[1:10])) for field in fields}
