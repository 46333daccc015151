"""The lake on S3, against the emulator's: bronze is put once, and ids of any number come through."""

import gzip
from collections.abc import Iterator

import pytest

from lambdas.collector.bronze import S3Bronze
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


@pytest.fixture(autouse=True)
def environment(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions find the emulator where they find AWS: in their environment."""
    for name, value in aws.env.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)


def stored(aws: Emulator, key: str) -> bytes:
    """The bytes of an object."""
    body: bytes = aws.client("s3").get_object(Bucket="lake", Key=key)["Body"].read()
    return body


async def test_bronze_is_put_once(aws: Emulator) -> None:
    """An object that is there is never rewritten, and putting it again is no error."""
    bronze = S3Bronze("lake")
    for blob in (b"first", b"second"):
        await bronze.put("bronze/x.jsonl.gz", blob)
    assert stored(aws, "bronze/x.jsonl.gz") == b"first"


async def test_missing_bucket_is_an_outage() -> None:
    """A bucket that does not answer well is tried again later."""
    with pytest.raises(Retry, match="S3 did not take bronze/x"):
        await S3Bronze("no-such-bucket").put("bronze/x", b"blob")
    with pytest.raises(Retry, match="S3 did not take exports/x"):
        await S3Lake("no-such-bucket").put("exports/x", ids_file([1]))


@pytest.mark.parametrize("number", [0, 3, 3_000_000])
async def test_ids_of_any_number(aws: Emulator, number: int) -> None:
    """A file of several parts is as whole as one of a single part; the last one put is there."""
    for ids in ([7], range(1, number + 1)):
        await S3Lake("lake").put("exports/ids.csv.gz", ids_file(ids))
    lines = gzip.decompress(stored(aws, "exports/ids.csv.gz")).split()
    assert len(lines) == number + 1
    assert lines[0] == b"id" and lines[-1] == (b"%d" % number if number else b"id")
