"""What the lake writer is told by its environment."""

from dataclasses import dataclass

from lambdas.common.settings import Settings


@dataclass(frozen=True, kw_only=True)
class LakeWriterSettings(Settings):
    """Written by the lake stack."""

    lake_bucket: str
    """Read below bronze/, written below silver/ and quarantine/."""
    dead_letters_url: str
    """Takes what can never be written, with the reason."""
    memory_megabytes: int = 512
    """What DuckDB may take; the function has at least twice that. Beyond it DuckDB spills to /tmp."""
