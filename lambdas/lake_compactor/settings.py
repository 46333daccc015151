"""What the lake compactor is told by its environment."""

from dataclasses import dataclass

from lambdas.common.settings import Settings


@dataclass(frozen=True, kw_only=True)
class LakeCompactorSettings(Settings):
    """Written by the lake stack."""

    lake_bucket: str
    """Files below silver/ are merged and removed, those below current/ written anew."""
    stage: str = "prod"
    memory_megabytes: int = 1024
    """What DuckDB may take; the function has at least twice that. Beyond it DuckDB spills to /tmp."""
