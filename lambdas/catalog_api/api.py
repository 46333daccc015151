"""The routes of the API, on Powertools' event handler. Whatever is asked, the answer is one of theirs, in a sentence.

GET  /             the page, for who accepts text/html; else a welcome
GET  /page/{file}  what the page is made of
GET  /movies       search; the parameters are in query.py
GET  /movies/{id}  one movie
POST /movies       add movies; needs an identity of IAM
GET  /health       this function is up
GET  /ready        the database is
GET  /openapi.json, /docs    what is written here, for machines and in Swagger UI

400 the sentence says what to change    403 no identity    404, 405    503 later: Retry-After says when
"""

import html
from base64 import b64decode
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import orjson
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from lambdas.catalog_api.openapi import ATTRIBUTION, document
from lambdas.catalog_api.post import posted
from lambdas.catalog_api.query import INDEXED, Query
from lambdas.catalog_api.search import movie, search
from lambdas.catalog_api.session import Session
from lambdas.catalog_api.settings import CatalogApiSettings
from lambdas.catalog_api.static import PAGE, SWAGGER, content_type
from lambdas.common.catalog.database import DatabaseAway, TooSlow
from lambdas.common.clock import Clock
from lambdas.common.errors import BadInput, StopTheLine
from lambdas.common.telemetry import logger

WAKE_SECONDS = 15
"""What a paused Aurora takes to be back, as a rule."""
_BREATH_SECONDS = 5
"""To be left to a database that just could not do it in time."""
_LONGEST_ID = 20
"""Digits; Python refuses to read thousands."""
_HERE = Path(__file__).parent
_DOCS = {name: _HERE / name for name in ("docs.html", "docs.js")}
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_METHODS = {"/movies": "GET, POST"}
_PATHS = {"/", "/movies", "/health", "/ready", "/openapi.json", "/docs"}


def resolver(session: Session, settings: CatalogApiSettings, clock: Clock) -> APIGatewayHttpResolver:
    """The API as a function of API Gateway's events, format 2.0."""
    app = APIGatewayHttpResolver()
    _movies(app, session, settings, clock)
    _state(app, session)
    _files(app, settings)
    _problems(app)
    return app


def _movies(app: APIGatewayHttpResolver, session: Session, settings: CatalogApiSettings, clock: Clock) -> None:
    @app.get("/movies")
    def _search() -> Response[str]:
        query = Query.parse(app.current_event.raw_query_string or "")
        try:
            page = session.run(lambda connection: search(connection, query))
        except TooSlow as error:
            if query.indexed or not (short := query.title or query.actor):
                raise
            raise BadInput(f"{short!r} is too short to be found in time: give {INDEXED} characters or more.") from error
        return _json({name: value for name, value in page._asdict().items() if value is not None})

    @app.get("/movies/<id>")
    def _movie(id: str) -> Response[str]:
        if not (len(id) < _LONGEST_ID and id.isascii() and id.isdecimal() and 0 < int(id) < 2**63):
            raise BadInput("id must be a whole number: the `id` of a movie in a search.")
        found = session.run(lambda connection: movie(connection, int(id)))
        return _json(found) if found else _problem(404, f"There is no movie {int(id)}.")

    @app.post("/movies")
    def _post() -> Response[str]:
        authorizer = (app.current_event.raw_event.get("requestContext") or {}).get("authorizer") or {}
        if settings.require_iam and not authorizer.get("iam"):
            return _problem(403, "Sign the request: adding movies needs an identity of IAM.")
        body = posted(_body(app.current_event), fetched_at=int(clock.time()))
        if not body.records:
            first = body.rejected[0]
            raise BadInput(f"None of the movies can be taken; number {first.position}: {first.reason}.")
        stored = session.run(body.store)
        rejected = [{"position": reject.position, "reason": reject.reason} for reject in body.rejected]
        return _json({"stored": stored, "rejected": rejected, "respelled": body.respelled})


