"""What the harvester is told by its environment."""

from dataclasses import dataclass

from lambdas.common.settings import Settings


@dataclass(frozen=True, kw_only=True)
class HarvesterSettings(Settings):
    """Written by the Pipeline construct; the token itself stays in Secrets Manager."""

    tmdb_api_url: str = "https://api.themoviedb.org/3"
    tmdb_exports_url: str = "https://files.tmdb.org/p/exports"
    stage: str = "prod"
    """Events for this mirror carry it as their detail type: another mirror in the account leaves them alone."""
    token_secret: str
    """ARN or name of the secret that holds TMDB's API Read Access Token as plain text."""
    queue_url: str
    state_table: str
    requests_per_second: float
    """The harvester's own share of the rate budget (changes pages). As much again is an operator's, see cli/here.py."""
    connections: int
    """Its share of the connections to TMDB."""
    collect_per_second: float
    """What all collectors together fetch: tells how long a backlog takes."""
    lake_bucket: str = ""
    """S3 bucket of the lake, which gets the ids of exports; empty without a lake."""
    refresh_days: int = 120
    """Selection `due` fetches every id again within this many days."""
