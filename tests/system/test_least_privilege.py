"""The lake where IAM is enforced: its roles may do what the lake needs, and nothing beside it."""

import time

import boto3
import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from local import emulator
from local.run.deployment import Deployment
from local.run.lake import ask, fill
from tests.unit.common.bronze_objects import packed
from tests.unit.lake_writer.world import RUN, line, movie


def test_the_roles_suffice(strict: Deployment) -> None:
    """An object of bronze becomes silver, current rows and gold, each made with its function's own role."""
    lines = [line(movie(id), at=int(time.time())) for id in range(1, 6)]
    key = f"bronze/movie/dt=2026-11-20/movie-{RUN}/1-0-00000000.jsonl.gz"
    bucket = strict.outputs["LakeBucket"]
    strict.emulator.client("s3").put_object(Bucket=bucket, Key=key, Body=packed(lines).finish())
    fill(strict, Console(quiet=True))
    _, rows = ask(strict, "SELECT genre, titles FROM gold_genre_stats")
    assert [(genre, int(titles)) for genre, titles in rows] == [("Drama", 5)]


def test_the_writer_touches_nothing_but_its_prefixes(strict: Deployment) -> None:
    """With the lake writer's role silver can be written; bronze, current rows and gold cannot."""
    aws, bucket = strict.emulator, strict.outputs["LakeBucket"]
    function = aws.client("lambda").get_function_configuration(FunctionName=strict.outputs["LakeWriterFunction"])
    assumed = aws.client("sts").assume_role(RoleArn=function["Role"], RoleSessionName="test")["Credentials"]
    session = boto3.Session(
        assumed["AccessKeyId"], assumed["SecretAccessKey"], assumed["SessionToken"], region_name=emulator.REGION
    )
    s3 = session.client("s3", endpoint_url=aws.url, verify=str(aws.certificate))
    s3.put_object(Bucket=bucket, Key="silver/movie/test", Body=b"")
    for key in ("bronze/movie/test", "current/movie/test", "gold/test"):
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.put_object(Bucket=bucket, Key=key, Body=b"")
