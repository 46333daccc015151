"""A deployed stage for the operator's verbs: moto's AWS, and what `fakes` has in place of all else."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
import botocore.loaders
import botocore.session
import pytest
from typer.testing import CliRunner

from cli import held, init, stage
from cli.main import app
from cli.stage import Stage
from lambdas.common import codec
from lambdas.common.aws import Aws
from lambdas.common.datasets import DATASETS, Mode
from lambdas.common.edge_keys import title_key
from lambdas.common.work import WorkItem
from tests.unit.aws import REGION, Moto, aws
from tests.unit.cli.fakes import BUNNY, Functions, Fuse, Fused, Killed

NOW = 1_790_000_000
RUN = "movie-export-20260921T130000Z-00ff"


@dataclass(frozen=True)
class FakeStage(Stage):
    """A stage on moto."""

    functions_client: Functions = field(default_factory=lambda: Functions({}))
    events: list[dict[str, Any]] = field(default_factory=list)
    """What the bus took."""
    fuse: Fuse = field(default_factory=Fuse)

    def client(self, service: str, **_: Any) -> Any:
        return self.functions_client if service == "lambda" else self.session.client(service)

    @asynccontextmanager
    async def aws(self) -> AsyncIterator[Aws]:
        yield aws(Fused(Moto(), self.fuse))

    def take(self, request: Any, **_: Any) -> None:
        """Keep what is put on the bus."""
        self.events.extend(json.loads(entry["Detail"]) for entry in json.loads(request.data)["Entries"])


@cache
def _loader() -> botocore.loaders.Loader:
    """Reads what botocore knows of the services once for all stages: it takes most of the time to make one."""
    return botocore.loaders.create_loader()


def deployed(*, edge: str = "s3") -> FakeStage:
    """A stage `dev` with its queues, table, buckets and secrets. moto must be on."""
    core = botocore.session.Session()
    core.register_component("data_loader", _loader())
    session = boto3.Session("testing", "testing", region_name=REGION, botocore_session=core)
    sqs, s3, secrets = session.client("sqs"), session.client("s3"), session.client("secretsmanager")
    outputs = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("QueueUrl", "DeadLettersUrl")}
    outputs["FailedEventsUrl"] = sqs.create_queue(QueueName="failed")["QueueUrl"]
    for name in ("EdgeBucket", "LakeBucket") if edge == "s3" else ("LakeBucket",):
        outputs[name] = name.lower()
        s3.create_bucket(Bucket=outputs[name])
    session.client("dynamodb").create_table(
        TableName="state",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    session.client("ssm").put_parameter(Name="/mapping", Value="mapping", Type="String")
    for name in ("TokenSecret", "BunnyPasswordSecret")[: 1 if edge == "s3" else 2]:
        outputs[name] = secrets.create_secret(Name=name, SecretString="made up, with blanks")["ARN"]
    outputs |= {"StateTable": "state", "HarvesterFunction": "harvester", "CollectorFunction": "collector"}
    common = {
        "TMDB_API_URL": "http://tmdb/3",
        "TOKEN_SECRET": outputs["TokenSecret"],
        "QUEUE_URL": outputs["QueueUrl"],
        "STATE_TABLE": "state",
        "REQUESTS_PER_SECOND": "1000",
        "CONNECTIONS": "4",
        "LAKE_BUCKET": outputs["LakeBucket"],
    }
    where = {"EDGE_BUCKET": "edgebucket"}
    if edge == "bunny":
        where = {"BUNNY_URL": BUNNY, "BUNNY_SECRET": outputs["BunnyPasswordSecret"]}
    collector = {"DEAD_LETTERS_URL": outputs["DeadLettersUrl"], "MAPPING_PARAMETER": "/mapping", **where}
    harvester = {"TMDB_EXPORTS_URL": "http://tmdb/exports", "COLLECT_PER_SECOND": "32", "STAGE": "dev"}
    functions = Functions({"collector": common | collector, "harvester": common | harvester})
    made = FakeStage("dev", outputs, session, functions_client=functions)
    made.session.events.register("request-created.events.PutEvents", made.take)
    made.session.events.register("before-call", made.fuse.before)
    made.session.events.register("after-call", made.fuse.after)
    return made


def find(made: FakeStage, monkeypatch: pytest.MonkeyPatch) -> FakeStage:
    """Have verbs find the stage under its name, with a token in it."""
    put_token(made)
    for module in (stage, init):
        monkeypatch.setattr(module, "find_stage", lambda name, **_: made if name == made.name else None)
    monkeypatch.setattr(held, "_WAIT", 0)
    return made


def put_token(stage: Stage) -> None:
    """Put a token into its secret."""
    stage.client("secretsmanager").put_secret_value(SecretId=stage.output("TokenSecret"), SecretString="token")


def blob(dataset: str, id: int, *, fetched_at: int = NOW) -> bytes:
    """A small object of the edge."""
    return codec.encode(dataset, json.dumps({"id": id}).encode(), fetched_at=fetched_at)


def put_titles(stage: Stage, dataset: str, *ids: int) -> None:
    """Put titles into the edge bucket."""
    for id in ids:
        key = title_key(DATASETS[dataset], id)
        stage.client("s3").put_object(Bucket=stage.output("EdgeBucket"), Key=key, Body=blob(dataset, id))


def keys(stage: Stage, output: str = "EdgeBucket") -> list[str]:
    """The keys in a bucket."""
    found = stage.client("s3").list_objects_v2(Bucket=stage.output(output)).get("Contents", ())
    return [item["Key"] for item in found]


def letters(stage: Stage, *ids: int, reason: str = "TMDB answered 500") -> None:
    """Put dead letters of these movies."""
    for id in ids:
        item = WorkItem(run=RUN, dataset="movie", mode=Mode.EXPORT, ids=(id,)).dead(id, reason)
        stage.client("sqs").send_message(QueueUrl=stage.output("DeadLettersUrl"), MessageBody=item.to_json())


def messages(stage: Stage, output: str = "QueueUrl") -> list[WorkItem]:
    """Take every message that can be seen."""
    found = []
    while (
        some := stage.client("sqs")
        .receive_message(QueueUrl=stage.output(output), MaxNumberOfMessages=10)
        .get("Messages")
    ):
        found += [WorkItem.from_json(message["Body"]) for message in some]
    return sorted(found, key=lambda item: item.ids)


def said(*words: str, given: str | None = None) -> str:
    """What a verb prints; it succeeds."""
    result = CliRunner().invoke(app, list(words), input=given, standalone_mode=False)
    assert result.exception is None, (result.exception, result.output)
    return result.stdout


def told(*words: str) -> Any:
    """The same as JSON."""
    return json.loads(said(*words, "--json"))


def raised(*words: str, given: str | None = None) -> BaseException:
    """What a verb that fails raises."""
    try:
        result = CliRunner().invoke(app, list(words), input=given, standalone_mode=False)
    except Killed as killed:
        return killed
    assert result.exception is not None, result.output
    return result.exception
