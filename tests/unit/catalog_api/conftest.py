"""The API on an empty catalog."""

from collections.abc import Iterator

import psycopg
import pytest

from lambdas.catalog_api.settings import CatalogApiSettings
from local.catalog.__main__ import settings
from local.postgres import Postgres
from tests import silent
from tests.unit.catalog_api.world import Api, Serve, serving


@pytest.fixture
def known(server: Postgres, database: str) -> CatalogApiSettings:
    """Settings for the test's own database."""
    return settings(server, database=database, edge_url="https://edge.example.org/tmdb")


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Make an API of other settings."""
    with serving() as make:
        yield make


@pytest.fixture
def hanging() -> Iterator[int]:
    """The port of a server that never answers."""
    with silent.listening() as port:
        yield port


@pytest.fixture
def movies(known: CatalogApiSettings, catalog: psycopg.Connection, serve: Serve) -> Api:
    """The API; the catalog is empty."""
    return serve(known)
