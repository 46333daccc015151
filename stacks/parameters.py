"""What a Pipeline is made from: feeds, a rate budget and an edge. Each refuses, with a sentence, what cannot work."""

from dataclasses import KW_ONLY, dataclass
from typing import TypedDict
from urllib.parse import urlsplit

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.aws_events import Schedule

from lambdas.common.datasets import DATASETS, Mode
from stacks.components.grants import grant_objects, grant_value

TMDB_REQUESTS_PER_SECOND = 40
"""What TMDB tolerates of one address: https://developer.themoviedb.org/docs/rate-limiting."""
TMDB_CONNECTIONS = 20
"""The same, at its CDN: https://www.themoviedb.org/talk/62c7c1b258361b005fd2e747."""
HARVESTER_MEMORY = 512
COLLECTOR_MEMORY = 256
LAKE_WRITER_MEMORY = 1769
LAKE_NIGHT_MEMORY = 3008
"""MB of the functions. A collector's time is billed while it waits for its turn, so its memory is most of its price.
1769 are a whole vCPU; 3008 are as much as a new account may have."""
_TMDB_DOMAINS = ("themoviedb.org", "tmdb.org")
_SELECTIONS = ("all", "new", "due")
_BUNNY_REGIONS = ("de", "uk", "ny", "la", "sg", "se", "br", "jh", "syd")


@dataclass(frozen=True)
class Feed:
    """Harvest `dataset` by `mode` whenever `schedule` says so.

    Of an export, `select` tells which ids are collected: `due` (the default), `new` or `all`; `limit` is their highest
    number, and `min_popularity` leaves out what is less popular. Of a list, `limit` is the highest number of pages.
    """

    dataset: str
    mode: Mode
    schedule: Schedule
    _: KW_ONLY
    select: str | None = None
    include_adult: bool = False
    limit: int | None = None
    min_popularity: float | None = None

    def __post_init__(self) -> None:
        if self.dataset not in DATASETS:
            raise ValueError(f"unknown dataset {self.dataset!r} in a feed; there are {', '.join(DATASETS)}")
        modes = DATASETS[self.dataset].modes - {Mode.IDS}
        if self.mode not in modes:
            there = " and ".join(sorted(modes)) or "ids that are asked for"
            raise ValueError(f"{self.dataset} has no {self.mode} feed, only {there}")
        if self.mode is not Mode.EXPORT and (self.select, self.min_popularity) != (None, None):
            raise ValueError(f"feed {self.name} has select or min_popularity, which only exports know")
        if self.mode is Mode.SYNC and self.limit is not None:
            raise ValueError(f"feed {self.name} has limit, which only exports and lists know")
        if self.mode is Mode.PAGES and self.include_adult:
            raise ValueError(f"feed {self.name} has include_adult, but TMDB's lists hold no adult titles")
        if self.select not in (None, *_SELECTIONS):
            raise ValueError(f"feed {self.name} selects {self.select!r}; it can be {', '.join(_SELECTIONS)}")
        if self.limit is not None and self.limit < 1:
            raise ValueError(f"feed {self.name} has limit {self.limit}; it must be at least 1")

    @property
    def name(self) -> str:
        """Unique within a pipeline, e.g. `movie-export`."""
        return f"{self.dataset}-{self.mode}"

    @property
    def event(self) -> dict[str, str | int | float | bool]:
        """What the harvester is told: the input of the feed's rule."""
        event: dict[str, str | int | float | bool] = {
            "dataset": self.dataset,
            "mode": self.mode.value,
            "scheduled": True,
        }
        if self.mode is Mode.EXPORT:
            event["select"] = self.select or "due"
        if self.include_adult:
            event["include_adult"] = True
        if self.limit is not None:
            event["limit"] = self.limit
        if self.min_popularity is not None:
            event["min_popularity"] = self.min_popularity
        return event


