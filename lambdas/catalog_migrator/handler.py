"""Lambda entry of the catalog's migrator.

Trigger: each deployment that brings other migrations, after the database and before what uses it; or an invocation by
hand. Writes: the schema and the users, through RDS's Data API: the cluster's subnets let nothing in, and this function
is outside.
"""

import time
from typing import Any

from lambdas.catalog_migrator.data_api import DataApi
from lambdas.catalog_migrator.resource import provide, put
from lambdas.catalog_migrator.settings import CatalogMigratorSettings
from lambdas.common.catalog.migrate import migrate
from lambdas.common.telemetry import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: Any) -> dict[str, list[str]] | None:
    """Apply what is missing; gives the names of it to who has invoked it by hand."""
    if "ResponseURL" in event:
        provide(event, _migrated, put)
        return None
    return {"applied": _migrated()}


def _migrated() -> list[str]:
    import boto3

    settings = CatalogMigratorSettings.from_env()
    client = boto3.client("rds-data", endpoint_url=settings.data_api_url or None)
    with DataApi(client, settings, sleep=time.sleep).transaction() as execute:
        applied = migrate(execute)
    logger.info("schema.migrated", extra={"applied": applied})
    return applied
