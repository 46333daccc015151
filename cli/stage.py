"""The stage that a verb works on, found by the outputs of its stacks: on AWS, or in the local world of `make serve`."""

import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.errors import Failure, Unreachable, of_aws
from lambdas.common.aws import Aws
from lambdas.common.clock import SystemClock
from lambdas.common.http import AiohttpTransport
from lambdas.common.sigv4 import Signer

STACKS = ("Storage", "Pipeline", "Lake", "Catalog", "Monitoring", "Access")
LOCAL_STAGE = "local"
_FUNCTION = "Function"
"""How the outputs of functions end."""
QUEUES = {
    "work": "QueueUrl",
    "dead letters": "DeadLettersUrl",
    "failed events": "FailedEventsUrl",
    "lake": "LakeQueueUrl",
    "catalog": "CatalogQueueUrl",
}
"""A stage's queues by their names, and the outputs that tell of them; not every stage has all."""

StageName = Annotated[str, typer.Option("--stage", help="a deployed stage of cdk.json")]
Local = Annotated[bool, typer.Option("--local", help="the world that `make serve` keeps up here, instead of AWS")]
AsJson = Annotated[bool, typer.Option("--json", help="result and errors as JSON")]


@dataclass(frozen=True)
class Stage:
    """A deployed stage. `outputs` are those of all its stacks, by name; `session` makes boto3's clients."""

    name: str
    outputs: Mapping[str, str]
    session: Any
    endpoint: str = ""
    """Stands in for AWS, in the local world."""
    folder: Path | None = None
    """Where the local world keeps its objects."""

    @property
    def option(self) -> str:
        """What a command that works on it is told."""
        return "--local" if self.folder else f"--stage {self.name}"

    def output(self, name: str) -> str:
        """Raises Failure when no stack of the stage has such an output."""
        if name not in self.outputs:
            raise Failure(f"stage {self.name} has no {name}: it was deployed without it, or before there was one")
        return self.outputs[name]

    @property
    def functions(self) -> dict[str, str]:
        """The stage's functions by their short names: harvester, collector, ..."""
        return {short_name(name): value for name, value in sorted(self.outputs.items()) if name.endswith(_FUNCTION)}

    @property
    def catalog_url(self) -> str:
        """Where the catalog's API answers: the emulator does so for every API, at its own address. Raises Failure."""
        url = self.output("CatalogUrl")
        api = url.partition("://")[2].partition(".")[0]
        return f"{self.endpoint}/_aws/execute-api/{api}" if self.endpoint else url.rstrip("/")

    def client(self, service: str, **config: Any) -> Any:
        """A boto3 client of this stage's account and region."""
        from botocore.config import Config

        return self.session.client(service, endpoint_url=self.endpoint or None, config=Config(**config))

    def credentials(self) -> Any:
        """Those of the session, as botocore has them. Raises Failure."""
        if (found := self.session.get_credentials()) is None:
            raise Failure("there are no AWS credentials here: `aws configure`, or set AWS_PROFILE")
        return found

    @asynccontextmanager
    async def aws(self) -> AsyncIterator[Aws]:
        """The same services, as the stages call them."""
        region = self.session.region_name
        keys = (
            self.credentials()
        )  # not frozen: those of a role or of SSO are good for an hour, and some verbs take longer
        trust = os.environ.get("AWS_CA_BUNDLE", "")  # as boto3 does
        transport = AiohttpTransport(connections=8, trust=trust)
        try:
            yield Aws(region, Signer(region, keys), transport, SystemClock(), self.endpoint)
        finally:
            await transport.close()


def open_stage(name: str, *, local: bool) -> Stage:
    """The deployed stage `name`, or the local world. Raises Failure when it is not there."""
    if local:
        return _local_world(local_folder())
    stage = find_stage(name)
    if stage is None:
        import boto3

        where = f"account and region {boto3.Session().region_name}"
        raise Failure(f"stage {name} is not deployed in this {where}: `tmdb deploy --stage {name}`, or name another")
    return stage


def find_stage(name: str, *, hurry: bool = False) -> Stage | None:
    """The stage `name`, if it is deployed. Raises Failure when AWS does not say, and Unreachable when it was not asked.

    In a hurry nobody is asked without credentials in the environment or a profile, and nobody is waited for long.
    """
    import boto3
    from botocore import exceptions

    try:
        session = boto3.Session()
        stacks = stacks_of((_hurried() if hurry else session).client("cloudformation"), name)
    except (exceptions.NoCredentialsError, exceptions.NoRegionError, exceptions.ConnectionError) as error:
        raise Unreachable(of_aws(error)) from error
    except (exceptions.BotoCoreError, exceptions.ClientError) as error:
        raise Failure(of_aws(error)) from error
    outputs = {item["OutputKey"]: item["OutputValue"] for stack in stacks for item in stack.get("Outputs", ())}
    return Stage(name, outputs, session) if stacks else None


def _hurried() -> Any:
    """A session that asks no machine for the credentials of its role, and whose clients give up in seconds."""
    import boto3
    import botocore.session
    from botocore.config import Config

    core = botocore.session.Session()
    core.set_config_variable("metadata_service_num_attempts", 0)
    core.set_default_client_config(Config(connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 1}))
    return boto3.Session(botocore_session=core)


def local_folder() -> Path:
    """Where `make run` and `make serve` keep what they make."""
    return Path(os.environ.get("LOCAL") or ".local").resolve()


def stacks_of(cloudformation: Any, name: str) -> list[dict[str, Any]]:
    """Those of the stage `name` that there are, as CloudFormation describes them."""
    from botocore.exceptions import ClientError

    found: list[dict[str, Any]] = []
    for stack in STACKS:
        try:
            found += cloudformation.describe_stacks(StackName=f"Tmdb-{name}-{stack}")["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":  # there is none of that name
                raise
    return found


def _local_world(folder: Path) -> Stage:
    """Raises Failure when none is up."""
    import boto3
    import botocore.session

    try:
        world = json.loads((folder / "world.json").read_text())
    except FileNotFoundError as error:
        raise Failure(f"no local world is up in {folder}: `make serve` keeps one up until Ctrl-C") from error
    bare = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    session = boto3.Session(**world["keys"], region_name=world["region"], botocore_session=bare)
    return Stage(LOCAL_STAGE, world["outputs"], session, world["endpoint"], folder)


def short_name(output: str) -> str:
    """The function that an output names: LakeWriterFunction names the lake-writer."""
    name = output.removesuffix(_FUNCTION)
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")
