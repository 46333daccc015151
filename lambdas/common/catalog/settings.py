"""Where the catalog's database is, as the environment of each function that connects to it."""

from dataclasses import dataclass

from lambdas.common.settings import Settings

RDS_CA = "lambdas/common/catalog/rds-ca.pem"
"""The roots of RDS and Aurora in all regions, which no system's own store has; a path within the zip."""
DATABASE = "tmdb"
"""What the database is called. RDS refuses any word of SQL, reserved or not: `catalog` is one."""


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings(Settings):
    """Base of the settings of functions that talk to Postgres."""

    database_host: str
    """Name or address; an absolute path is the folder of a Unix socket."""
    database_port: int = 5432
    database_name: str = DATABASE
    database_user: str
    database_iam: bool = True
    """Whether a token of IAM is the password; without, there is none (a local server that trusts)."""
    database_ca: str = RDS_CA
    """File with the roots that the server's certificate must lead to, for its very name; empty: no TLS."""
    database_connect_seconds: int = 5
    """Patience with a server that is asked to connect: one that wakes up takes longer, and is asked again later."""
