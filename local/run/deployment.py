"""The pipeline, deployed on the emulator: send it events, ask for its state, read what it could not do."""

import json
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from lambdas.common.state import State
from lambdas.common.work import WorkItem
from local import emulator
from local.emulator import Emulator
from local.run.fakes import BUNNY_KEY, BUNNY_ZONE
from local.run.settings import RunSettings

STAGE = "local"
_REAL_BUDGET = {"requests_per_second": "34", "harvest": "2", "connections": "20", "outage_delay": "60"}
"""TMDB's own API is asked as politely from here as from AWS."""


@dataclass(frozen=True)
class Deployment:
    """The deployed stacks; `outputs` are theirs, by name."""

    emulator: Emulator
    outputs: Mapping[str, str]

    @asynccontextmanager
    async def state(self) -> AsyncIterator[State]:
        """The state table, and a connection to it for as long as the context lasts."""
        async with self.emulator.stages() as aws:
            yield State(self.outputs["StateTable"], aws)

    def send(self, events: list[dict[str, Any]]) -> None:
        """Start harvests, as anybody may who can put events on the account's bus."""
        entries = [{"Source": "tmdb.pipeline", "DetailType": STAGE, "Detail": json.dumps(event)} for event in events]
        bus = self.emulator.client("events")
        for start in range(0, len(entries), 10):
            answer = bus.put_events(Entries=entries[start : start + 10])
            if answer["FailedEntryCount"]:
                raise RuntimeError(f"events were refused: {answer['Entries']}")

    def dead_letters(self) -> list[tuple[str, str]]:
        """(title, reason) of every dead letter, put back into its queue."""
        sqs, url = self.emulator.client("sqs"), self.outputs["DeadLettersUrl"]
        letters: dict[str, WorkItem] = {}
        while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=60).get("Messages"):
            letters |= {message["ReceiptHandle"]: WorkItem.from_json(message["Body"]) for message in found}
        for receipt in letters:
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)
        return sorted((f"{letter.dataset}/{letter.ids[0]}", str(letter.reason)) for letter in letters.values())

    @property
    def lake(self) -> Path:
        """The folder that holds the lake's objects by their keys."""
        return self.emulator.bucket(self.outputs["LakeBucket"])

    def waiting(self, queue: str) -> tuple[int, int]:
        """How many messages wait in a queue, and how many somebody holds."""
        counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.emulator.client("sqs").get_queue_attributes(QueueUrl=self.outputs[queue], AttributeNames=counts)
        visible, held = (int(found["Attributes"][name]) for name in counts)
        return visible, held

    def newest_logs(self, lines: int = 10) -> str:
        """The last lines that the functions logged."""
        logs, functions = self.emulator.client("logs"), self.emulator.client("lambda")
        newest: list[str] = []
        for name in (name for name in self.outputs if name.endswith("Function")):
            function = functions.get_function_configuration(FunctionName=self.outputs[name])
            events = logs.filter_log_events(logGroupName=function["LoggingConfig"]["LogGroup"])["events"]
            newest += [f"{name}:", *(event["message"].rstrip() for event in events[-lines:])]
        return "\n".join(newest)


@contextmanager
def deployed(
    settings: RunSettings,
    *,
    tmdb: Mapping[str, str],
    bunny: Mapping[str, str],
    console: Console,
    enforce_iam: bool = False,
    catalog: Mapping[str, str] | None = None,
) -> Iterator[Deployment]:
    """Bootstrap, deploy the stacks of stage `local` to an emulator of their own, and put the secrets in place.

    `catalog` holds further settings, of a stage that has one.
    """
    api, exports = (tmdb["api"], tmdb["exports"]) if not settings.real else ("", "")
    urls = {
        "tmdb_api_url": settings.tmdb_api_url or api,
        "tmdb_exports_url": settings.tmdb_exports_url or exports,
    }
    edge = {"edge": "s3"}
    if settings.edge == "bunny":
        edge = {
            "edge": json.dumps({"zone": BUNNY_ZONE}),
            "edge_url": bunny["pull zone"],
            "bunny_url": bunny["storage"].removesuffix(f"/{BUNNY_ZONE}"),
        }
    budget = _REAL_BUDGET if settings.real else {}
    context = {"stage": STAGE, **{name: url for name, url in urls.items() if url}, **edge, **budget, **(catalog or {})}
    with emulator.start(settings.local / "aws", enforce_iam=enforce_iam) as aws:
        console.print("cdk bootstrap, cdk deploy", highlight=False)
        stacks = aws.deploy(f"{sys.executable} app.py", context)
        outputs = {name: value for stack in stacks.values() for name, value in stack.items()}
        _put_secrets(aws, outputs, settings)
        buckets = {"lake": "LakeBucket"} | ({"edge": "EdgeBucket"} if settings.edge == "s3" else {})
        for name, output in buckets.items():
            bucket = aws.bucket(outputs[output])
            bucket.mkdir(parents=True, exist_ok=True)
            _link(settings.local / name, bucket)
        deployment = Deployment(aws, outputs)
        with _announced(settings.local / "world.json", deployment):
            yield deployment


def _link(path: Path, bucket: Path) -> None:
    if path.is_dir():  # somebody waits there for objects to read
        path.rmdir()
    path.symlink_to(bucket)


@contextmanager
def _announced(file: Path, deployment: Deployment) -> Iterator[None]:
    """Tell where the world is as long as it is there: `tmdb --local` finds it by this file."""
    aws = deployment.emulator
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}  # the emulator's, and anybody's
    file.write_text(
        json.dumps({"endpoint": aws.url, "region": emulator.REGION, "keys": keys, "outputs": dict(deployment.outputs)})
    )
    try:
        yield
    finally:
        file.unlink()


def _put_secrets(aws: Emulator, outputs: Mapping[str, str], settings: RunSettings) -> None:
    secrets = aws.client("secretsmanager")
    secrets.put_secret_value(SecretId=outputs["TokenSecret"], SecretString=settings.token)
    if "BunnyPasswordSecret" in outputs:
        secrets.put_secret_value(SecretId=outputs["BunnyPasswordSecret"], SecretString=BUNNY_KEY)
