"""The lake on S3, against the emulator's: bronze is put once, and ids of any number come through."""

import gzip
from collections.abc import AsyncIterator, Iterator

import pytest

from lambdas.collector.bronze import S3Bronze
from lambdas.common.aws import Aws
from lambdas.common.errors import Retry
from lambdas.harvester.lake import S3Lake, ids_file
from local import emulator
from local.emulator import Emulator


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator with a bucket `lake`."""
    with emulator.start(tmp_path_factory.mktemp("aws")) as aws:
        aws.client("s3").create_bucket(Bucket="lake")
        yield aws


@pytest.fixture
async def stages(aws: Emulator) -> AsyncIterator[Aws]:
    """AWS as the functions call it."""
    async with aws.stages() as stages:
        yield stages


def stored(aws: Emulator, key: str) -> bytes:
    """The bytes of an object."""
    body: bytes = aws.client("s3").get_object(Bucket="lake", Key=key)["Body"].read()
    return body


async def test_bronze_is_put_once(aws: Emulator, stages: Aws) -> None:
    """An object that is there is never rewritten, and putting it again is no error."""
    bronze = S3Bronze("lake", stages)
    for blob in (b"first", b"second"):
        await bronze.put("bronze/x.jsonl.gz", blob)
    assert stored(aws, "bronze/x.jsonl.gz") == b"first"


async def test_missing_bucket_is_an_outage(stages: Aws) -> None:
    """A bucket that does not answer well is tried again later."""
    with pytest.raises(Retry, match="S3 answered 404"):
        await S3Bronze("no-such-bucket", stages).put("bronze/x", b"blob")
    with pytest.raises(Retry, match="S3 answered 404"):
        await S3Lake("no-such-bucket", stages).put("exports/x", ids_file([1]), if_absent=False)


async def test_ids_of_any_number(aws: Emulator, stages: Aws) -> None:
    """A file of nine megabytes is as whole as one without ids; the last one put is there."""
    for number in (3_900_000, 0, 3):
        await S3Lake("lake", stages).put("exports/ids.csv.gz", ids_file(range(1, number + 1)), if_absent=False)
        lines = gzip.decompress(stored(aws, "exports/ids.csv.gz")).split()
        assert len(lines) == number + 1
        assert lines[0] == b"id" and lines[-1] == (b"%d" % number if number else b"id")
