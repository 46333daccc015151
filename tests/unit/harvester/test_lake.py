"""The ids of an export in the lake: all of them, once, and never in the way of the harvest."""

import gzip
from collections.abc import Iterator
from typing import Any

import obstore
import pytest
from hypothesis import given
from hypothesis import strategies as st
from obstore.exceptions import GenericError

from lambdas.common.errors import Retry
from lambdas.harvester import lake as module
from lambdas.harvester.ids import IdSet
from lambdas.harvester.lake import S3Lake, ids_file
from tests.unit.harvester.world import TODAY, World, movie

KEY = "exports/movie/dt=2026-09-21/ids.csv.gz"


@given(st.sets(st.integers(1, 2**31 - 1), max_size=50))
def test_ids_come_back(ids: set[int]) -> None:
    """A file of ids is gzip, has one header line, and lists them ascending."""
    lines = gzip.decompress(b"".join(ids_file(IdSet(ids)))).decode().splitlines()
    assert lines[0] == "id"
    assert [int(line) for line in lines[1:]] == sorted(ids)


def test_many_ids_come_in_small_pieces() -> None:
    """No piece of a large file is large: nothing of it is held but what is being packed."""
    pieces = list(ids_file(range(1, 100_001)))
    assert len(gzip.decompress(b"".join(pieces)).splitlines()) == 100_001
    assert max(map(len, pieces)) < 200_000


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


async def test_a_lake_that_fails_is_a_warning(world: World) -> None:
    """The harvest goes on and is done without it."""
    world.files.movies(TODAY, 1)
    world.lake.failure = Retry("S3 did not take it: GenericError")
    result = await world.export()
    assert result.ids == 1 and (await world.run(result.run)).listed_at
    assert result.warnings == ("the ids of 2026-09-21 are not in the lake: S3 did not take it: GenericError",)


async def test_without_a_lake_no_ids_are_listed(world: World) -> None:
    """One parameter less, and there is no file."""
    world.files.movies(TODAY, 1)
    world.use(lake=None)
    assert (await world.export()).warnings == ()
    assert not world.lake.objects


async def test_s3s_errors_are_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces go to S3 as they come; what S3 says is a Retry."""
    taken: list[bytes] = []

    async def put(store: object, key: str, pieces: Iterator[bytes], **options: Any) -> None:
        taken.extend(pieces)
        if key == "bad":
            raise GenericError("500")

    monkeypatch.setattr(module, "S3Store", lambda *_, **__: None)
    monkeypatch.setattr(obstore, "put_async", put)
    await S3Lake("lake").put("good", iter([b"1", b"2"]))
    assert taken == [b"1", b"2"]
    with pytest.raises(Retry, match="S3 did not take bad: GenericError"):
        await S3Lake("lake").put("bad", iter([b"3"]))
