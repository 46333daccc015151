"""The API's zip under AWS's runtime client: it serves the page and Swagger UI, and needs no database for that."""

import re
from base64 import b64decode
from collections.abc import Iterator
from gzip import decompress
from pathlib import Path
from typing import Any

import pytest

from lambdas.catalog_api.settings import CatalogApiSettings
from stacks.components.bundling import Target, bundle
from tests.assets.runtime import Runtime

EDGE = "https://edge.example/zone"
SETTINGS = CatalogApiSettings(database_host="127.0.0.1", database_port=9, database_connect_seconds=1, edge_url=EDGE)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, provided: Path) -> Iterator[Runtime]:
    """The function, with a database that refuses."""
    task = tmp_path_factory.mktemp("catalog_api")
    bundle("catalog_api", Target.named("host"), task)
    with Runtime(task, provided, "catalog_api", SETTINGS.to_env()) as running:
        yield running


def get(api: Runtime, path: str, query: str = "") -> dict[str, Any]:
    """What the HTTP API would answer, with its body as text."""
    event = {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"accept": "text/html,*/*", "accept-encoding": "gzip"},
        "requestContext": {"http": {"method": "GET", "path": path}, "stage": "$default"},
        "isBase64Encoded": False,
    }
    answer = api.invoke(event)
    assert answer.error is None
    result: dict[str, Any] = answer.result
    if result.get("isBase64Encoded"):
        result["body"] = decompress(b64decode(result["body"])).decode()
    return result


def test_the_page_and_all_it_names_are_there(api: Runtime) -> None:
    """A browser gets the page, told of its edge, and every file that the page loads, each of its own type."""
    page = get(api, "/")
    assert page["statusCode"] == 200 and f'content="{EDGE}"' in page["body"]
    assert "connect-src 'self' https://edge.example;" in page["headers"]["Content-Security-Policy"]
    named = set(re.findall(r'(?:href|src)="(page/[^"]+)"', page["body"]))
    assert len(named) >= 10
    types = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    for name in named:
        answer = get(api, f"/{name}")
        assert answer["statusCode"] == 200 and answer["body"]
        assert answer["headers"]["Content-Type"].startswith(types[Path(name).suffix])


def test_every_module_is_loaded_ahead(api: Runtime) -> None:
    """What the modules import, the page names: no file is waited for before the next is asked for."""
    page = get(api, "/")["body"]
    modules = {Path(name).name for name in re.findall(r'href="page/([^"]+\.js)"', page)} | {"page.js"}
    imported = {
        name for module in modules for name in re.findall(r'from "\./([^"]+)"', get(api, f"/page/{module}")["body"])
    }
    assert imported | {"page.js"} == modules


def test_swagger_ui_is_there(api: Runtime) -> None:
    """The part of Powertools that other zips leave out is in this one."""
    docs = get(api, "/docs")
    assert docs["statusCode"] == 200
    for name in re.findall(r'(?:href|src)="(docs/[^"]+)"', docs["body"]):
        assert get(api, f"/{name}")["statusCode"] == 200


def test_a_search_without_database_is_asked_to_come_back(api: Runtime) -> None:
    """A database that is not there yet is a 503 that says when to ask again."""
    answer = get(api, "/movies", "title=night")
    assert answer["statusCode"] == 503 and int(answer["headers"]["Retry-After"]) > 0
