"""The files of a day become few, and no reader ever misses a row or has to take one twice."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from lambdas.common.lake import Lake, Object
from lambdas.common.tables import TABLES
from lambdas.lake_compactor import merge
from tests.unit.lake_compactor.world import UNTIL, Compacting, Crash, Watched
from tests.unit.lake_writer.world import NOON, RUN, gone, line, movie

DAY = 86_400
CHANGES = 16
"""Of a run over what `fill` writes: in each of two tables the plan, the merged file, five that go, and the plan."""


def fill(world: Compacting) -> None:
    """A day with five objects, in each a movie and one that is gone."""
    for n in range(1, 6):
        world.take(line(movie(n)), gone(100 + n))


def once(world: Compacting, name: str = "silver_movie") -> list[dict[str, Any]]:
    """The rows of a table, as a reader takes them."""
    rows = {tuple(row[column] for column in TABLES[name].unique): row for row in world.rows(name)}
    return [rows[key] for key in sorted(rows)]


def test_the_files_of_a_day_become_one(world: Compacting) -> None:
    """The same rows in one file, whatever the table; nothing else is left in the folder."""
    fill(world)
    rows, said = once(world), once(world, "silver_gone")
    assert world.compact(names=[]).merged == 2
    assert (once(world), once(world, "silver_gone")) == (rows, said)
    assert len(world.rows("silver_movie")) == 5
    (key, other) = world.keys()
    assert key.startswith("silver/gone/dt=2026-11-20/merged-") and other.startswith(
        "silver/movie/dt=2026-11-20/merged-"
    )


def test_a_merged_day_is_left_alone(world: Compacting) -> None:
    """A second run finds nothing to do, and changes no byte."""
    fill(world)
    world.compact(names=[])
    before = world.content()
    assert world.compact(names=[]).merged == 0
    assert world.content() == before


def test_a_day_that_is_too_old_is_removed(world: Compacting) -> None:
    """TMDB's terms count from the fetch, whenever the file of the day was written; a plan goes with its day."""
    fill(world)
    world.take(line(movie(9), at=NOON + DAY))
    world.lake.write("silver/movie/dt=2026-11-20/_merge.json", b"{}")
    kept = world.keys("silver/movie/dt=2026-11-21/")
    assert world.compact(UNTIL + timedelta(days=180), names=[]).removed == 11
    assert world.keys() == kept
    done = world.compact(UNTIL + timedelta(days=181), names=[], in_time=lambda: False)
    assert (done.removed, world.keys()) == (0, kept)


def test_half_a_year_costs_one_listing_a_table(world: Compacting) -> None:
    """A merged day is not asked about: the requests of a night do not grow with the days that are kept."""
    for days in range(20):
        world.take(line(movie(1), at=NOON - days * DAY))
    asked: list[str] = []

    class Asked(Lake):
        def objects(self, folder: str) -> Iterator[Object]:
            asked.append(folder)
            return super().objects(folder)

        def read(self, key: str) -> bytes | None:
            asked.append(key)
            return super().read(key)

    assert world.compact(names=[], lake=Asked(world.store)).finished
    assert asked == [table.prefix for table in TABLES.values() if table.by_day]


def test_today_waits_and_an_empty_lake_is_fine(world: Compacting) -> None:
    """Only days up to `until` are merged; where there is nothing, nothing is done."""
    assert world.compact().merged == 0
    fill(world)
    before = world.keys()
    assert world.compact(date(2026, 11, 19), names=[]).merged == 0
    assert world.keys() == before


@pytest.mark.parametrize("after", range(CHANGES))
def test_a_crash_at_any_point_loses_nothing(world: Compacting, after: int) -> None:
    """At each moment a reader finds every row; the next run brings it to the end that it would have had."""
    fill(world)
    rows = once(world)
    with pytest.raises(Crash):
        world.compact(names=[], lake=world.crashing(after))
    assert once(world) == rows
    world.compact(names=[])
    assert once(world) == rows
    assert len(world.rows("silver_movie")) == 5
    assert len(world.keys()) == 2


def test_there_is_no_point_without_a_test(world: Compacting) -> None:
    """What happens at any point of a run is asked of all its changes."""
    fill(world)
    changes: list[str] = []
    world.compact(names=[], lake=Watched(world, changes.append))
    assert len(changes) == CHANGES


