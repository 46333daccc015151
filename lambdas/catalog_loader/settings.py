"""What the catalog loader is told by its environment."""

from dataclasses import dataclass

from lambdas.common.catalog.settings import DatabaseSettings


@dataclass(frozen=True, kw_only=True)
class CatalogLoaderSettings(DatabaseSettings):
    """Written by the CatalogStack; the key of what is to load is in each event."""

    lake_bucket: str
    """The bucket whose objects are loaded: an event of another one is refused."""
    database_user: str = "catalog_loader"
    database_connect_seconds: int = 20
    """A loader can wait for a paused database to wake up; what it cannot await comes back to the queue."""
