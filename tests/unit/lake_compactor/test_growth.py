"""A schema that grew a field: what is written again has it in silver, current and gold, whatever else lies there."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool

from lambdas.common import trino
from lambdas.common.lakehouse import Lakehouse
from lambdas.common.tables import TABLES
from lambdas.gold_builder.build import query
from lambdas.lake_compactor import merge
from lambdas.lake_writer import write
from proto.tmdb.v1.movie_pb2 import Movie
from tests.unit.lake_compactor.world import UNTIL, Compacting, Watched
from tests.unit.lake_writer.world import NOON, line, movie

IDS = range(1, 3)
CHANGES = 7
"""Of a compaction of `IDS`, an object each: current and its mark, a plan, the merged file, two that go, the plan."""


def without(message: Any, field: str) -> Any:
    """The message as it was before it had a field."""
    pool = DescriptorPool()

    def add(file: FileDescriptor) -> None:
        for needed in file.dependencies:
            add(needed)
        told = FileDescriptorProto.FromString(file.serialized_pb)
        for declared in told.message_type:
            if declared.name == message.name:
                kept = [one for one in declared.field if one.name != field]
                del declared.field[:]
                declared.field.extend(kept)
        pool.Add(told)

    add(message.file)
    return pool.FindMessageTypeByName(message.full_name)


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A context in which movies have no genres yet."""

    @contextmanager
    def before() -> Iterator[None]:
        with monkeypatch.context() as patch:
            for name in ("silver_movie", "movie_current"):
                patch.setitem(TABLES, name, replace(TABLES[name], record=without(Movie.DESCRIPTOR, "genres")))
            write._select.cache_clear()
            yield
        write._select.cache_clear()

    return before


def fill(world: Compacting) -> list[str]:
    """An object for each id, with a text that no packing makes short; gives their keys in bronze."""
    chance = random.Random(1)
    keys = [world.put([line(movie(id, overview=chance.randbytes(20_000).hex()))]) for id in IDS]
    rebuild(world, keys)
    return keys


def rebuild(world: Compacting, keys: list[str]) -> None:
    """What `tmdb rebuild lake` has the writer do."""
    for key in keys:
        world.write(key)


def genres(world: Compacting, table: str) -> dict[int, list[str] | None]:
    """What a reader of a table sees by id, each of which must be there once."""
    lake = Lakehouse(world.store, scratch=str(world.folder / "scratch"))
    rows = list(lake.rows(trino.parse(f"SELECT id, transform(genres, g -> g.name) FROM {table} ORDER BY id"))[1])
    assert [id for id, _ in rows] == [*IDS]
    return dict(rows)


def gold(world: Compacting) -> list[Any]:
    """The genres that gold knows, with the titles in each."""
    lake = Lakehouse(world.store, scratch=str(world.folder / "scratch"))
    return [(row[2], row[4]) for row in lake.rows(query("genre_stats", date(2026, 11, 21)))[1]]


NONE = dict.fromkeys(IDS)
ALL = {id: ["Drama"] for id in IDS}


@pytest.mark.parametrize("large", [False, True])
def test_what_is_written_again_has_the_new_field(
    world: Compacting, old: Any, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    """In silver at once, also where the merged file is so large that no merge touches it; in the rest after a night.

    When it is written once more, nothing changes, and nothing is written again by night.
    """
    with old():
        keys = fill(world)
        world.compact()
        (merged,) = world.keys("silver/")
        size = len(world.lake.read(merged) or b"")
    assert genres(world, "silver_movie") == genres(world, "movie_current") == NONE
    monkeypatch.setattr(merge, "LARGE", size if large else 2 * size)
    rebuild(world, keys)
    assert genres(world, "silver_movie") == ALL
    assert (world.compact().updated, gold(world)) == (1, [("Drama", 2)])
    assert genres(world, "silver_movie") == genres(world, "movie_current") == ALL
    assert (merged in world.keys("silver/"), len(world.keys("silver/"))) == ((True, 2) if large else (False, 1))
    rebuild(world, keys)
    world.compact()
    before = world.content("silver/") | world.content("current/movie/0")
    done = world.compact()
    assert (done.updated, done.merged) == (0, 0)
    assert before.items() <= world.content().items()
    assert genres(world, "silver_movie") == genres(world, "movie_current") == ALL


@pytest.mark.parametrize("after", range(CHANGES))
def test_it_may_be_written_again_while_the_lake_is_compacted(world: Compacting, old: Any, after: int) -> None:
    """At any point of a compaction, and by the time of another one: the new field is in every row in the end."""
    with old():
        keys = fill(world)
    steps = iter(range(after))

    def meanwhile(_: str) -> None:
        if next(steps, None) is None and not done:
            done.append(True)
            rebuild(world, keys)
            world.compact()

    done: list[bool] = []
    world.compact(lake=Watched(world, meanwhile))
    assert done and genres(world, "silver_movie") == ALL
    world.compact()
    assert genres(world, "silver_movie") == genres(world, "movie_current") == ALL


def test_there_is_no_point_without_a_test(world: Compacting, old: Any) -> None:
    """What happens at any point of a compaction is asked of all its changes."""
    with old():
        fill(world)
    changes: list[str] = []
    world.compact(lake=Watched(world, changes.append))
    assert len(changes) == CHANGES


def test_an_old_copy_that_comes_late_changes_nothing(world: Compacting, old: Any) -> None:
    """As of a compactor that was held up in the middle: the row itself says which schema wrote it, not its file."""
    with old():
        keys = fill(world)
        world.compact()
        (merged,) = world.keys("silver/")
        late = world.lake.read(merged)
    rebuild(world, keys)
    world.compact()
    world.lake.write(merged, late or b"")
    for _ in range(2):
        assert genres(world, "silver_movie") == genres(world, "movie_current") == ALL
        world.compact()
    assert len(world.keys("silver/")) == 1


def test_a_newer_answer_stays_whatever_wrote_it(world: Compacting, old: Any) -> None:
    """The schema decides between copies of one answer alone."""
    new = world.put([line(movie(1, title="new"), at=NOON + 60)])
    before = world.put([line(movie(1, title="old"))])
    with old():
        world.write(new)
    world.write(before)
    world.compact(UNTIL)
    assert [row["title"] for row in world.rows("movie_current")] == ["new"]
