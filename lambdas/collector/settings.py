"""What the collector is told by its environment."""

from dataclasses import dataclass

from lambdas.common.settings import Settings


@dataclass(frozen=True, kw_only=True)
class CollectorSettings(Settings):
    """Written by the Pipeline construct; token and storage key themselves stay in Secrets Manager."""

    tmdb_api_url: str = "https://api.themoviedb.org/3"
    token_secret: str
    """ARN or name of the secret that holds TMDB's API Read Access Token as plain text."""
    queue_url: str
    dead_letters_url: str
    state_table: str
    mapping_parameter: str
    """SSM parameter with the id of the event source mapping: disabling it stops the line."""
    requests_per_second: float
    """This one collector's share of the rate budget."""
    connections: int
    """This one collector's share of the connections to TMDB."""
    retry_delay: int = 30
    """Seconds before an id's second attempt; doubles with each further one, at most 900."""
    outage_delay: int = 900
    """Seconds before work comes back that an outage or a stopped line handed back."""
    volatile: str = ""
    """Names of number fields, with commas between, that alone do not make a title changed, such as popularity."""
    rewrite_days: int = 25
    """On S3 also an unchanged title is written again this many days after it was; fetched every 150 days at the
    latest, no object then gets older than 175 days."""
    edge_bucket: str = ""
    """S3 bucket of the edge; empty when the edge is Bunny."""
    bunny_url: str = ""
    """Endpoint of the zone's main region and the zone, e.g. https://storage.bunnycdn.com/my-zone; empty for S3."""
    bunny_secret: str = ""
    """ARN or name of the secret that holds the storage zone's password as plain text."""
    lake_bucket: str = ""
    """S3 bucket of the lake, whose bronze is written; empty without a lake."""
