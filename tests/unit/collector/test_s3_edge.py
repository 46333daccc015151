"""The edge on S3: the newer fetch stays, what is unchanged is known, and what S3 does not do is no id's fault."""

import asyncio
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from lambdas.collector.edge import EdgeDown
from lambdas.collector.edge.s3 import S3Edge
from lambdas.common.errors import StopTheLine
from lambdas.common.http import Response
from tests.unit.aws import REGION, aws
from tests.unit.common.test_aws import LOST, OUT, Script

KEY = "movie/550.pb.lz4"
DAY = 86_400


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Edge]:
    """An S3Edge on a bucket of moto's."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        boto3.client("s3", region_name=REGION).create_bucket(Bucket="edge")
        yield S3Edge("edge", aws())


async def test_newer_fetch_stays(edge: S3Edge) -> None:
    """An object is replaced by a later fetch, and by a fetch of the same second, and never by an earlier one."""
    for fetched_at, blob in ((10, b"ten"), (9, b"nine"), (10, b"ten again"), (12, b"twelve"), (11, b"eleven")):
        await edge.put(KEY, blob, fetched_at=fetched_at)
    assert await edge.get(KEY) == b"twelve"


async def test_unchanged_content_is_known_until_it_has_to_be_rewritten(edge: S3Edge) -> None:
    """An object's content is known by its digest for 25 days; another content, or none, is not."""
    assert not await edge.holds(KEY, "one", fetched_at=1)
    await edge.put(KEY, b"blob", fetched_at=1, digest="one")
    assert await edge.holds(KEY, "one", fetched_at=25 * DAY)
    assert not await edge.holds(KEY, "one", fetched_at=25 * DAY + 1)
    assert not await edge.holds(KEY, "two", fetched_at=2)


async def test_what_was_seen_may_be_true_no_more(edge: S3Edge) -> None:
    """When somebody wrote between the look and the PUT, the PUT looks again, and the newer fetch stays."""
    assert not await edge.holds(KEY, "one", fetched_at=5)
    await S3Edge("edge", aws()).put(KEY, b"newer", fetched_at=9)
    await edge.put(KEY, b"older", fetched_at=5, digest="one")
    assert await edge.get(KEY) == b"newer"


async def test_race_is_won_by_the_newest(edge: S3Edge) -> None:
    """Of many that store one title at the same time, the newest fetch stays."""
    await asyncio.gather(*(edge.put(KEY, str(n).encode(), fetched_at=n) for n in (3, 9, 1, 7, 5)))
    assert await edge.get(KEY) == b"9"


async def test_list_and_delete(edge: S3Edge) -> None:
    """What lies under a title is listed without its neighbours, and removed as often as asked."""
    for key in ("tv/7/season/1.pb.lz4", "tv/77.pb.lz4", "tv/7.pb.lz4"):
        await edge.put(key, b"blob", fetched_at=1)
    assert await edge.list("tv/7") == ["tv/7/season/1.pb.lz4"]
    for _ in range(2):
        await edge.delete("tv/7/season/1.pb.lz4")
    assert await edge.list("tv/7") == []


@pytest.mark.parametrize("trouble", [OUT, LOST, Response(404, {}, b"NoSuchBucket")])
async def test_s3_that_does_not_take_it_is_down(trouble: Response | Exception) -> None:
    """An S3 that does not answer, answers badly or has no such bucket is an outage, which costs no id an attempt."""
    with pytest.raises(EdgeDown, match="S3 did not take movie/550"):
        await S3Edge("edge", aws(Script(trouble))).put(KEY, b"blob", fetched_at=1)


async def test_refused_credentials_stop_the_line() -> None:
    """A role that may not write stops the line, with a sentence that says where to look."""
    with pytest.raises(StopTheLine, match="check the function's role"):
        await S3Edge("edge", aws(Script(Response(403, {}, b"")))).put(KEY, b"blob", fetched_at=1)