@dataclass(frozen=True)
class RateBudget:
    """All that the pipeline may ask of TMDB: connections, and requests per second, of which `harvest` list ids.

    Half of these are the harvester's own. The other half is an operator's, for `tmdb harvest` and `tmdb collect`, which
    run on another machine: with them, too, nobody goes beyond the budget. 34 of TMDB's 40 a second give 85 % of its
    limit and no 429; from 38 on, back-offs make it slower again.
    """

    requests_per_second: float = 34
    harvest: float = 2
    connections: int = 20

    HARVEST_CONNECTIONS = 2
    """Of the connections; one is the harvester's, one an operator's."""

    def __post_init__(self) -> None:
        if not 0 < self.harvest < self.requests_per_second:
            raise ValueError(
                f"the harvester's {self.harvest:g} of {self.requests_per_second:g} requests per second leave nothing "
                "to share: harvest must be above 0 and below requests_per_second"
            )

    def check(self, *, collectors: int, api_url: str) -> None:
        """Refuse a budget that `collectors` cannot share, or that TMDB itself would not tolerate."""
        if self.connections - self.HARVEST_CONNECTIONS < collectors:
            raise ValueError(
                f"{self.connections} connections do not suffice for {collectors} collectors and the harvester's "
                f"{self.HARVEST_CONNECTIONS}"
            )
        host = urlsplit(api_url).hostname or ""
        if not any(host == domain or host.endswith(f".{domain}") for domain in _TMDB_DOMAINS):
            return
        if self.requests_per_second > TMDB_REQUESTS_PER_SECOND or self.connections > TMDB_CONNECTIONS:
            raise ValueError(
                f"{self.requests_per_second:g} requests per second over {self.connections} connections are more than "
                f"TMDB tolerates, which is {TMDB_REQUESTS_PER_SECOND} over {TMDB_CONNECTIONS}"
            )

    @property
    def harvest_share(self) -> tuple[float, int]:
        """Requests per second and connections of the harvester, and of an operator's own machine."""
        return self.harvest / 2, self.HARVEST_CONNECTIONS // 2

    def share(self, collectors: int) -> tuple[float, int]:
        """Requests per second and connections of one of the collectors."""
        return (
            (self.requests_per_second - self.harvest) / collectors,
            (self.connections - self.HARVEST_CONNECTIONS) // collectors,
        )


class EdgeEnvironment(TypedDict, total=False):
    """The fields of CollectorSettings that select an edge."""

    edge_bucket: str
    bunny_url: str
    bunny_secret: str


@dataclass(frozen=True)
class S3Edge:
    """Objects go to a bucket; the CDN in front of it belongs to who owns the bucket."""

    bucket: s3.IBucket

    @property
    def environment(self) -> EdgeEnvironment:
        return {"edge_bucket": self.bucket.bucket_name}

    def grant(self, collector: iam.IRole) -> None:
        """Let the collector read, write, delete and list objects."""
        grant_objects(self.bucket, collector, read=[""], write=[""], delete=[""])


@dataclass(frozen=True)
class BunnyEdge:
    """Objects go to a Bunny storage zone whose main region is `region`; a pull zone serves them.

    `secret` holds the zone's password. `url` stands in for Bunny's own storage endpoint.
    """

    zone: str
    region: str
    secret: secretsmanager.ISecret
    url: str = ""

    def __post_init__(self) -> None:
        if self.region not in _BUNNY_REGIONS:
            raise ValueError(f"unknown Bunny region {self.region!r}; there are {', '.join(_BUNNY_REGIONS)}")

    @property
    def environment(self) -> EdgeEnvironment:
        host = "storage" if self.region == "de" else f"{self.region}.storage"
        endpoint = self.url or f"https://{host}.bunnycdn.com"
        return {"bunny_url": f"{endpoint.rstrip('/')}/{self.zone}", "bunny_secret": self.secret.secret_arn}

    def grant(self, collector: iam.IRole) -> None:
        """Let the collector read the zone's password; what that opens is Bunny's to say."""
        grant_value(self.secret, collector)


Edge = S3Edge | BunnyEdge
