"""Lambda entry of the catalog's migrator.

Trigger: `make deploy`, after the stacks, or an invocation by hand. Writes: the schema and the users, through RDS's Data
API: the cluster's subnets let nothing in, and this function is outside.
"""

import time
from typing import Any

from lambdas.catalog_migrator.data_api import DataApi
from lambdas.catalog_migrator.settings import CatalogMigratorSettings
from lambdas.common.catalog.migrate import migrate
from lambdas.common.telemetry import logger


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: Any) -> dict[str, list[str]]:
    """Apply what is missing; gives the names of it. Raises what fails the deployment."""
    import boto3

    settings = CatalogMigratorSettings.from_env()
    database = DataApi(boto3.client("rds-data"), settings, sleep=time.sleep)
    with database.transaction() as execute:
        applied = migrate(execute)
    logger.info("schema.migrated", extra={"applied": applied})
    return {"applied": applied}
