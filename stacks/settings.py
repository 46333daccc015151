"""The settings of one stage, from cdk.json's context: `context.stages.<stage>`, the stage chosen by `-c stage=<stage>`.

A setting is looked for in this order: `-c <setting>=<value>` (JSON where it is not text), the environment variables of
the projects this one follows (MEDIA_TYPES, COLLECTION_INTERVAL, COLLECTOR_CONCURRENCY, RATE_LIMIT_REQUESTS), the same
stage in the file stages.json, where `tmdb init` keeps what is an operator's own and git does not, the stage, the
default. Whatever cannot work is refused with one sentence, before anything is synthesised.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from aws_cdk import RemovalPolicy

from lambdas.collector.settings import CollectorSettings
from lambdas.gold_builder.settings import GoldBuilderSettings
from lambdas.harvester.settings import HarvesterSettings
from stacks.context import OWN, decode, scalar
from stacks.feeds import choose_feeds, parse_feeds
from stacks.parameters import COLLECTOR_MEMORY, Feed, RateBudget

_CHOICES = {
    "data": ("keep", "delete"),
    "target": ("aws", "host"),
    "gold": ("duckdb", "athena"),
    "alarm_chat": ("", "slack", "teams", "discord"),
}
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,10}")
"""CloudFormation cuts what it calls a function to 64 characters, the stack's name first, and access goes by that."""
_NAMES = re.compile(r"([a-z_]+(,[a-z_]+)*)?")
_URL = re.compile(r"https?://[^\s/]+(/\S*)?")


@dataclass(frozen=True, kw_only=True)
class BunnyZone:
    """The setting `edge` when objects go to Bunny: a storage zone and its main region."""

    zone: str
    region: str = "de"


