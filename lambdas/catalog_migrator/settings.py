"""What the catalog's migrator is told by its environment."""

from dataclasses import dataclass

from lambdas.common.catalog.settings import DATABASE
from lambdas.common.settings import Settings


@dataclass(frozen=True, kw_only=True)
class CatalogMigratorSettings(Settings):
    """Written by the CatalogStack. The function is outside the VPC: it reaches the cluster by RDS's Data API."""

    cluster_arn: str
    secret_arn: str
    """The secret of the cluster's master user, which only the Data API reads."""
    database_name: str = DATABASE
    data_api_url: str = ""
    """Stands in for RDS's own, on an emulator."""
