"""The edge on S3, against the emulator's S3: conditional writes, and the newer fetch stays."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from lambdas.collector.edge import EdgeDown
from lambdas.collector.edge.s3 import S3Edge
from local import emulator
from local.emulator import Emulator

KEY = "movie/550.pb.lz4"


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator with a bucket `edge`."""
    with emulator.start(tmp_path_factory.mktemp("aws")) as aws:
        aws.client("s3").create_bucket(Bucket="edge")
        yield aws


@pytest.fixture
async def edge(aws: Emulator) -> AsyncIterator[S3Edge]:
    """An S3Edge on the emulator's S3."""
    async with aws.stages() as stages:
        yield S3Edge("edge", stages)


async def test_put_get_list_delete(edge: S3Edge, aws: Emulator) -> None:
    """An object is read back under its key with what a CDN needs to know, listed at any depth, and removed."""
    await edge.put("tv/7.pb.lz4", b"title", fetched_at=1)
    await edge.put("tv/7/season/1.pb.lz4", b"one", fetched_at=1)
    await edge.put("tv/77.pb.lz4", b"another", fetched_at=1)
    assert await edge.get("tv/7.pb.lz4") == b"title"
    assert await edge.list("tv/7") == ["tv/7/season/1.pb.lz4"]
    head = aws.client("s3").head_object(Bucket="edge", Key="tv/7.pb.lz4")
    assert (head["ContentType"], head["CacheControl"]) == ("application/x-protobuf", "public, max-age=300")
    assert "ContentEncoding" not in head
    for _ in range(2):
        await edge.delete("tv/7/season/1.pb.lz4")
    assert await edge.get("tv/7/season/1.pb.lz4") is None
    assert await edge.list("tv/8") == []


async def test_newer_fetch_stays(edge: S3Edge) -> None:
    """An object is replaced by a later fetch, and by a fetch of the same second, and never by an earlier one."""
    for fetched_at, blob in ((10, b"ten"), (9, b"nine"), (10, b"ten again"), (12, b"twelve"), (11, b"eleven")):
        await edge.put(KEY, blob, fetched_at=fetched_at)
    assert await edge.get(KEY) == b"twelve"


async def test_unchanged_content_is_known_until_it_has_to_be_rewritten(edge: S3Edge) -> None:
    """An object's content is known by its digest for 25 days; another content, or none, is not."""
    key = "movie/552.pb.lz4"
    assert not await edge.holds(key, "one", fetched_at=1)
    await edge.put(key, b"blob", fetched_at=1, digest="one")
    assert await edge.holds(key, "one", fetched_at=25 * 86_400)
    assert not await edge.holds(key, "one", fetched_at=25 * 86_400 + 1)
    assert not await edge.holds(key, "two", fetched_at=2)


async def test_race_is_won_by_the_newest(edge: S3Edge) -> None:
    """Of many collectors that store one title at the same time, the newest fetch stays; none is lost in silence."""
    key = "movie/551.pb.lz4"
    puts = [edge.put(key, str(n).encode(), fetched_at=n) for n in (3, 9, 1, 7, 5)]
    results = await asyncio.gather(*puts, return_exceptions=True)
    assert all(result is None or isinstance(result, EdgeDown) for result in results)
    assert await edge.get(key) == b"9" or isinstance(results[1], EdgeDown)


async def test_missing_bucket_is_an_outage(aws: Emulator) -> None:
    """A bucket that does not answer well costs no id an attempt."""
    async with aws.stages() as stages:
        with pytest.raises(EdgeDown, match="S3 did not take"):
            await S3Edge("no-such-bucket", stages).put(KEY, b"blob", fetched_at=1)


def test_objects_are_files(aws: Emulator) -> None:
    """The emulator keeps an object as a file under its key, which is how a run's edge can be looked at."""
    aws.client("s3").put_object(Bucket="edge", Key="movie/1.pb.lz4", Body=b"blob")
    assert (Path(aws.bucket("edge")) / "movie/1.pb.lz4").read_bytes() == b"blob"
