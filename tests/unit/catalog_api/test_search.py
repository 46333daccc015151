"""What a search finds, in which order, and what it never does."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lambdas.common.catalog.store import store
from proto.tmdb.v1.catalog_pb2 import CatalogMovie
from tests.unit.catalog_api.world import Api

# The five calls of the predecessor's README, on movies of its time.
README = json.loads((Path(__file__).resolve().parents[3] / "samples" / "drop.json").read_text())


def put(catalog: psycopg.Connection, *titles: str, **more: Any) -> None:
    """Store movies of these titles."""
    fields = {"year": 2000, "popularity": 0.0, "fetched_at": 1} | more
    store(catalog, [CatalogMovie(title=title, **fields) for title in titles])


@pytest.mark.parametrize(
    ("parameters", "titles"),
    [
        ({"title": "The Incredibles"}, {"The Incredibles"}),
        ({"actor": "bob"}, {"Sausage Party"}),
        ({"year": 2016}, {"Sausage Party", "Deadpool"}),
        ({"genre": "action"}, {"Deadpool", "Die Hard"}),
        ({"year": 2016, "genre": "action"}, {"Deadpool"}),
    ],
)
def test_the_predecessors_calls(movies: Api, parameters: dict[str, Any], titles: set[str]) -> None:
    """The five example calls of the README that this API follows give what it says."""
    assert movies.post(README)[0] == 200
    assert set(movies.titles(**parameters)) == titles


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Łódź", "lodz"),
        ("Lodz", "ŁÓDŹ"),
        ("Ørsted", "orsted"),
        ("ﬁnale", "FINALE"),
        ("Ame\u0301lie", "amélie"),
        ("ISPARTA", "ısparta"),
        ("İstanbul", "istanbul"),
        ("千と千尋の神隠し", "千尋"),
        ("ガンダム", "ｶﾞﾝﾀﾞﾑ"),
        ("기생충", "생충"),
    ],
)
def test_case_and_accents_make_no_difference(movies: Api, catalog: psycopg.Connection, stored: str, asked: str) -> None:
    """On either side, for titles, original titles and names."""
    put(catalog, stored, year=1999)
    put(catalog, "Named", original_title=stored)
    put(catalog, "Played", cast=[f"Jan {stored} Nowak"])
    assert set(movies.titles(title=asked)) == {stored, "Named"}
    assert movies.titles(actor=asked) == ["Played"]


@pytest.mark.parametrize("special", ["100%", "50_50", "a\\b", "%%", "__", "\\\\", "'; DROP TABLE movie; --", '"$1"'])
def test_signs_of_sql_are_signs(movies: Api, catalog: psycopg.Connection, special: str) -> None:
    """What means something to LIKE or SQL finds itself, and nothing else."""
    put(catalog, f"x{special}y", "x100y", "50650", "axb", "plain")
    assert movies.titles(title=special) == [f"x{special}y"]
    assert movies.titles(actor=special) == movies.titles(genre=special) == []


def test_a_term_is_in_one_name(movies: Api, catalog: psycopg.Connection) -> None:
    """The end of one name and the beginning of the next are no name."""
    put(catalog, "A", cast=["Anna Bell", "Carl Dane"])
    assert movies.titles(actor="bell carl") == movies.titles(actor="bell\ncarl") == []
    assert movies.titles(actor="carl dane") == ["A"]


@pytest.mark.parametrize("sort", ["popularity", "year", "title"])
@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_come_to_all_movies_once(movies: Api, catalog: psycopg.Connection, sort: str, limit: int) -> None:
    """Page after page gives each movie once, in one order, though most places are shared."""
    store(
        catalog,
        [
            CatalogMovie(
                title=f"Movie {i % 4}",
                tmdb_id=i,
                year=2000 + i % 3 if i % 5 else None,
                popularity=float(i % 4),
                fetched_at=1,
            )
            for i in range(1, 21)
        ],
    )
    found, parameters = [], {"sort": sort, "limit": limit, "title": "movie"}
    while True:
        status, page, _ = movies.get("/movies", **parameters)
        assert status == 200 and page["total"] == 20
        found += page["movies"]
        if "next" not in page:
            break
        parameters["cursor"] = page["next"]
    assert len({movie["id"] for movie in found}) == len(found) == 20
    keys = {
        "popularity": lambda movie: (-movie["popularity"], -movie["id"]),
        "year": lambda movie: (-movie.get("year", 0), -movie["popularity"], -movie["id"]),
        "title": lambda movie: (movie["title"], movie["id"]),
    }
    assert found == sorted(found, key=keys[sort])


def test_a_movie_has_what_is_known_of_it(movies: Api, catalog: psycopg.Connection) -> None:
    """Fields are those of CatalogMovie; in a list the cast is cut, alone it is whole."""
    cast = [f"Name {i}" for i in range(30)]
    put(catalog, "A", tmdb_id=550, cast=cast, genres=["Drama"], poster_path="/p.jpg", popularity=3.5)
    (listed,) = movies.get("/movies")[1]["movies"]
    status, alone, _ = movies.get("/movies/1")
    assert status == 200 and alone["cast"] == cast and listed["cast"] == cast[:20]
    assert listed | {"cast": cast} == alone
    assert alone == {
        "id": 1,
        "tmdb_id": 550,
        "title": "A",
        "year": 2000,
        "genres": ["Drama"],
        "cast": cast,
        "cast_count": 30,
        "popularity": 3.5,
        "poster_path": "/p.jpg",
        "edge_key": "movie/550.pb.lz4",
        "fetched_at": 1,
    }


def test_a_genre_that_is_none_finds_nothing(movies: Api) -> None:
    """A part of no genre's name is no error."""
    movies.post(README)
    assert movies.get("/movies", genre="nope")[1] == {"movies": [], "total": 0, "total_is_estimate": False}


def test_a_large_total_is_an_estimate(movies: Api, catalog: psycopg.Connection) -> None:
    """In a large table the total is the planner's guess, and says so."""
    catalog.execute(
        'INSERT INTO movie (tmdb_id, title, original_title, genres, "cast", popularity, fetched_at,'
        " title_norm, cast_norm, sort_title) SELECT i, 'Many', repeat(md5(i::text), 50), '{}', '{}', i, 1,"
        " 'many', '', 'many' FROM generate_series(1, 20000) i"
    )
    catalog.execute("ANALYZE movie")
    status, page, _ = movies.get("/movies", title="many")
    assert status == 200 and page["total_is_estimate"] and 15_000 < page["total"] < 25_000
