"""The routes: their answers, their refusals, and what they say while the database is away."""

import json
import re
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from lambdas.catalog_api.openapi import ATTRIBUTION
from lambdas.catalog_api.settings import CatalogApiSettings
from lambdas.catalog_api.static import PAGE
from lambdas.common.catalog.database import DatabaseAway
from local.postgres import Postgres
from tests.unit.catalog_api.world import NOW, Api, Serve

HOSTILE = ["' OR 1=1; --", "%00", "\x00", "{{7*7}}", "../../etc/passwd", "\ud83c", "9" * 400, "NaN", "-1", "１２"]


def test_welcome(movies: Api) -> None:
    """Programs are told where things are, and whose data it is."""
    status, body, headers = movies.get("/")
    assert status == 200 and headers["content-type"].startswith("application/json")
    assert body["edge_url"] == "https://edge.example.org/tmdb" and "not endorsed" in body["attribution"]


def test_browsers_get_the_page(
    serve: Serve, known: CatalogApiSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Who accepts HTML gets the page with the edge's URL in it, quoted, and may load from there and from itself."""
    (tmp_path / "index.html").write_text('<meta content="{{edge_url}}">')
    monkeypatch.setitem(PAGE, "index.html", tmp_path / "index.html")
    movies = serve(replace(known, edge_url='https://edge.example.org/a"b'))
    status, body, headers = movies.ask("GET", "/", accept="text/html,*/*")
    assert (status, body) == (200, '<meta content="https://edge.example.org/a&quot;b">')
    assert "connect-src 'self' https://edge.example.org;" in headers["content-security-policy"]
    assert movies.get("/page/index.html")[0] == 200


def test_whose_data_it_is_is_shown(movies: Api) -> None:
    """The page has TMDB's notice in TMDB's words, and its logo beside them."""
    page = " ".join(re.sub("<a[^>]*>|</a>", "", movies.ask("GET", "/", accept="text/html")[1]).split())
    assert ATTRIBUTION in page and 'src="page/tmdb.svg" alt="TMDB"' in page
    assert movies.ask("GET", "/page/tmdb.svg")[2]["content-type"].startswith("image/svg+xml")


@pytest.mark.parametrize("name", ["..%2fhandler.py", "../handler.py", "handler.py", "nothing.js", "%00"])
def test_only_the_pages_files_are_served(movies: Api, name: str) -> None:
    """No spelling of a path leads out of the folder."""
    assert movies.ask("GET", f"/page/{name}")[0] == 404


def test_swagger_ui_is_served(movies: Api) -> None:
    """The document, and the page that shows it with all it needs."""
    assert movies.get("/openapi.json")[1]["openapi"] == "3.1.0"
    page = movies.get("/docs")[1]
    for name in ("swagger-ui.min.css", "swagger-ui-bundle.min.js", "docs.js"):
        assert f"docs/{name}" in page
        assert movies.get(f"/docs/{name}")[0] == 200


def test_posted_movies_are_stored(movies: Api) -> None:
    """An array or an object; good rows are kept, bad ones answered with their place and reason, genres reported."""
    rows = [
        {"title": "A", "year": 2000, "genres": ["aomedy"]},
        {"title": None, "year": 2000},
        {"title": "B", "year": 99999},
    ]
    status, body, _ = movies.post(rows)
    assert status == 200
    assert body == {
        "stored": 1,
        "rejected": [
            {"position": 2, "reason": "title is missing"},
            {"position": 3, "reason": "year must be a whole number from 1870 to 2100, not 99999"},
        ],
        "respelled": {"aomedy -> Comedy": 1},
    }
    assert movies.post(rows[0])[1]["stored"] == 0
    assert movies.get("/movies")[1]["movies"][0]["fetched_at"] == NOW


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The body is not JSON"),
        (b"{", "The body is not JSON"),
        (b"\xff\xfe", "The body is not JSON"),
        (b"[" * 100_000, "The body is not JSON"),
        (b"7", "The body must be a movie, or an array of movies."),
        (b"[]", "The body must be a movie, or an array of movies."),
        (b'{"title": null}', "None of the movies can be taken; number 1:"),
        (b"[" + b"{}," * 1000 + b"{}]", "The body has 1001 movies, more than 1000"),
        (json.dumps({"title": "A", "year": 2000, "cast": ["x"] * 10_001}).encode(), "cast has 10001 names"),
    ],
)
def test_a_bad_body_says_why(movies: Api, body: bytes, sentence: str) -> None:
    """Malformed JSON, other kinds, too many: a sentence for each, and nothing stored."""
    status, answer, _ = movies.ask("POST", "/movies", body=body)
    assert status == 400 and sentence in answer["message"]
    assert movies.get("/movies")[1]["total"] == 0


def test_writing_needs_an_identity(serve: Serve, known: CatalogApiSettings, catalog: psycopg.Connection) -> None:
    """A gateway that lets strangers through is not enough to write."""
    strict = serve(replace(known, require_iam=True))
    status, body, _ = strict.post({"title": "A", "year": 2000})
    assert status == 403 and "IAM" in body["message"]
    assert strict.titles() == []


