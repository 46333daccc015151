"""Current rows: the newest of each id and no other, whatever comes late, twice, in any order, or at the same time."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lambdas.common.lake import Lake, Object
from lambdas.lake_compactor import current
from tests.unit.lake_compactor.world import UNTIL, Compacting, Crash, Watched
from tests.unit.lake_writer.world import NOON, RUN, gone, line, movie

HOUR = 3600
DAY = 24 * HOUR
NEXT = "20261121T083000Z-3c4d"


@pytest.fixture(autouse=True)
def _as_if_time_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that a test writes is younger than ten minutes, and would be merged again each time; nor is it days old."""
    monkeypatch.setattr(current, "OVERLAP", timedelta(0))
    monkeypatch.setattr(current, "UNTOUCHED", timedelta(days=36_500))


def titles(world: Compacting, name: str = "movie") -> list[tuple[int, Any]]:
    """Id and title of the current rows."""
    return [(row["id"], row["title"]) for row in world.rows(f"{name}_current", "id")]


def test_the_newest_row_of_each_id_is_current(world: Compacting) -> None:
    """Ids lie in files by range; each is there once."""
    world.take(line(movie(1, title="old")), line(movie(40_000)))
    world.take(line(movie(1, title="new"), at=NOON + 1), line(movie(2), at=NOON + 1))
    assert world.compact().updated == 2
    assert titles(world) == [(1, "new"), (2, "Movie 2"), (40_000, "Movie 40000")]
    assert world.keys("current/") == [
        "current/movie/0000000000.parquet",
        "current/movie/0000032768.parquet",
        "current/movie/_merged",
    ]


def test_what_comes_later_is_merged_and_the_rest_left_alone(world: Compacting) -> None:
    """Only files with something new are written again."""
    world.take(line(movie(1)), line(movie(40_000)))
    world.compact()
    before = world.content("current/")
    world.take(line(movie(2), at=NOON + 1))
    assert world.compact().updated == 1
    after = world.content("current/")
    assert {key for key in before if before[key] != after[key]} == {
        "current/movie/0000000000.parquet",
        "current/movie/_merged",
    }
    assert [id for id, _ in titles(world)] == [1, 2, 40_000]


def test_a_late_older_row_never_takes_the_place_of_a_newer(world: Compacting) -> None:
    """An object may be written days after one that was fetched later, or once more."""
    world.take(line(movie(1, title="new"), at=NOON))
    world.compact()
    world.take(line(movie(1, title="old"), at=NOON - DAY))
    assert world.compact().updated == 0
    world.take(line(movie(1, title="new"), at=NOON))
    assert world.compact().updated == 0
    assert titles(world) == [(1, "new")]


def test_gone_ids_leave(world: Compacting) -> None:
    """Gone from movies is not gone from shows; one that is fetched again later is back."""
    world.take(line(movie(1)), line(movie(2)), line(movie(3)))
    world.take(line({"id": 1, "name": "Show"}, run=f"tv-{RUN}"), dataset="tv")
    world.compact()
    world.take(gone(1, at=NOON + 60), gone(2, at=NOON + 60))
    world.take(line(movie(2), at=NOON + 120))
    assert world.compact().updated == 1
    assert [id for id, _ in titles(world)] == [2, 3]
    assert [row["id"] for row in world.rows("tv_current")] == [1]


