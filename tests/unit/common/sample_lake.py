"""A small lake whose every row is written down here, for what asks it: gold, named queries, the CLI, the docs."""

import datetime as dt
from pathlib import Path
from typing import Any

from tests.unit.common.lake_folder import LakeFolder, Row

DATE = dt.date(2026, 11, 25)
"""As of which gold is built of it."""

DRAMA, CRIME = {"id": 18, "name": "Drama"}, {"id": 80, "name": "Crime"}
STREAM = {"display_priority": 1, "logo_path": "/s.jpg", "provider_id": 1, "provider_name": "Stream"}
SHOP = {"display_priority": 2, "logo_path": "/t.jpg", "provider_id": 2, "provider_name": "Shop"}

MOVIES: list[Row] = [
    {
        "id": 11,
        "title": "The Lantern",
        "release_date": "1999-10-15",
        "genres": [DRAMA, CRIME],
        "popularity": 12.5,
        "vote_average": 8.0,
        "vote_count": 100,
        "watch_providers": {"results": {"DE": {"flatrate": [STREAM], "buy": [SHOP]}, "US": {"rent": [SHOP, STREAM]}}},
    },
    {
        "id": 12,
        "title": "Harbour",
        "release_date": "1999-01-01",
        "genres": [DRAMA],
        "popularity": 7.5,
        "vote_average": 6.0,
        "vote_count": 300,
        "watch_providers": {"results": {"DE": {"flatrate": [STREAM]}, "FR": {"link": "https://watch.example/fr"}}},
    },
    {"id": 13, "title": "Untold", "release_date": "", "genres": [], "popularity": 0.6, "vote_count": 0},
]
SHOWS: list[Row] = [
    {
        "id": 21,
        "name": "Northern Line",
        "first_air_date": "2011-04-17",
        "genres": [DRAMA],
        "popularity": 30.25,
        "vote_average": 8.5,
        "vote_count": 900,
        "watch_providers": {"results": {"DE": {"ads": [STREAM]}}},
    },
    {"id": 22, "name": "Kettle", "first_air_date": "", "genres": [DRAMA], "popularity": 1.0, "vote_count": 0},
]
PEOPLE: list[Row] = [
    {
        "id": 31,
        "name": "A. Player",
        "known_for_department": "Acting",
        "popularity": 3.25,
        "combined_credits": {
            "cast": [
                {"id": 11, "media_type": "movie"},
                {"id": 12, "media_type": "movie"},
                {"id": 11, "media_type": "tv"},
            ],
            "crew": [{"id": 11, "media_type": "movie", "job": "Director"}],
        },
    },
    {
        "id": 32,
        "name": "B. Maker",
        "known_for_department": "Writing",
        "popularity": 1.5,
        "combined_credits": {"crew": [{"id": 12, "media_type": "movie"}, {"id": 12, "media_type": "movie"}]},
    },
    {"id": 33, "name": "Nobody", "popularity": 0.1},
]


def sample_lake(root: Path) -> LakeFolder:
    """Write it below `root`."""
    lake = LakeFolder(root)
    for dataset, rows in (("movie", MOVIES), ("tv", SHOWS), ("person", PEOPLE)):
        lake.put(f"{dataset}_current", [_fetched(row, "2026-11-25") for row in rows])
    for day, popularity in (("2026-11-17", 9.0), ("2026-11-18", 10.0), ("2026-11-24", 12.0)):
        lake.put("silver_movie", [_fetched(MOVIES[0] | {"popularity": popularity}, day)], day)
    newest = [_fetched(row, "2026-11-25") for row in MOVIES]
    lake.put("silver_movie", newest, "2026-11-25")
    lake.put("silver_movie", newest[:2], "2026-11-25")  # merged, and not yet removed
    lake.put("silver_tv", [_fetched(SHOWS[0] | {"popularity": 31.0}, "2026-11-23")], "2026-11-23")
    for day, popularity in (("2026-11-24", 30.0), ("2026-11-25", 30.25)):
        lake.put("silver_shows", _listed(day, popularity), day)
    lake.put("silver_gone", [{"dataset": "movie", "id": 14, "fetched_at": "2026-11-25 09:00:00"}] * 2, "2026-11-25")
    wrong = {"id": 16, "reason": "vote_average: it is not between 0 and 10", "body": '{"id":16,"vote_average":11}'}
    lake.put("quarantine_movie", [_fetched(wrong, "2026-11-25")], "2026-11-25")
    lake.list_ids("movie", "2026-11-23", [11, 12, 14])
    lake.list_ids("movie", "2026-11-24", [11, 12, 14])
    lake.list_ids("movie", "2026-11-25", [11, 12, 15])
    lake.list_ids("tv", "2026-11-24", [21, 22])
    return lake


def _fetched(row: Row, day: str) -> dict[str, Any]:
    return {**row, "fetched_at": f"{day} 08:30:00", "run": "movie-sync-20261117T083000Z-1a2b"}


def _listed(day: str, popularity: float) -> list[Row]:
    """The shows of TMDB's lists on a day."""
    line = {
        "show_id": 21,
        "title": "Northern Line",
        "original_title": "Northern Line",
        "popularity": popularity,
        "vote_average": 8.5,
        "vote_count": 900,
        "first_air_date": "2011-04-17",
        "genre_ids": [18, 9648],
        "origin_country": ["GB", "IE"],
        "overview": "A signal box, and who passes it.",
        "original_language": "en",
        "ingestion_date": f"{day}T03:00:00Z",
    }
    kettle = line | {"show_id": 22, "title": "Kettle", "popularity": 1.0, "vote_average": 0.0, "vote_count": 0}
    kettle |= {"genre_ids": [], "origin_country": [], "original_language": "ja", "first_air_date": "2026-11-25"}
    return [
        line | {"data_type": "popular_shows"},
        line | {"data_type": "trending_shows"},
        kettle | {"data_type": "popular_shows"},
        kettle | {"data_type": "airing_today"},
    ]
