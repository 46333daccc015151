"""Surfaces of the catalog and the lake: queries, requests, posts, dropped files, objects of bronze."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from random import Random
from typing import Any
from urllib.parse import quote, quote_plus

import orjson
from isal import igzip_lib

from lambdas.catalog_api.api import resolver
from lambdas.catalog_api.post import posted
from lambdas.catalog_api.query import LONGEST, MOST_MOVIES, Query, Sort, cursor
from lambdas.catalog_api.session import Session
from lambdas.catalog_loader.load import Gone, _bronze, _drop
from lambdas.catalog_loader.objects import Content
from lambdas.common.bronze import Answer, bronze_line, read_lines
from lambdas.common.catalog.database import connect
from lambdas.common.catalog.record import Record, Reject, dropped
from lambdas.common.catalog.store import store
from lambdas.common.datasets import DATASETS
from lambdas.common.errors import BadInput
from lambdas.lake_writer.rows import rows_of
from local import postgres
from local.catalog import gateway
from local.catalog.__main__ import settings
from tests.fuzz import hostile
from tests.fuzz.shorter import Case
from tests.fuzz.surface import TAKEN, Throw
from tests.fuzz.world import NOW, Clock
from tests.unit.common.bodies import BODIES

_TERMS = ("title", "actor", "genre", "year", "sort", "limit", "cursor")
_OTHER_TERMS = ("q", "Title", "title[]", "", "\0", "cursor\0", "id")
_GOOD = {
    "title": ("fight", "club", "ght cl"),
    "actor": ("brad pitt", "norton"),
    "genre": ("drama", "com"),
    "year": ("1999", "2100"),
    "sort": tuple(Sort),
    "limit": ("1", "50"),
    "cursor": (cursor(Sort.POPULARITY, (61.4, 1)), cursor(Sort.YEAR, (1999, 1.0, 1)), cursor(Sort.TITLE, ("a", 1))),
}
_DROP = {
    "title": "Die Hard",
    "year": 1988,
    "cast": ["Bruce Willis", "Alan Rickman"],
    "genres": ["Action"],
    "tmdb_id": 562,
}
_PATHS = (
    *("/movies",) * 8,
    "/movies/1",
    "/",
    "/page/page.js",
    "/docs",
    "/docs/docs.js",
    "/openapi.json",
    "/health",
    "/ready",
)
_METHODS = ("GET",) * 20 + ("POST",) * 4 + ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "get", "", "TRACE")
_HEADERS = (
    "accept",
    "accept-encoding",
    "content-type",
    "x-forwarded-for",
    "host",
    "authorization",
    "origin",
    "cookie",
    "\0",
)
_TABLES = "SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_RUN = "movie-export-20261115T083000Z-1a2b"


def query_string(random: Random) -> Case:
    """What stands behind the question mark of a search."""
    parts = []
    for _ in range(random.choice([1, 1, 1, 2, 3, 30])):
        name = random.choice(_TERMS if random.randrange(12) else _OTHER_TERMS)
        value = random.choice(_GOOD.get(name, ("x",))) if random.randrange(2) else hostile.text(random)
        spell = random.choice([quote_plus, quote, _twice, str])
        parts.append(f"{name}{random.choice(['=', '=', '=', '', '=='])}{_spelled(spell, value)}")
    return random.choice(["&", "&", "&", ";", "&&"]).join(parts)


def _twice(text: str) -> str:
    return quote(quote(text))


def _spelled(spell: Any, value: str) -> str:
    return str(
        spell(value.encode(errors="surrogatepass") if spell is quote else value.encode(errors="replace").decode())
    )


@contextmanager
def parsing_queries() -> Iterator[Throw]:
    """The reader of queries."""

    def throw(case: Case) -> str:
        try:
            query = Query.parse(str(case))
        except BadInput as error:
            return str(error)
        for term in (query.title, query.actor, query.genre):
            assert "\0" not in term and len(term) <= 4 * LONGEST
            term.encode()
        assert 1 <= query.limit <= MOST_MOVIES
        return TAKEN

    yield throw


def post(random: Random) -> Case:
    """The body of a POST."""
    sample = random.choice([_DROP, [_DROP], [_DROP, _DROP | {"tmdb_id": None}, {"title": 1}]])
    return hostile.raw(random, hostile.document(random, sample))


@contextmanager
def reading_posts() -> Iterator[Throw]:
    """The reader of bodies."""

    def throw(case: Case) -> str:
        assert isinstance(case, bytes)
        try:
            found = posted(case, fetched_at=int(NOW))
        except BadInput as error:
            return str(error)
        rows = orjson.loads(case)
        given = len(rows) if isinstance(rows, list) else 1
        assert len(found.records) + len(found.rejected) == given, "not counted"
        for record in found.records:
            record.movie.SerializeToString()
        return found.rejected[0].reason if found.rejected else TAKEN

    yield throw


def drop(random: Random) -> Case:
    """A dropped file: an array, objects in a row, or newline JSON; with something hostile in the place of some."""
    rows = [json.dumps(_DROP | {"tmdb_id": number}) for number in range(1, random.randrange(1, 4))]
    rows.insert(random.randrange(len(rows) + 1), hostile.document(random, _DROP))
    before, between, after = random.choice(
        [("[", ",", "]"), ("", "\n", "\n"), ("", "\n", ""), ("", " ", ""), ("[", "\n", "")]
    )
    return hostile.raw(random, before + between.join(rows) + after)


@contextmanager
def reading_drops() -> Iterator[Throw]:
    """The loader's reader of dropped files, which come in pieces."""

    def throw(case: Case) -> str:
        assert isinstance(case, bytes)
        pieces = (case[at : at + 1_000] for at in range(0, len(case), 1_000))
        rejected = []
        for row in _drop(Content(int(NOW), pieces)):
            if isinstance(row, Reject):
                rejected.append(row.reason)
                assert "\0" not in row.content + row.reason
                (row.content + row.reason).encode()
            else:
                assert isinstance(row, Record)
                row.movie.SerializeToString()
        return rejected[0] if rejected else TAKEN

    yield throw