@pytest.mark.parametrize("after", range(CHANGES))
def test_two_at_once_lose_nothing(world: Compacting, after: int) -> None:
    """While one compactor is at any point, another does all of it; both end, and every row is there once."""
    fill(world)
    rows = once(world)
    steps = iter(range(after))

    def meanwhile(_: str) -> None:
        if next(steps, None) is None and not done:
            done.append(world.compact(names=[]).merged)

    done: list[int] = []
    world.compact(names=[], lake=Watched(world, meanwhile))
    assert once(world) == rows
    world.compact(names=[])
    assert len(world.rows("silver_movie")) == 5
    assert len(world.keys()) == 2


@pytest.mark.parametrize("after", range(CHANGES))
def test_a_writer_at_the_same_time_loses_nothing(world: Compacting, after: int) -> None:
    """At any point of a run a new object may be written, and an old one again."""
    fill(world)
    steps = iter(range(after))

    def meanwhile(_: str) -> None:
        if next(steps, None) is None and not done:
            done.append(world.take(line(movie(1)), gone(101)))
            done.append(world.take(line(movie(6)), gone(106)))

    done: list[Any] = []
    world.compact(names=[], lake=Watched(world, meanwhile))
    assert [row["id"] for row in once(world)] == [1, 2, 3, 4, 5, 6]
    world.compact(names=[])
    assert [row["id"] for row in world.rows("silver_movie", "id")] == [1, 2, 3, 4, 5, 6]
    assert len(world.keys()) == 2


def test_large_files_stay(world: Compacting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small ones are merged until they make a full one; what is large enough is not read again."""
    for n in range(1, 8):
        world.take(line(movie(n)))
    size = max(len(content or b"") for content in world.content().values())
    monkeypatch.setattr(merge, "LARGE", size + 1)
    monkeypatch.setattr(merge, "FULL", 3 * size - 500)  # three files
    assert world.compact(names=[]).merged == 2
    assert len(world.keys()) == 3
    assert [row["id"] for row in world.rows("silver_movie", "id")] == list(range(1, 8))


def test_days_and_answers_stay_apart(world: Compacting) -> None:
    """Two answers about one movie are two rows; copies of one are one."""
    for at in (NOON, NOON + 60, NOON + DAY):
        world.take(line(movie(1), at=at))
    world.take(line(movie(2)), line(movie(1)))
    world.compact(date(2026, 11, 21), names=[])
    assert sorted((row["dt"], row["id"]) for row in world.rows("silver_movie")) == [
        ("2026-11-20", 1),
        ("2026-11-20", 1),
        ("2026-11-20", 2),
        ("2026-11-21", 1),
    ]


def test_a_file_from_before_a_column_is_merged(world: Compacting) -> None:
    """A schema that grew leaves old files readable: what they do not have is null."""
    world.take(line(movie(1, softcore=True)))
    (key,) = world.keys()
    file = world.folder / "old.parquet"
    file.write_bytes(world.lake.read(key) or b"")
    old = world.folder / "older.parquet"
    world.database.execute(
        f"COPY (SELECT * EXCLUDE (softcore, genres), [{{'id': 7}}] AS genres FROM '{file}') TO '{old}'"
    )
    world.lake.write(key.replace("-1-0-", "-2-0-"), old.read_bytes())
    world.database.execute(f"COPY (SELECT * REPLACE (3 AS id) FROM '{old}') TO '{file}'")
    world.lake.write(key.replace("-1-0-", "-3-0-"), file.read_bytes())
    world.compact(names=[])
    rows = [(row["id"], row["softcore"], row["genres"]) for row in world.rows("silver_movie", "id")]
    assert rows == [
        (1, True, [{"id": 18, "name": "Drama"}]),
        (3, None, [{"id": 7, "name": None}]),
    ]


def test_an_entry_that_moved_between_objects_keeps_its_best_rank(world: Compacting) -> None:
    """Pages of one run may lie in several objects: the list still has an id once."""
    run = f"tv_popular-{RUN}"
    for number, ids in ((1, (5, 6)), (2, (6, 7))):
        body = {"page": number, "results": [{"id": id, "name": "x"} for id in ids]}
        world.take(line(body, id=number, run=run, at=NOON + number), dataset="tv_popular")
    world.compact(UNTIL, names=[])
    rows = world.rows("silver_tv_popular", "rank")
    assert [(row["id"], row["rank"]) for row in rows] == [(5, 1), (6, 2), (7, 22)]
