"""The ids of an export in the lake: all of them, once, and never in the way of the harvest."""

import gzip

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from lambdas.common.errors import Retry
from lambdas.harvester.ids import IdSet
from lambdas.harvester.lake import S3Lake, ids_file
from tests.unit.aws import REGION, aws
from tests.unit.harvester.world import TODAY, World, movie

KEY = "exports/dataset=movie/dt=2026-09-21/ids.csv.gz"


@given(st.sets(st.integers(1, 2**31 - 1), max_size=50))
def test_ids_come_back(ids: set[int]) -> None:
    """A file of ids is gzip, has one header line, and lists them ascending."""
    lines = gzip.decompress(ids_file(IdSet(ids))).decode().splitlines()
    assert lines[0] == "id"
    assert [int(line) for line in lines[1:]] == sorted(ids)


def test_many_ids_are_packed_as_they_come() -> None:
    """A large file is whole, and a fraction of its text."""
    packed = ids_file(range(1, 100_001))
    assert len(gzip.decompress(packed).splitlines()) == 100_001
    assert len(packed) < 300_000


async def test_an_export_lists_all_its_ids(world: World) -> None:
    """What the filters let through is listed whole, whatever of it is collected; leavers and the rest are not."""
    world.files.movies(TODAY, 3, 1, 2)
    await world.export(select="all")
    assert gzip.decompress(world.lake.objects[KEY]) == b"id\n1\n2\n3\n"
    await world.collect()
    world.pass_days(1)
    world.files.put("movie_ids", world.today, [movie(2), movie(4), movie(5, adult=True)])
    await world.export(select="new")
    assert gzip.decompress(world.lake.objects[KEY.replace("-21", "-22")]) == b"id\n2\n4\n"


@pytest.mark.parametrize("few", [{"limit": 1}, {"min_popularity": 1e9}])
async def test_a_listing_that_is_cut_short_takes_the_place_of_none(world: World, few: dict[str, float]) -> None:
    """A small export by hand leaves the day's list whole; it is the list only until the whole one comes."""
    world.files.movies(TODAY, 1, 2, 3)
    await world.export(select="all", **few)
    part = world.lake.objects[KEY]
    await world.export(select="all")
    whole = world.lake.objects[KEY]
    assert gzip.decompress(whole) == b"id\n1\n2\n3\n" != gzip.decompress(part)
    await world.export(select="new", **few)
    assert world.lake.objects[KEY] == whole


async def test_a_list_without_adult_titles_takes_not_the_place_of_one_with_them(world: World) -> None:
    """One by hand leaves that of the feed as it is, and is the day's list only where the feed has made none."""
    world.files.movies(TODAY, 1, 2)
    world.files.put("adult_movie_ids", TODAY, [movie(3, adult=True)])
    await world.export(select="all")
    assert gzip.decompress(world.lake.objects[KEY]) == b"id\n1\n2\n"
    await world.export(select="all", include_adult=True)
    assert gzip.decompress(world.lake.objects[KEY]) == b"id\n1\n2\n3\n"
    await world.collect()
    await world.export(select="all")
    assert gzip.decompress(world.lake.objects[KEY]) == b"id\n1\n2\n3\n"
    await world.collect()
    world.pass_days(1)
    world.files.movies(world.today, 1, 2)
    await world.export(select="all")
    assert gzip.decompress(world.lake.objects[KEY.replace("-21", "-22")]) == b"id\n1\n2\n"


async def test_a_lake_that_fails_is_a_warning(world: World) -> None:
    """The harvest goes on and is done without it."""
    world.files.movies(TODAY, 1)
    world.lake.failure = Retry("S3 did not take it: Lost")
    result = await world.export()
    assert result.ids == 1 and (await world.run(result.run)).listed_at
    assert result.warnings == ("the ids of 2026-09-21 are not in the lake: S3 did not take it: Lost",)


async def test_without_a_lake_no_ids_are_listed(world: World) -> None:
    """One parameter less, and there is no file."""
    world.files.movies(TODAY, 1)
    world.use(lake=None)
    assert (await world.export()).warnings == ()
    assert not world.lake.objects


async def test_the_last_file_of_a_day_is_there() -> None:
    """A file replaces the one before, unless it is not to; what S3 says is a Retry."""
    with mock_aws():
        client = boto3.client("s3", region_name=REGION)
        client.create_bucket(Bucket="lake")
        for ids, if_absent in (([1], True), ([2], False), ([3], True)):
            await S3Lake("lake", aws()).put(KEY, ids_file(ids), if_absent=if_absent)
        stored = client.get_object(Bucket="lake", Key=KEY)
        assert gzip.decompress(stored["Body"].read()) == b"id\n2\n"
        assert stored["ContentType"] == "application/gzip" and "ContentEncoding" not in stored
        with pytest.raises(Retry, match="S3 answered 404"):
            await S3Lake("no-such-bucket", aws()).put(KEY, b"", if_absent=False)