def _state(app: APIGatewayHttpResolver, session: Session) -> None:
    @app.get("/health")
    def _health() -> Response[str]:
        return _json({"status": "ok"})

    @app.get("/ready")
    def _ready() -> Response[str]:
        session.run(lambda connection: connection.execute("SELECT 1"))
        return _json({"status": "ok"})


def _files(app: APIGatewayHttpResolver, settings: CatalogApiSettings) -> None:
    policy = _policy(settings.edge_url)

    @app.get("/")
    def _root() -> Response[str]:
        if "text/html" not in (app.current_event.headers.get("accept") or "") or "index.html" not in PAGE:
            links = {"movies": "movies", "docs": "docs", "openapi": "openapi.json", "health": "health"}
            return _json(
                {"message": "Welcome to the movies", "attribution": ATTRIBUTION, "edge_url": settings.edge_url}
                | {"links": links}
            )
        page = PAGE["index.html"].read_text().replace("{{edge_url}}", html.escape(settings.edge_url))
        return Response(200, content_type(PAGE["index.html"]), page, {**_SAFE, "Content-Security-Policy": policy})

    @app.get("/page/<name>", compress=True)
    def _page(name: str) -> Response[str]:
        return _file(PAGE.get(name))

    @app.get("/docs")
    def _docs() -> Response[str]:
        return _file(_DOCS["docs.html"])

    @app.get("/docs/<name>", compress=True)
    def _swagger(name: str) -> Response[str]:
        return _file({**SWAGGER, **_DOCS}.get(name))

    openapi = orjson.dumps(document()).decode()

    @app.get("/openapi.json")
    def _openapi() -> Response[str]:
        return Response(200, "application/json", openapi, dict(_SAFE))


def _problems(app: APIGatewayHttpResolver) -> None:
    for kind, answer in {BadInput: _bad_input, DatabaseAway: _away, StopTheLine: _unfit, TooSlow: _too_slow}.items():
        app.exception_handler(kind)(answer)

    @app.not_found
    def _not_found(_: NotFoundError) -> Response[str]:
        path = app.current_event.path
        if app.current_event.http_method != "GET" and (path in _PATHS or path.startswith("/movies/")):
            return _problem(405, HTTPStatus(405).phrase, {"Allow": _METHODS.get(path, "GET")})
        return _problem(404, "There is nothing here; /docs says what there is.")


def _bad_input(error: Exception) -> Response[str]:
    return _problem(400, str(error))


def _away(error: Exception) -> Response[str]:
    logger.warning("database.away", extra={"reason": str(error)})
    return _problem(503, "The database is waking up and will answer in a moment.", {"Retry-After": str(WAKE_SECONDS)})


def _unfit(error: Exception) -> Response[str]:
    logger.error("database.unfit", extra={"reason": str(error)})
    return _problem(503, "The database is not ready yet.", {"Retry-After": str(WAKE_SECONDS)})


def _too_slow(error: Exception) -> Response[str]:
    logger.warning("search.too_slow", extra={"reason": str(error)})
    sentence = "This takes too long: ask for less, by a longer part or one filter more."
    return _problem(503, sentence, {"Retry-After": str(_BREATH_SECONDS)})


def _body(event: APIGatewayProxyEventV2) -> bytes:
    text = event.body or ""
    return b64decode(text) if event.is_base64_encoded else text.encode()


def _json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response[str]:
    return Response(status, "application/json", orjson.dumps(value).decode(), {**_SAFE, **(headers or {})})


def _problem(status: int, message: str, headers: dict[str, str] | None = None) -> Response[str]:
    return _json({"message": message}, status, headers)


def _file(path: Path | None) -> Response[str]:
    if path is None:
        raise NotFoundError
    return Response(200, content_type(path), path.read_text(), {**_SAFE, "Cache-Control": "public, max-age=300"})


def _policy(edge_url: str) -> str:
    """What the page may load: its own files, TMDB's images, titles from the edge, and nothing else."""
    edge = "{0.scheme}://{0.netloc}".format(urlsplit(edge_url)) if edge_url else ""
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' https://image.tmdb.org",
        "connect-src": f"'self' {edge}".strip(),
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())