def test_what_is_gone_is_known_from_any_number_of_files(world: Compacting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when another compactor has merged one of them away since it was listed."""
    monkeypatch.setattr(current, "_MOST", 2)
    for n in range(1, 8):
        world.take(line(movie(n)), *([gone(100 + n)] if n < 3 else [gone(n - 2, at=NOON + 1)]))

    class Ghostly(Lake):
        def objects(self, folder: str) -> Iterator[Object]:
            for found in super().objects(folder):
                if folder == "silver/gone":
                    yield found._replace(key=found.key.replace(".parquet", "-merged.parquet"))
                yield found

    world.compact(date(2026, 11, 1), lake=Ghostly(world.store))
    assert [id for id, _ in titles(world)] == [6, 7]


def test_a_late_older_row_does_not_bring_back_what_is_gone(world: Compacting) -> None:
    """The lake remembers that it is."""
    world.take(gone(1, at=NOON))
    world.compact()
    world.take(line(movie(1), at=NOON - 60))
    world.compact()
    assert titles(world) == []


def test_a_file_may_become_empty(world: Compacting) -> None:
    """It stays, so that whoever listed it can read it."""
    world.take(line(movie(1)))
    world.compact()
    world.take(gone(1, at=NOON + 1))
    world.compact()
    assert titles(world) == []
    assert world.keys("current/movie/") == ["current/movie/0000000000.parquet", "current/movie/_merged"]


def test_nothing_is_kept_beyond_what_tmdb_allows(world: Compacting) -> None:
    """A row that nobody fetched again for so long leaves when its file is next written."""
    world.take(line(movie(1)))
    world.compact()
    world.take(line(movie(2), at=NOON + 174 * DAY))
    world.compact(UNTIL + timedelta(days=174))
    assert [id for id, _ in titles(world)] == [2]


def test_a_file_is_written_again_before_a_row_in_it_gets_too_old(
    world: Compacting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When nothing new comes at all, what is too old leaves nevertheless, and the rest stays."""
    world.take(line(movie(1)))
    world.take(line(movie(2), at=NOON + DAY), line(movie(20_000), at=NOON + DAY))
    world.compact()
    for key in world.keys("silver/"):
        world.lake.remove(key)
    monkeypatch.setattr(current, "UNTOUCHED", timedelta(days=7))
    lake = Aged(world.store)
    assert [world.compact(UNTIL + timedelta(days), lake=lake).updated for days in (6, 7, 172)] == [0, 2, 2]
    assert [id for id, _ in titles(world)] == [1, 2, 20_000]
    assert world.compact(UNTIL + timedelta(days=173), lake=lake).updated == 2
    assert [id for id, _ in titles(world)] == [2, 20_000]


class Aged(Lake):
    """A lake in which everything was stored at noon of UNTIL."""

    def objects(self, folder: str) -> Iterator[Object]:
        noon = datetime.fromtimestamp(NOON, UTC)
        return (found._replace(stored=noon) for found in super().objects(folder))


def test_a_list_is_that_of_its_last_run(world: Compacting) -> None:
    """What fell off the list is off it; a page of the run before that comes late changes nothing."""

    def take(run: str, at: int, number: int, *ids: int) -> None:
        body = {"page": number, "results": [{"id": id, "name": run[-4:]} for id in ids]}
        world.take(line(body, id=number, run=f"tv_popular-pages-{run}", at=at), dataset="tv_popular")

    first = RUN.removeprefix("export-")
    take(first, NOON, 1, 5, 6)
    world.compact()
    take(NEXT, NOON + DAY, 1, 6, 7)
    world.compact()
    take(first, NOON + DAY + 60, 2, 8, 5)
    take(NEXT, NOON + DAY + 90, 2, 7, 50_000)
    world.compact()
    rows = world.rows("tv_popular_current", "rank")
    assert [(row["rank"], row["id"], row["name"]) for row in rows] == [
        (1, 6, "3c4d"),
        (2, 7, "3c4d"),
        (22, 50_000, "3c4d"),
    ]
    assert len(world.keys("current/tv_popular/")) == 2


def test_a_page_that_is_fetched_again_is_not_the_whole_list(world: Compacting) -> None:
    """A redriven dead page joins the list that it is missing from, and leaves with the next one."""

    def take(run: str, at: int, number: int, id: int) -> None:
        body = {"page": number, "results": [{"id": id, "name": "x"}]}
        world.take(line(body, id=number, run=f"tv_popular-{run}", at=at), dataset="tv_popular")

    take(f"pages-{RUN.removeprefix('export-')}", NOON, 1, 5)
    take("ids-20261120T150000Z-5e6f", NOON + HOUR, 2, 6)
    world.compact()
    assert [row["id"] for row in world.rows("tv_popular_current", "rank")] == [5, 6]
    take(f"pages-{NEXT}", NOON + DAY, 1, 7)
    world.compact()
    assert [row["id"] for row in world.rows("tv_popular_current", "rank")] == [7]


def test_seasons_are_those_that_came_last_with_their_show(world: Compacting) -> None:
    """A season that the show does not have any more leaves, and all leave with the show."""

    def take(run: str, at: int, id: int, *numbers: int) -> None:
        seasons = {f"season/{n}": {"id": n + 1, "season_number": n} for n in numbers}
        world.take(line({"id": id, "name": "x"} | seasons, run=f"tv-export-{run}", at=at), dataset="tv")

    first = RUN.removeprefix("export-")
    take(first, NOON, 1, 0, 1, 2)
    take(first, NOON, 2, 1)
    take(first, NOON, 3, 1)
    world.compact()
    take(NEXT, NOON + DAY, 1, 1, 2)
    world.take(gone(3, run=f"tv-export-{NEXT}", at=NOON + DAY), dataset="tv")
    world.compact()
    rows = world.rows("season_current", "id")
    assert sorted((row["show_id"], row["season_number"]) for row in rows) == [(1, 1), (1, 2), (2, 1)]


def test_a_show_that_lost_all_its_seasons_has_none(world: Compacting) -> None:
    """Also when an older answer comes late, or the newer one twice; a season that comes back is there again."""

    def take(run: str, at: int, *numbers: int) -> None:
        seasons = {f"season/{n}": {"id": n + 1, "season_number": n} for n in numbers}
        world.take(line({"id": 1, "name": "x"} | seasons, run=f"tv-export-{run}", at=at), dataset="tv")

    def current_seasons() -> list[int]:
        world.compact()
        return [row["season_number"] for row in world.rows("season_current", "season_number")]

    first = RUN.removeprefix("export-")
    take(first, NOON, 0, 1)
    assert current_seasons() == [0, 1]
    take(NEXT, NOON + DAY)
    assert current_seasons() == []
    take(first, NOON, 0, 1)
    take(NEXT, NOON + DAY)
    assert current_seasons() == []
    assert [row["id"] for row in world.rows("tv_current")] == [1]
    take("20261122T083000Z-5e6f", NOON + 2 * DAY, 1)
    assert current_seasons() == [1]


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_and_however_often_it_is_the_same(world: Compacting, seed: int) -> None:
    """Objects come in any order, some twice, with compactions in between; files made again have the same bytes."""
    chance = random.Random(seed)
    objects = [[line(movie(id, title=f"{at}"), at=NOON + at)] for id in range(1, 5) for at in range(3)]
    objects += [[gone(2, at=NOON + 1)], [gone(3, at=NOON + 5)]]
    chance.shuffle(objects)
    for lines in objects + objects[::3]:
        world.take(*lines)
        if chance.random() < 0.2:
            world.compact()
    world.compact()
    assert titles(world) == [(1, "2"), (2, "2"), (4, "2")]
    made = world.content("current/movie/0")
    assert made
    for key in world.keys("current/"):
        world.lake.remove(key)
    world.compact()
    assert world.content("current/movie/0") == made


@pytest.mark.parametrize("after", range(3))
def test_a_crash_at_any_point_is_made_good(world: Compacting, after: int) -> None:
    """What was not merged is merged by the next run; a reader sees an id once at any time."""
    world.take(line(movie(1, title="old")), line(movie(40_000, title="old")))
    world.compact()
    world.take(line(movie(1, title="new"), at=NOON + DAY), line(movie(40_000, title="new"), at=NOON + DAY))
    with pytest.raises(Crash):
        world.compact(lake=world.crashing(after))
    assert [id for id, _ in titles(world)] == [1, 40_000]
    world.compact()
    assert titles(world) == [(1, "new"), (40_000, "new")]


@pytest.mark.parametrize("after", range(3))
def test_two_at_once_lose_nothing(world: Compacting, after: int) -> None:
    """A file that another compactor wrote meanwhile is merged, not overwritten: what only that one saw stays."""
    world.take(line(movie(1)), line(movie(40_000)))
    steps = iter(range(after))

    def meanwhile(_: str) -> None:
        if next(steps, None) is None and not done:
            world.take(line(movie(2)), line(movie(40_001)))
            done.append(world.compact(date(2026, 11, 1)).updated)

    done: list[int] = []
    world.compact(date(2026, 11, 1), lake=Watched(world, meanwhile))
    assert [id for id, _ in titles(world)] == [1, 2, 40_000, 40_001]


def test_an_object_that_took_long_to_arrive_is_found(world: Compacting, monkeypatch: pytest.MonkeyPatch) -> None:
    """It bears the time at which it set out, which may be before what was seen last."""
    monkeypatch.setattr(current, "OVERLAP", timedelta(hours=1))
    world.take(line(movie(1)))
    world.compact()
    seen = datetime.fromisoformat((world.lake.read("current/movie/_merged") or b"").decode())
    world.lake.write("current/movie/_merged", (seen + timedelta(minutes=59)).isoformat().encode())
    world.take(line(movie(2)))
    world.compact()
    assert [id for id, _ in titles(world)] == [1, 2]


def test_out_of_time_it_ends_early_and_goes_on_next_time(world: Compacting) -> None:
    """A step that was begun is finished; the rest waits, and `finished` says so."""
    world.take(*(line(movie(n * 20_000)) for n in range(1, 6)))
    puts: list[str] = []
    done = world.compact(lake=Watched(world, puts.append), in_time=lambda: not puts)
    assert (done.updated, done.finished) == (1, False)
    assert len(titles(world)) == 1
    assert world.compact().finished
    assert len(titles(world)) == 5


def test_what_was_merged_of_a_large_backlog_stays_merged(world: Compacting, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slice that is done is not done again: any number of short runs comes to an end."""
    monkeypatch.setattr(current, "SLICE", 1)
    world.take(gone(3, at=NOON + 1))
    for n in range(1, 5):
        world.take(line(movie(n)))
    marks = []
    for _ in range(4):
        puts: list[str] = []
        world.compact(date(2026, 11, 1), lake=Watched(world, puts.append), in_time=lambda puts=puts: len(puts) < 3)
        marks.append(world.lake.read("current/movie/_merged") or b"")
    assert [id for id, _ in titles(world)] == [1, 2, 4]
    assert b"" < marks[0] < marks[-1]


def test_more_new_files_than_fit_on_disk_come_in_slices(world: Compacting, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk holds a slice of what is new; the result is the same."""
    for n in range(1, 6):
        world.take(line(movie(n)), line(movie(1, title=f"{n}"), at=NOON + n) if n > 1 else gone(9))
    monkeypatch.setattr(current, "SLICE", 1)
    world.compact(date(2026, 11, 1))
    assert titles(world) == [(1, "5"), (2, "Movie 2"), (3, "Movie 3"), (4, "Movie 4"), (5, "Movie 5")]
