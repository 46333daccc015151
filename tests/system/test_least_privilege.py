"""The lake where IAM is enforced: its roles may do what the lake needs, and nothing beside it."""

import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from local import emulator
from local.run.deployment import Deployment
from local.run.lake import ask, fill
from tests.system.world import eventually
from tests.unit.common.bronze_objects import packed
from tests.unit.lake_writer.world import RUN, line, movie

PREFIXES = {"bronze", "silver", "current", "quarantine", "gold", "exports", "drop"}
_MADE = {"silver", "current", "quarantine"}
MAY: dict[str, dict[str, set[str]]] = {
    "LakeWriterFunction": {"read": {"bronze"}, "write": {"silver", "quarantine"}, "delete": set()},
    "LakeCompactorFunction": {"read": _MADE, "write": _MADE, "delete": _MADE},
    "GoldBuilderFunction": {"read": {"silver", "current", "exports", "gold"}, "write": {"gold"}, "delete": {"gold"}},
    "HarvesterFunction": {"read": set(), "write": {"exports"}, "delete": set()},
    "CollectorFunction": {"read": set(), "write": {"bronze"}, "delete": set()},
    "CatalogApiFunction": {"read": set(), "write": set(), "delete": set()},
}


def test_the_roles_suffice(strict: Deployment) -> None:
    """An object of bronze becomes silver, current rows and gold, a foreign one a dead letter, each by its own role."""
    western = [{"id": 37, "name": "Western"}]  # as no other test of this world has
    lines = [line(movie(id, genres=western), at=int(time.time())) for id in range(1, 6)]
    key = f"bronze/movie/dt=2026-11-20/movie-{RUN}/1-0-00000000.jsonl.gz"
    bucket = strict.outputs["LakeBucket"]
    strict.emulator.client("s3").put_object(Bucket=bucket, Key=key, Body=packed(lines).finish())
    fill(strict, Console(quiet=True))
    _, rows = ask(strict, "SELECT titles FROM gold_genre_stats WHERE genre = 'Western'")
    assert [int(titles) for (titles,) in rows] == [5]
    letters = sum(strict.waiting("LakeDeadLettersUrl"))
    strict.emulator.client("s3").put_object(Bucket=bucket, Key="bronze/hello.txt", Body=b"")
    eventually(lambda: sum(strict.waiting("LakeDeadLettersUrl")) > letters)


def test_the_watcher_may_see_what_it_tells_of(strict: Deployment) -> None:
    """It remembers when it first asked for a feed, finds that again, and sees whether the line moves."""
    functions, name = strict.emulator.client("lambda"), strict.outputs["WatcherFunction"]
    for _ in range(2):
        answer = functions.invoke(FunctionName=name, Payload=b"{}")
        assert "FunctionError" not in answer, answer["Payload"].read()


@pytest.mark.parametrize("function", MAY)
def test_a_role_touches_nothing_but_its_prefixes(strict: Deployment, function: str) -> None:
    """With the role of a function of the lake exactly its prefixes can be read, written and emptied."""
    s3, bucket = _as_function(strict, function, "s3"), strict.outputs["LakeBucket"]
    verbs: dict[str, Callable[[str], Any]] = {
        "write": lambda key: s3.put_object(Bucket=bucket, Key=key, Body=b""),
        "read": lambda key: s3.get_object(Bucket=bucket, Key=key),
        "delete": lambda key: s3.delete_object(Bucket=bucket, Key=key),
    }
    for verb, call in verbs.items():
        done = {prefix for prefix in PREFIXES if _let(call, f"{prefix}/movie/test")}
        assert done == MAY[function][verb], verb
    for prefix in MAY[function]["write"]:
        strict.emulator.client("s3").delete_object(Bucket=bucket, Key=f"{prefix}/movie/test")


@pytest.mark.parametrize(
    ("function", "sources"),
    [
        ("HarvesterFunction", ["tmdb.pipeline"]),
        ("LakeCompactorFunction", ["tmdb.lake"]),
        ("GoldBuilderFunction", ["tmdb.pipeline"]),
    ],
)
def test_a_role_puts_events_under_its_own_name_only(strict: Deployment, function: str, sources: list[str]) -> None:
    """Who goes on in another invocation, or has titles fetched, says so; as somebody else it is refused."""
    bus = _as_function(strict, function, "events")

    def put(name: str) -> Any:
        return bus.put_events(Entries=[{"Source": name, "DetailType": "nobody", "Detail": "{}"}])

    assert [name for name in ("tmdb.pipeline", "tmdb.lake", "aws.s3") if _let(put, name)] == sources


def _as_function(world: Deployment, function: str, service: str) -> Any:
    """A client with the role of a function."""
    aws = world.emulator
    role = aws.client("lambda").get_function_configuration(FunctionName=world.outputs[function])["Role"]
    keys = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], emulator.REGION)
    return session.client(service, endpoint_url=aws.url, verify=str(aws.certificate))


def _let(call: Callable[[str], Any], name: str) -> bool:
    """Whether IAM let a call pass; what is not there is another matter."""
    try:
        call(name)
    except ClientError as error:
        return "AccessDenied" not in error.response["Error"]["Code"]
    return True