@pytest.mark.parametrize("id", ["0", "-1", "x", "1.5", "9" * 30, "0" * 19 + "1" * 5_000, "%31", "１"])
def test_an_id_that_is_none(movies: Api, id: str) -> None:
    """An id is a whole number; what is none is said so, what is not there too."""
    assert movies.ask("GET", f"/movies/{id}")[0] in (400, 404)
    assert movies.ask("GET", "/movies/x")[0] == 400
    assert movies.ask("GET", "/movies/123")[0] == 404


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["title", "actor", "genre", "year", "sort", "limit", "cursor", "id"])
def test_hostile_values_are_only_values(movies: Api, name: str, value: str) -> None:
    """SQL, nothing, too much or broken text in any parameter: an answer, and never a word of SQL."""
    movies.post({"title": "A", "year": 2000})
    status, body, _ = movies.get("/movies", **{name: value.encode("utf-8", "surrogatepass")})
    assert status in (200, 400)
    assert not {"select", "psycopg", "traceback"} & set(json.dumps(body).lower().split())
    assert len(movies.titles()) == 1


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/movies"), ("PUT", "/movies/1"), ("POST", "/health")])
def test_other_methods_are_not_allowed(movies: Api, method: str, path: str) -> None:
    """What exists says which methods it takes."""
    status, _, headers = movies.ask(method, path)
    assert status == 405 and "GET" in headers["allow"]
    assert movies.ask(method, "/nothing")[0] == 404


def assert_away(answer: Any) -> None:
    """503, when to come back, and no word of what happened inside."""
    status, body, headers = answer
    assert status == 503 and int(headers["retry-after"]) > 0
    assert body == {"message": "The database is waking up and will answer in a moment."}


def test_a_server_that_refuses(serve: Serve, known: CatalogApiSettings) -> None:
    """Nobody listens: later, not an error."""
    away = serve(replace(known, database_host="127.0.0.1", database_port=9))
    for answer in (
        away.get("/movies"),
        away.get("/movies/1"),
        away.get("/ready"),
        away.post({"title": "A", "year": 2000}),
    ):
        assert_away(answer)
    assert away.get("/health")[0] == 200


def test_a_server_that_hangs(serve: Serve, known: CatalogApiSettings, hanging: int) -> None:
    """It takes the connection and says nothing: given up in time."""
    away = serve(replace(known, database_host="127.0.0.1", database_port=hanging, database_connect_seconds=2))
    assert_away(away.get("/movies"))


def test_a_server_that_stops_answering(
    serve: Serve, known: CatalogApiSettings, catalog: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hangs in the middle of a statement and does not even end that in time: given up, and asked anew next time."""
    monkeypatch.setattr("lambdas.catalog_api.session._WORK_SECONDS", 0.2)
    movies = serve(known)
    with catalog.transaction():
        catalog.execute("LOCK TABLE movie")
        assert_away(movies.get("/movies"))
    assert movies.get("/movies")[0] == 200


def test_a_server_that_comes_back(
    serve: Serve, known: CatalogApiSettings, server: Postgres, catalog: psycopg.Connection
) -> None:
    """A connection that was ended in between costs nobody an answer."""
    movies = serve(known)
    assert movies.get("/ready")[0] == 200
    ended = catalog.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", [known.database_user]
    ).fetchall()
    assert ended
    assert movies.get("/ready")[0] == 200


def test_a_server_that_wakes_up(serve: Serve, known: CatalogApiSettings) -> None:
    """Away, away, there: as soon as it is, the answer is."""
    tries = iter([DatabaseAway("asleep"), DatabaseAway("asleep")])

    def connecting() -> psycopg.Connection:
        for error in tries:
            raise error
        return psycopg.connect(host=known.database_host, user=known.database_user, dbname=known.database_name)

    waking = serve(known, connecting)
    assert [waking.get("/ready")[0] for _ in range(3)] == [503, 503, 200]


def test_a_search_that_takes_too_long(serve: Serve, known: CatalogApiSettings, catalog: psycopg.Connection) -> None:
    """The server ends it, and the sentence says what would be quicker: of a term that no index knows, a longer one."""

    def connecting() -> psycopg.Connection:
        connection = psycopg.connect(
            host=known.database_host, user=known.database_user, dbname=known.database_name, autocommit=True
        )
        connection.execute("SET statement_timeout = 1")
        return connection

    with catalog.transaction():
        catalog.execute("LOCK TABLE movie")
        movies = serve(known, connecting)
        for parameters in ({"title": "abc"}, {"actor": "abc", "title": "ab"}, {"year": 2000}):
            status, body, headers = movies.get("/movies", **parameters)
            assert status == 503 and "takes too long" in body["message"] and headers["retry-after"] == "5"
        for short in ({"title": "ab"}, {"actor": "ab", "year": 2000}):
            status, body, _ = movies.get("/movies", **short)
            assert status == 400 and body["message"].startswith("'ab' is too short")


def test_a_database_without_the_schema(serve: Serve, server: Postgres, known: CatalogApiSettings) -> None:
    """Before the first migration the answer is later, too."""
    with server.database() as name:
        status, body, headers = serve(replace(known, database_name=name)).get("/movies")
        assert status == 503 and body == {"message": "The database is not ready yet."} and "retry-after" in headers


def test_a_commit_that_dies(serve: Serve, known: CatalogApiSettings, catalog: psycopg.Connection) -> None:
    """A server that goes away at the commit: 503, and the same again stores it once."""
    catalog.execute(
        "CREATE OR REPLACE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
    )
    catalog.execute(
        "CREATE CONSTRAINT TRIGGER dying AFTER INSERT ON movie DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION die()"
    )
    movies = serve(known)
    try:
        assert_away(movies.post({"title": "A", "year": 2000}))
    finally:
        catalog.execute("DROP TRIGGER dying ON movie; DROP FUNCTION die()")
    assert movies.post({"title": "A", "year": 2000})[1]["stored"] == 1
    assert movies.titles() == ["A"]
