"""What can be lost, lost: the page on backups is followed to the letter, and everything is there again."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.aws_commands import call
from tests.system.test_cli import newest, remove, told
from tests.system.world import World, eventually
from tests.unit.cli import shell

pytestmark = pytest.mark.parametrize("samples", ["made-up samples"], indirect=True, scope="session")

PAGE = Path(__file__).resolve().parents[2] / "docs" / "backup.md"
COMMANDS = [
    line for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL) for line in block.splitlines() if line
]
DONE_HERE = ("describe-continuous-backups", "update-continuous-backups", "update-time-to-live")
"""What the emulator does of the commands of `aws`, but for those about people: all of them, on the operator's role."""
ABSENT = ("CatalogQueueUrl", "movie/550")
"""A local stage has no catalog, and the samples may lack the page's movie: those commands end with a sentence."""


@pytest.fixture(autouse=True)
def world(operated: World) -> World:
    """The world that `--local` finds, worked on by an operator."""
    return operated


def named(word: str, world: World) -> str:
    """A word of a command with the outputs that it names."""
    outputs = world.deployment.outputs
    known = {
        "$STAGE_TABLE": outputs["StateTable"],
        "$LAKE_BUCKET": outputs["LakeBucket"],
        "$CLUSTER": "catalog",
        "$READER_POLICY": outputs["ReaderPolicy"],
        "$OPERATOR_POLICY": outputs["OperatorPolicy"],
    }
    return known.get(word, word)


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("aws ")])
def test_what_the_page_asks_of_aws_is_what_aws_takes(world: World, command: str) -> None:
    """Service, operation and every option of a command are AWS's, and the emulator does it where it can."""
    asked = call(shlex.join(named(word, world) for word in shlex.split(command)))
    client = world.deployment.emulator.client(asked.service)
    if asked.service == "iam" or asked.operation in DONE_HERE:
        getattr(client, asked.operation.replace("-", "_"))(**asked.parameters)


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("tmdb ")])
def test_what_the_page_asks_of_tmdb_is_done(world: World, command: str) -> None:
    """Each command ends well; where a local stage lacks what it is for, it says so in one sentence."""
    done = shell.tmdb(*shlex.split(command)[1:], "--local")
    assert done.returncode == 0 or any(name in done.stderr.decode() for name in ABSENT), done.stderr


def test_a_lost_state_costs_work_and_nothing_else(world: World) -> None:
    """With the state table emptied, the next export collects every id again, and the edge is what it was."""
    table = world.deployment.outputs["StateTable"]
    dynamodb = world.deployment.emulator.client("dynamodb")
    backed_up = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    assert backed_up["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    told("trigger", "--dataset", "movie", "--mode", "export", "--select", "all")
    complete = eventually(lambda: finished("movie", "export"))
    edge = objects(world)
    wipe(dynamodb, table)
    assert told("status")["runs"] == []
    remove(world, edge[0])
    told("trigger", "--dataset", "movie", "--mode", "export")
    again = eventually(lambda: finished("movie", "export"))
    assert again["harvested"] == complete["harvested"] > 0
    assert again["stored"] + again["unchanged"] + again["gone"] + again["dead"] == again["harvested"]
    assert objects(world) == edge


def finished(dataset: str, mode: str) -> Any:
    """The newest such run, once it is done."""
    found = (run for run in told("status")["runs"] if (run["dataset"], run["mode"]) == (dataset, mode))
    return next((run for run in found if run["done"]), None)


def objects(world: World) -> list[str]:
    """The keys of all movies at the edge."""
    folder = (world.settings.local / "edge").resolve()
    return sorted(str(path.relative_to(folder)) for path in folder.glob("movie/*.pb.lz4"))


def wipe(dynamodb: Any, table: str) -> None:
    """Delete every item."""
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            dynamodb.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})


def test_the_lake_is_written_again(world: World) -> None:
    """Silver that was removed is there again, file for file, after `tmdb rebuild lake`."""
    told("replay", *[key.removesuffix(".pb.lz4") for key in objects(world)[:1]])
    eventually(lambda: (run := newest("movie")) and run["done"])
    eventually(lambda: silver(world) and not any(world.deployment.waiting("LakeQueueUrl")))
    before = silver(world)
    bucket, s3 = world.deployment.outputs["LakeBucket"], world.deployment.emulator.client("s3")
    for key in before:
        s3.delete_object(Bucket=bucket, Key=key)
    assert silver(world) == []
    assert told("rebuild", "lake")["announced"] > 0
    eventually(lambda: silver(world) == before)


def silver(world: World) -> list[str]:
    """The keys of silver's movies."""
    bucket = world.deployment.outputs["LakeBucket"]
    found = world.deployment.emulator.client("s3").list_objects_v2(Bucket=bucket, Prefix="silver/movie/")
    return [item["Key"] for item in found.get("Contents", ())]