@dataclass(frozen=True, kw_only=True)
class LocalDatabase:
    """The setting `database` where RDS is a name without a server: a Postgres that trusts whom it lets in, and beside
    it the Data API. The cluster is made all the same, and nobody connects to it.
    """

    host: str
    """An address, or the folder of a Unix socket."""
    port: int
    data_api_url: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What differs between stages."""

    stage: str
    edge: BunnyZone | None = None
    """None is the setting `s3`: a bucket behind CloudFront."""
    edge_url: str = ""
    """Where readers find the edge, when not at CloudFront's own name: an own domain, or Bunny's pull zone."""
    requests_per_second: float = RateBudget.requests_per_second
    harvest: float = RateBudget.harvest
    connections: int = RateBudget.connections
    collectors: int = 2
    collector_memory: int = COLLECTOR_MEMORY
    """MB of each collector."""
    reserved_concurrency: bool | int = True
    """True reserves as many as there are collectors; False is for accounts whose Lambda quota is too small for that."""
    lake: bool = True
    """Keep what TMDB answers in a bucket of its own too."""
    crawler: bool = False
    """Let a Glue crawler look at the lake, too; its tables are declared without one."""
    gold: str = GoldBuilderSettings.engine
    """Where gold is built: `duckdb`, in its own function, or `athena`, for a lake that outgrows one."""
    catalog: bool = False
    """Fill a Postgres from the lake's bucket, with a search API and a page before it."""
    database: LocalDatabase | None = None
    """Stands in for the catalog's cluster, on an emulator; None on AWS."""
    alarm_email: str = ""
    alarm_chat: str = ""
    """`slack`, `teams` or `discord`: alarms go to a webhook of such a chat, too. Its URL is a secret."""
    refresh_after_days: int = GoldBuilderSettings.refresh_after_days
    """With a lake: titles that were fetched longer ago are fetched again, whatever the feeds say."""
    feeds: tuple[Feed, ...] = ()
    data: str = "keep"
    """`delete` lets a destroyed stack take its bucket, table and secrets with it."""
    target: str = "aws"
    """What functions are bundled for: `aws`, or `host`, the machine at hand."""
    tmdb_api_url: str = HarvesterSettings.tmdb_api_url
    tmdb_exports_url: str = HarvesterSettings.tmdb_exports_url
    bunny_url: str = ""
    """Stands in for Bunny's own storage endpoint."""
    retry_delay: int = CollectorSettings.retry_delay
    outage_delay: int = CollectorSettings.outage_delay
    volatile: str = CollectorSettings.volatile
    """Number fields, such as `popularity,vote_count`, that alone do not make a title worth a PUT to S3."""

    def __post_init__(self) -> None:
        self._check_urls()
        self._check_choices()
        self._check_catalog()
        if not _STAGE.fullmatch(self.stage):
            raise ValueError(f"stage {self.stage!r} must be up to 11 lower-case letters, digits and dashes")
        if not self.feeds:
            raise ValueError(f"stage {self.stage} has no feeds, so nothing would ever be harvested")
        if not _NAMES.fullmatch(self.volatile):
            raise ValueError(f"volatile {self.volatile!r} must be names of fields with commas between")
        if self.alarm_email and "@" not in self.alarm_email:
            raise ValueError(f"alarm_email {self.alarm_email!r} is not an email address")
        if not 128 <= self.collector_memory <= 10_240:
            raise ValueError(f"collector_memory {self.collector_memory} must be 128 to 10240 MB, what Lambda has")
        if not 30 <= self.refresh_after_days <= 155:
            raise ValueError(
                f"refresh_after_days {self.refresh_after_days} must be 30 to 155: "
                "what is left of TMDB's 6 months is for fetching it"
            )
        for name in ("retry_delay", "outage_delay"):
            if not 0 <= getattr(self, name) <= 900:
                raise ValueError(
                    f"{name} {getattr(self, name)} must be 0 to 900 seconds, the longest SQS holds a message"
                )

    def _check_catalog(self) -> None:
        if self.database and self.target == "aws":
            raise ValueError("database stands in for a cluster on this machine: it is of no use to the target aws")
        if not self.catalog:
            return
        if not self.lake:
            raise ValueError("catalog needs the lake: it is loaded from that bucket, so lake cannot be false")
        if self.edge and not self.edge_url:
            raise ValueError("catalog needs edge_url, Bunny's pull zone: its page reads titles from there")
        if self.target == "aws" and self.edge_url.startswith("http:"):
            raise ValueError(f"edge_url {self.edge_url!r} must be https: browsers let no page of https read from http")

    def _check_choices(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} {getattr(self, name)!r} must be {' or '.join(filter(None, choices))}")
        if self.crawler and not self.lake:
            raise ValueError("a crawler needs a lake to look at")

    def _check_urls(self) -> None:
        for name in ("edge_url", "tmdb_api_url", "tmdb_exports_url", "bunny_url"):
            value = getattr(self, name)
            if not (_URL.fullmatch(value) or (value == "" and name in ("edge_url", "bunny_url"))):
                raise ValueError(f"{name} {value!r} is not an http or https URL")
        if self.bunny_url and not self.edge:
            raise ValueError("bunny_url is of no use to the edge s3")

    @property
    def removal(self) -> RemovalPolicy:
        """What becomes of data when its stack goes."""
        return RemovalPolicy.DESTROY if self.data == "delete" else RemovalPolicy.RETAIN

    @property
    def budget(self) -> RateBudget:
        return RateBudget(self.requests_per_second, self.harvest, self.connections)

    @classmethod
    def load(cls, context: Callable[[str], Any], environ: Mapping[str, str] = os.environ) -> Self:
        """Read the stage that `context("stage")` names, `prod` unless told; `context` is `app.node.try_get_context`."""
        stage = context("stage") or "prod"
        stages, own = context("stages") or {}, context(OWN) or {}
        if stage not in {**stages, **own}:
            raise ValueError(f"cdk.json has no stage {stage!r} in its context.stages, only {', '.join(stages)}")
        stages = {stage: stages.get(stage, {}) | own.get(stage, {})}
        kinds = {field.name: field.type for field in fields(cls) if field.name != "stage"}
        if unknown := sorted(stages[stage].keys() - kinds.keys()):
            raise ValueError(f"unknown setting {unknown[0]!r} in stage {stage}; there are {', '.join(kinds)}")
        given = {name: environ[variable] for name, variable in _VARIABLES.items() if variable in environ}
        given |= {name: value for name in kinds if (value := context(name)) is not None}
        values = stages[stage] | {name: decode(name, kinds[name], value) for name, value in given.items()}
        parsed = {name: _parse(name, kinds[name], value) for name, value in values.items()}
        parsed["feeds"] = choose_feeds(parsed.get("feeds", ()), environ)
        return cls(stage=stage, **parsed)


_VARIABLES = {"collectors": "COLLECTOR_CONCURRENCY", "requests_per_second": "RATE_LIMIT_REQUESTS"}
"""Settings under the names they have elsewhere."""


def _parse(name: str, kind: object, value: Any) -> Any:
    if name == "edge":
        return _edge(value)
    if name == "database":
        return _database(value)
    return parse_feeds(value) if name == "feeds" else scalar(name, kind, value)


def _edge(value: Any) -> BunnyZone | None:
    if value == "s3":
        return None
    if not isinstance(value, dict) or not {"zone"} <= value.keys() <= {"zone", "region"}:
        raise ValueError(f'edge must be "s3", or {{"zone": ..., "region": ...}} of Bunny, not {value!r}')
    return BunnyZone(**{name: scalar(f"edge.{name}", str, text) for name, text in value.items()})


def _database(value: Any) -> LocalDatabase:
    kinds = {field.name: field.type for field in fields(LocalDatabase)}
    if not isinstance(value, dict) or value.keys() != kinds.keys():
        raise ValueError(f"database must be an object of {', '.join(kinds)}, not {value!r}")
    return LocalDatabase(**{name: scalar(name, kinds[name], value[name]) for name in kinds})
