"""The catalog's zips under AWS's runtime client, with a real Postgres."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest

from lambdas.catalog_api.settings import CatalogApiSettings
from lambdas.catalog_loader.objects import Name
from lambdas.catalog_loader.settings import CatalogLoaderSettings
from lambdas.catalog_migrator.settings import CatalogMigratorSettings
from lambdas.common.catalog.settings import DATABASE
from local.catalog import gateway
from local.catalog.__main__ import settings
from local.postgres import Postgres
from tests.assets.runtime import AWS, Runtime
from tests.unit.catalog_loader.world import event


@pytest.fixture
def known(server: Postgres, database: str, catalog: psycopg.Connection) -> CatalogApiSettings:
    """Settings for the empty catalog."""
    return settings(server, database=database)


def test_the_api_stores_and_finds(known: CatalogApiSettings, bundles: Path, provided: Path) -> None:
    """The zip has the driver, the page's folder and Swagger UI: a movie goes in and is found, however it is spelled."""
    with Runtime(bundles / "catalog_api", provided, "catalog_api", known.to_env()) as api:

        def ask(method: str, path: str, query: str = "", body: bytes = b"") -> Any:
            answer = api.invoke(gateway.event(method, path, query, {"accept": "application/json"}, body))
            assert answer.error is None
            assert answer.result["statusCode"] == 200, answer.result
            return answer.result["body"]

        assert json.loads(ask("POST", "/movies", body='{"title": "Łódź", "year": 2000}'.encode()))["stored"] == 1
        assert json.loads(ask("GET", "/movies", "title=lodz"))["movies"][0]["title"] == "Łódź"
        assert "SwaggerUIBundle" in ask("GET", "/docs/swagger-ui-bundle.min.js")
        assert api.calls == []


def test_the_api_signs_in_with_iam(known: CatalogApiSettings, bundles: Path, provided: Path) -> None:
    """The token is made and the RDS roots are there, without a call to anybody; a database that is away is a 503."""
    away = replace(CatalogApiSettings(database_host="127.0.0.1"), database_port=9)
    with Runtime(bundles / "catalog_api", provided, "catalog_api", away.to_env()) as api:
        answer = api.invoke(gateway.event("GET", "/movies", "", {}, b"")).result
        assert answer["statusCode"] == 503 and answer["headers"]["Retry-After"] == "15"
        assert api.calls == []


@contextmanager
def s3(data: bytes, times: int = 1) -> Iterator[str]:
    """S3, with one object under every key: so many times the data."""

    class Object(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Last-Modified", "Wed, 25 Nov 2026 08:30:00 GMT")
            self.send_header("Content-Length", str(times * len(data)))
            self.end_headers()
            for _ in range(times):
                self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing is worth a line."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Object) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def loading(known: CatalogApiSettings) -> CatalogLoaderSettings:
    """The loader's settings for the same database."""
    shared = {name: getattr(known, name) for name in CatalogLoaderSettings.__dataclass_fields__ if hasattr(known, name)}
    return CatalogLoaderSettings(**shared, lake_bucket="lake")


def test_the_loader_loads(
    known: CatalogApiSettings, bundles: Path, provided: Path, catalog: psycopg.Connection
) -> None:
    """The zip has the parsers and the driver: an object's movies are stored, and what is no event comes back."""
    rows = b'[{"title": "A", "year": 2000}, {"title": "B", "year": 0}]'
    with s3(rows) as url:
        environment = loading(known).to_env() | {"AWS_ENDPOINT_URL_S3": url}
        with Runtime(bundles / "catalog_loader", provided, "catalog_loader", environment) as loader:
            bodies = [event(Name("lake", "drop/a b é.json")), "{}"]
            records = [{"messageId": str(i), "body": body} for i, body in enumerate(bodies)]
            answer = loader.invoke({"Records": records})
    assert answer.result == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert catalog.execute("SELECT title, fetched_at FROM movie").fetchall() == [("A", 1_795_595_400)]
    assert catalog.execute("SELECT position FROM reject").fetchall() == [(2,)]


def test_a_large_file_fits(
    known: CatalogApiSettings, bundles: Path, provided: Path, catalog: psycopg.Connection
) -> None:
    """A file of 100 MB goes through the function in a fraction of that: memory holds a piece of it and its movies."""
    row = json.dumps({"title": "A", "year": 2000, "overview": "x" * 100_000}).encode() + b"\n"
    with s3(row, times=1_000) as url:
        environment = loading(known).to_env() | {"AWS_ENDPOINT_URL_S3": url}
        with Runtime(bundles / "catalog_loader", provided, "catalog_loader", environment) as loader:
            records = [{"messageId": "0", "body": event(Name("lake", "drop/large.jsonl"))}]
            assert loader.invoke({"Records": records}).result == {"batchItemFailures": []}
            assert loader.peak_bytes < 200_000_000
    assert catalog.execute("SELECT count(*) FROM movie").fetchone() == (1,)


def test_the_migrator_asks_the_data_api(bundles: Path, provided: Path) -> None:
    """The zip starts and begins a transaction; an AWS that gives it none fails the deployment."""
    known = CatalogMigratorSettings(cluster_arn="arn:aws:rds:us-east-1:1:cluster:x", secret_arn="arn:aws:secret:x")
    environment = known.to_env() | {"AWS_ENDPOINT_URL_RDS_DATA": AWS}
    with Runtime(bundles / "catalog_migrator", provided, "catalog_migrator", environment) as migrator:
        error = migrator.invoke({}).error
        assert error is not None and error["errorType"] == "KeyError"
        assert migrator.calls == [
            {"database": DATABASE, "resourceArn": known.cluster_arn, "secretArn": known.secret_arn}
        ]