def bronze(random: Random) -> Case:
    """The lines of an object of bronze: its bodies are TMDB's, or nearly; so are the lines around them."""
    answer = Answer(id=550, status=random.choice([200, 200, 200, 404]), fetched_at=int(NOW), run=_RUN)
    body = (
        hostile.raw(random, hostile.document(random, json.loads(BODIES["movie"])))
        .replace(b"\n", b" ")
        .replace(b"\r", b" ")
    )
    lines = bronze_line(answer, body)
    if random.randrange(4) == 0:
        return lines
    told = {
        "_metadata": {"id": 550, "status": 200, "fetched_at": int(NOW), "run": _RUN},
        "body": {"id": 550, "title": "x"},
    }
    return random.choice([lines, b""]) + hostile.raw(random, hostile.document(random, told)) + b"\n"


@contextmanager
def reading_bronze() -> Iterator[Throw]:
    """The object as loader and lake writer read it: neither takes it, or each says of each line what became of it."""

    def throw(case: Case) -> str:
        assert isinstance(case, bytes)
        blob = bytes(igzip_lib.compress(case, level=1, flag=igzip_lib.COMP_GZIP))
        try:
            lines = list(read_lines(blob))
        except BadInput as error:
            return str(error)
        rows = list(_bronze(Content(int(NOW), iter([blob]))))
        assert len(rows) == len(lines), "not counted"
        told = list(rows_of(DATASETS["movie"], lines))
        assert len(told) == sum(line.answer.status == 404 or line.answer.call == 0 for line in lines), "not counted"
        rejected = [row.reason for row in rows if isinstance(row, Reject)]
        assert all(isinstance(row, Gone | Record | Reject) for row in rows)
        return rejected[0] if rejected else TAKEN

    yield throw


def request(random: Random) -> Case:
    """A request: its first line, a header a line, a blank line, the body; the path unquoted, as the gateway has it."""
    path = random.choice(_PATHS)
    if random.randrange(3) == 0:
        path = random.choice(
            [path + hostile.text(random), "/movies/" + random.choice([*hostile.NUMBERS, hostile.text(random)])]
        )
    method, headers = (
        random.choice(_METHODS),
        {random.choice(_HEADERS): hostile.text(random) for _ in range(random.randrange(3))},
    )
    asked = str(query_string(random)) if random.randrange(3) else ""
    body = bytes(post(random)).decode("latin-1") if method == "POST" or random.randrange(12) == 0 else ""  # type: ignore[arg-type]
    head = [method, path, asked, *(f"{name}:{told}" for name, told in headers.items())]
    return "\r".join(part.replace("\r", " ") for part in head) + "\r\r" + body


@contextmanager
def asking_the_api() -> Iterator[Throw]:
    """The API on a real Postgres with some movies, asked by events of API Gateway, signed by nobody."""
    with postgres.own() as server, server.database() as database:
        server.migrate(database)
        told = settings(server, database=database, edge_url="https://edge.example.org")
        session = Session(partial(connect, told, statement_seconds=2))
        app = resolver(session, told, Clock())
        with server.connect(database) as owner:
            movies = [
                dropped(_DROP | {"tmdb_id": id, "title": f"Fight {id}"}, fetched_at=1).movie for id in range(1, 200)
            ]
            store(owner, movies)
            tables = _tables(owner)
            try:
                yield partial(_ask, app)
                assert _tables(owner) == tables, "there are other tables than before"
            finally:
                session.close()


def _tables(owner: Any) -> list[Any]:
    return list(owner.execute(_TABLES).fetchall())


def _ask(app: Any, case: Case) -> str:
    head, _, body = str(case).partition("\r\r")
    method, path, asked, *headers = [*head.split("\r"), "", "", ""][: max(3, head.count("\r") + 1)]
    named = dict(header.partition(":")[::2] for header in headers)
    event = gateway.event(method, "/", asked, named, body.encode("latin-1", errors="replace"))
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    answer = app.resolve(event, gateway.CONTEXT)
    status, text = answer["statusCode"], answer.get("body") or ""
    json.dumps(answer).encode()  # as Lambda hands it on
    assert status in (200, 204, 400, 403, 404, 405), f"{status} {text[:200]}"
    if status < 400:
        return TAKEN
    message = orjson.loads(text)["message"]
    leaks = [word for word in ("Traceback", "SELECT", "psycopg") if word in message and word not in str(case)]
    assert message and not leaks, message  # a parameter that there is none of is named as it was given
    return f"{status} {message}"
