"""A bucket on moto's S3, asked over HTTP, and an S3 that answers by a script."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lambdas.common.bucket import Bucket, Head
from lambdas.common.errors import Changed, Retry, StopTheLine
from lambdas.common.http import Response
from tests.unit.aws import REGION, aws
from tests.unit.common.test_aws import LOST, OUT, Script

KEY = "movie/550.pb.lz4"
HEADERS = {"content-type": "application/x-protobuf"}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client, and no other AWS than moto's, with a bucket `edge`."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name=REGION)
        client.create_bucket(Bucket="edge")
        yield client


async def put(bucket: Bucket, key: str, blob: bytes, over: Head | None = None) -> None:
    """Store with a little metadata."""
    await bucket.put(key, blob, over=over, headers=HEADERS, metadata={"fetched-at": "7"})


async def test_put_head_get_delete(s3: Any) -> None:
    """An object is told of and read back as it was put, with its headers and metadata, until it is removed."""
    bucket = Bucket("edge", aws())
    assert (await bucket.head(KEY), await bucket.get(KEY)) == (None, None)
    await put(bucket, KEY, b"blob")
    head = await bucket.head(KEY)
    assert head and head.metadata == {"fetched-at": "7"}
    assert await bucket.get(KEY) == b"blob"
    there = s3.head_object(Bucket="edge", Key=KEY)
    assert (there["ContentType"], there["Metadata"]) == ("application/x-protobuf", {"fetched-at": "7"})
    for _ in range(2):
        await bucket.delete(KEY)
    assert await bucket.get(KEY) is None


@pytest.mark.usefixtures("s3")
async def test_put_holds_for_the_version_that_was_seen() -> None:
    """A PUT where nothing was replaces nothing, and one over a version replaces no other."""
    bucket = Bucket("edge", aws())
    await put(bucket, KEY, b"one")
    with pytest.raises(Changed):
        await put(bucket, KEY, b"two")
    seen = await bucket.head(KEY)
    await put(bucket, KEY, b"three", seen)
    with pytest.raises(Changed):
        await put(bucket, KEY, b"four", seen)
    await bucket.delete(KEY)
    with pytest.raises(Changed):
        await put(bucket, KEY, b"five", seen)
    assert await bucket.get(KEY) is None


async def test_write(s3: Any) -> None:
    """What is written replaces anything, but with `if_absent` nothing; a bucket that is not there is no object."""
    bucket = Bucket("edge", aws())
    assert await bucket.write(KEY, b"one", headers=HEADERS, if_absent=True)
    assert not await bucket.write(KEY, b"two", headers=HEADERS, if_absent=True)
    assert await bucket.get(KEY) == b"one"
    assert await bucket.write(KEY, b"three", headers=HEADERS)
    assert await bucket.get(KEY) == b"three"
    assert s3.head_object(Bucket="edge", Key=KEY)["ContentType"] == "application/x-protobuf"
    with pytest.raises(Retry, match="S3 answered 404 to PUT nowhere"):
        await Bucket("nowhere", aws()).write(KEY, b"one", headers=HEADERS, if_absent=True)


async def test_list(s3: Any) -> None:
    """All keys under a prefix are listed, whatever is in them, over as many pages as there are."""
    keys = sorted([f"tv/7/season/{n}.pb.lz4" for n in range(5)] + ["tv/7/a & <b>/c d+e", "tv/77.pb.lz4"])
    for key in keys:
        s3.put_object(Bucket="edge", Key=key, Body=b"")
    assert await Bucket("edge", aws()).list("tv/7/") == keys[:-1]
    assert await Bucket("edge", aws()).list("tv/8/") == []


async def test_pages() -> None:
    """A list that goes on is asked for with the token that it gave, encoded as the signature has it."""

    def page(keys: list[str], token: str) -> Response:
        rows = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys)
        more = f"<NextContinuationToken>{token}</NextContinuationToken>" if token else ""
        namespace = "http://s3.amazonaws.com/doc/2006-03-01/"
        return Response(200, {}, f'<ListBucketResult xmlns="{namespace}">{rows}{more}</ListBucketResult>'.encode())

    script = Script(page(["a/1", "a/2"], "t/o+k="), page(["a/3"], ""))
    assert await Bucket("edge", aws(script)).list("a/") == ["a/1", "a/2", "a/3"]
    assert [url.partition("?")[2] for _, url, _ in script.asked] == [
        "list-type=2&prefix=a%2F",
        "continuation-token=t%2Fo%2Bk%3D&list-type=2&prefix=a%2F",
    ]


@pytest.mark.parametrize("endpoint", ["", "http://127.0.0.1:4566"])
async def test_place(endpoint: str) -> None:
    """A bucket has a host of its own at AWS, and a path where something stands in for AWS."""
    script = Script(Response(404, {}, b""))
    await Bucket("edge", replace(aws(script), endpoint=endpoint)).head("a b")
    expected = f"{endpoint}/edge/a%20b" if endpoint else "https://edge.s3.us-east-1.amazonaws.com/a%20b"
    assert script.asked[0][1] == expected


@pytest.mark.parametrize("trouble", [LOST, OUT])
async def test_trouble(trouble: Response | Exception) -> None:
    """Trouble that passes is waited out; trouble that lasts is an error to try again."""
    done = Response(200, {}, b"blob")
    assert await Bucket("edge", aws(Script(trouble, trouble, done))).get(KEY) == b"blob"
    with pytest.raises(Retry):
        await Bucket("edge", aws(Script(trouble))).get(KEY)


async def test_refused_credentials_stop_the_line() -> None:
    """A role that may not do it cannot succeed with any id."""
    with pytest.raises(StopTheLine, match="answered 403 to PUT edge/movie/550"):
        await put(Bucket("edge", aws(Script(Response(403, {}, b"<Error/>")))), KEY, b"blob")
