"""The loader's world on an empty catalog."""

from functools import partial

import psycopg
import pytest

from lambdas.catalog_loader.settings import CatalogLoaderSettings
from lambdas.common.catalog.database import Connect, connect
from local.postgres import Postgres
from tests.unit.catalog_loader.world import BUCKET, Bucket


@pytest.fixture
def known(server: Postgres, database: str) -> CatalogLoaderSettings:
    """Settings for the test's own database."""
    return CatalogLoaderSettings(
        lake_bucket=BUCKET,
        database_host=server.host,
        database_port=server.port,
        database_name=database,
        database_user=server.user,
        database_iam=False,
        database_ca="",
    )


@pytest.fixture
def connecting(known: CatalogLoaderSettings, catalog: psycopg.Connection) -> Connect:
    """Connections to the empty catalog."""
    return partial(connect, known, statement_seconds=60)


@pytest.fixture
def bucket() -> Bucket:
    """An empty bucket."""
    return Bucket()
