"""Lambda entry of the catalog's migrator.

Trigger: the deployment, as a custom resource, or an invocation by hand. Writes: the schema and the users, through
RDS's Data API: the cluster's subnets let nothing in, and this function is outside. A deletion changes nothing.
"""

import time
from typing import Any

from lambdas.catalog_migrator.data_api import DataApi
from lambdas.catalog_migrator.settings import CatalogMigratorSettings
from lambdas.common.catalog.migrate import migrate
from lambdas.common.telemetry import logger


@logger.inject_lambda_context
def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Apply what is missing; gives its names as a custom resource does. Raises what fails the deployment."""
    if event.get("RequestType") == "Delete":
        return {}
    import boto3

    settings = CatalogMigratorSettings.from_env()
    database = DataApi(boto3.client("rds-data"), settings, sleep=time.sleep)
    with database.transaction() as execute:
        applied = migrate(execute)
    logger.info("schema.migrated", extra={"applied": applied})
    return {"Data": {"Applied": ",".join(applied)}}
