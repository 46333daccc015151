"""What the gold builder is told by its environment."""

from dataclasses import dataclass

from lambdas.common.settings import Settings


@dataclass(frozen=True, kw_only=True)
class GoldBuilderSettings(Settings):
    """Written by the lake stack."""

    lake_bucket: str
    """Read below silver/, current/ and exports/; gold/ is written."""
    engine: str = "duckdb"
    """`duckdb` builds in the function itself; `athena` for a lake that outgrows it."""
    memory_megabytes: int = 1024
    """What DuckDB may take; the function has at least twice that. Beyond it DuckDB spills to /tmp."""
    database: str = ""
    """Athena only: the lake's Glue database."""
    workgroup: str = ""
    """Athena only."""
    stage: str = "prod"
    """Whose harvester is asked."""
    refresh_after_days: int = 150
    """What was fetched longer ago is fetched again: 30 days before TMDB's terms are over, and a month of nights."""
