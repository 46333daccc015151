"""What the catalog's API is told by its environment."""

from dataclasses import dataclass

from lambdas.common.catalog.settings import DatabaseSettings


@dataclass(frozen=True, kw_only=True)
class CatalogApiSettings(DatabaseSettings):
    """Written by the CatalogStack."""

    database_user: str = "catalog_api"
    edge_url: str = ""
    """Where the page and other clients read titles: the edge's URL, without a slash at its end; empty: nowhere."""
    require_iam: bool = True
    """Refuse a POST that API Gateway let through without an IAM identity; False where there is no gateway."""
