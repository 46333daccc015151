"""What `make run` is told by its environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

FAKE_TOKEN = "read-access-token-of-the-fake-tmdb"  # noqa: S105 - opens nothing but the fake


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """LOCAL, EDGE, SAMPLES, LIMIT, PORT and TMDB_TOKEN; TMDB_API_URL and TMDB_EXPORTS_URL stand in for TMDB's own."""

    local: Path
    """Folder of everything the run leaves."""
    edge: str
    """`bunny` or `s3`."""
    samples: Path | None
    """Folder of real bodies for the fake TMDB to serve, instead of a made-up catalogue."""
    limit: int | None
    """The highest number of ids of an export."""
    port: int
    """Of the page; 0 picks a free one."""
    token: str = field(repr=False)
    tmdb_api_url: str
    tmdb_exports_url: str

    @property
    def real(self) -> bool:
        """Whether the run asks TMDB itself, with the owner's token."""
        return self.token != FAKE_TOKEN

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Raises ValueError naming the variable that cannot be used."""
        samples, limit = environ.get("SAMPLES"), environ.get("LIMIT")
        edge = environ.get("EDGE") or "bunny"
        if edge not in ("bunny", "s3"):
            raise ValueError(f"EDGE must be bunny or s3, not {edge!r}")
        if limit and not (limit.isdigit() and int(limit) > 0):
            raise ValueError(f"LIMIT must be a number above 0, not {limit!r}")
        port = environ.get("PORT") or "8090"
        if not (port.isdigit() and int(port) < 2**16):
            raise ValueError(f"PORT must be a number from 0 to 65535, not {port!r}")
        if samples and not Path(samples).is_dir():
            raise ValueError(f"SAMPLES must be a folder of <kind>/<name>.json files; {samples} is none")
        token = environ.get("TMDB_TOKEN", "")
        if samples and token:
            raise ValueError("SAMPLES is served by the fake TMDB and TMDB_TOKEN asks the real one: set one of them")
        return cls(
            local=Path(environ.get("LOCAL") or ".local").resolve(),
            edge=edge,
            samples=Path(samples) if samples else None,
            limit=int(limit) if limit else None,
            port=int(port),
            token=token or FAKE_TOKEN,
            tmdb_api_url=environ.get("TMDB_API_URL", ""),
            tmdb_exports_url=environ.get("TMDB_EXPORTS_URL", ""),
        )
