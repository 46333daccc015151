"""What the catalog loader is told by its environment."""

from dataclasses import dataclass

from lambdas.common.catalog.settings import DatabaseSettings


@dataclass(frozen=True, kw_only=True)
class CatalogLoaderSettings(DatabaseSettings):
    """Written by the CatalogStack; the bucket and key of what is to load are in each event."""

    database_user: str = "catalog_loader"
    database_connect_seconds: int = 20
    """A loader can wait for a paused database to wake up; what it cannot await comes back to the queue."""
