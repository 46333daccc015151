"""Objects of bronze become rows of the lake's tables: all of what is good, whatever else is in them."""

import gzip
import json
import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from obstore.store import LocalStore

from lambdas.common.codec import decode, encode
from lambdas.common.errors import BadInput
from lambdas.common.lake import Lake
from lambdas.common.quality import are_too_many
from lambdas.lake_writer.write import FailingRows
from tests.unit.common.bodies import BODIES
from tests.unit.lake_writer.world import NOON, RUN, World, gone, line, movie

DAY = 86_400


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty lake."""
    return World(tmp_path)


def show(id: int, *numbers: int) -> dict[str, Any]:
    """A show that came with some of its seasons."""
    seasons = {f"season/{n}": {"id": 1000 * id + n, "season_number": n, "name": f"Season {n}"} for n in numbers}
    return {"id": id, "name": f"Show {id}"} | seasons


def page(number: int, *ids: int, **values: Any) -> dict[str, Any]:
    """A page of a list of shows."""
    entries = [{"id": id, "name": f"Show {id}", "genre_ids": [18], "popularity": 2} | values for id in ids]
    return {"page": number, "results": entries, "total_pages": 9, "total_results": 180}


def test_a_title_becomes_a_row_with_the_day_it_was_fetched(world: World) -> None:
    """The file has the object's name, the row the body's values, its time in UTC and its run."""
    key = world.put([line(movie(550, runtime=139))])
    world.write(key)
    (row,) = world.rows("silver_movie")
    assert (row["id"], row["title"], row["runtime"], row["vote_average"]) == (550, "Movie 550", 139, None)
    assert (row["fetched_at"], row["run"], row["dt"]) == (datetime(2026, 11, 20, 12), f"movie-{RUN}", "2026-11-20")  # noqa: DTZ001 - as DuckDB tells it
    name = key.rpartition("/")[2].removesuffix(".jsonl.gz")
    assert world.keys() == [f"silver/movie/dt=2026-11-20/movie-{RUN}-{name}.parquet"]


@pytest.mark.parametrize(
    "dataset", ["movie", "movie_2014", "tv", "person", "collection", "company", "keyword", "network"]
)
def test_real_bodies_pass(world: World, dataset: str) -> None:
    """Bodies as TMDB sends them are rows of their tables, and none of them is refused."""
    body = json.loads(BODIES[dataset])
    name = dataset.partition("_")[0]
    written = world.take(line(body, run=f"{name}-{RUN}"), dataset=name)
    (row,) = world.rows(f"silver_{name}")
    assert (written.failed, row["id"]) == (0, body["id"])
    texts = {key: value for key, value in body.items() if type(value) is str and type(row[key]) is str}
    assert texts and texts == {key: row[key] for key in texts}


def test_numbers_as_text_are_numbers(world: World) -> None:
    """TMDB wrote `"27.4"` for 27.4 in 2014."""
    world.take(line(movie(1, popularity="27.4343975493607", runtime="7", vote_count=8.0)))
    (row,) = world.rows("silver_movie")
    assert (row["popularity"], row["runtime"], row["vote_count"]) == (27.4343975493607, 7, 8)


def test_a_body_over_several_lines_is_one_row(world: World) -> None:
    """Bronze keeps such a body as text."""
    world.take(line(json.dumps(movie(1, overview="a\r\nb"), indent=1).encode(), id=1))
    assert [row["overview"] for row in world.rows("silver_movie")] == ["a\r\nb"]


def test_unknown_fields_are_counted_at_any_depth(world: World) -> None:
    """A field that TMDB has since today is no reason to lose a title."""
    written = world.take(line(movie(1, new=1, genres=[{"id": 1, "new": 2}])), line(movie(2)))
    assert written.unknown_fields == 2
    assert [row["genres"] for row in world.rows("silver_movie", "id")] == [
        [{"id": 1, "name": None}],
        [{"id": 18, "name": "Drama"}],
    ]


def test_empty_null_and_missing_stay_apart(world: World) -> None:
    """An empty list is not a missing one, and "" is not null."""
    world.take(line(movie(1, genres=[], overview="", tagline=None)))
    (row,) = world.rows("silver_movie")
    assert (row["genres"], row["origin_country"], row["overview"], row["tagline"]) == ([], None, "", None)


def test_midnight_falls_into_an_object(world: World) -> None:
    """Rows lie by the day they were fetched: two files of the same name."""
    written = world.take(line(movie(1), at=NOON), line(movie(2), at=NOON + DAY))
    assert [key.split("/")[2] for key in written.keys] == ["dt=2026-11-20", "dt=2026-11-21"]
    assert len({key.rpartition("/")[2] for key in written.keys}) == 1
    assert [(row["id"], row["dt"]) for row in world.rows("silver_movie", "id")] == [
        (1, "2026-11-20"),
        (2, "2026-11-21"),
    ]


def test_one_bad_row_does_not_lose_the_others(world: World) -> None:
    """What no column holds unchanged goes to quarantine, as it came and with the reason; nothing is rounded or cast."""
    bad = json.dumps(movie(3, runtime=7.5)).encode()
    written = world.take(*(line(movie(n)) for n in range(10, 20)), line(bad, id=3))
    assert (written.processed, written.failed, round(written.pass_rate)) == (11, 1, 91)
    assert len(world.rows("silver_movie")) == 10
    (row,) = world.rows("quarantine_movie")
    assert (row["id"], row["reason"]) == (3, "runtime: a whole number is needed, not a fraction")
    assert row["body"] == bad.decode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (movie(3, title=""), "title: there is none"),
        (movie(3, title=None), "title: there is none"),
        (movie(3, vote_average=10.1), "vote_average: it is not between 0 and 10"),
        (movie(3, popularity=-0.1), "popularity: it is not 0 or more"),
        (movie(3, release_date="1999-02-30"), "release_date: it is not a date"),
        (movie(3, release_date="1999"), "release_date: it is not a date"),
        (movie(4), "id: it is not 3, which was asked for"),
        (movie(3, title={"de": "x"}), "title: text is needed, not an object"),
        (movie(3, adult=1), "adult: true or false is needed, not a number"),
        (b"[]", "the body is JSON, but not an object"),
    ],
)
def test_quality_says_what_is_wrong(world: World, body: Any, reason: str) -> None:
    """A record that cannot be true waits in quarantine; its neighbours do not."""
    world.take(*(line(movie(n)) for n in range(10, 30)), line(body, id=3))
    (row,) = world.rows("quarantine_movie")
    assert row["reason"].startswith(reason)
    assert len(world.rows("silver_movie")) == 20


@pytest.mark.parametrize("birthday", ["1945", "1945-05-02", "", None])
def test_a_birthday_may_be_a_year(world: World, birthday: str | None) -> None:
    """TMDB knows of some people no more than the year; unknown dates are empty or null."""
    written = world.take(line({"id": 1, "name": "A", "birthday": birthday}, run=f"person-{RUN}"), dataset="person")
    assert written.failed == 0


def test_an_id_counts_once_in_an_object(world: World) -> None:
    """The second row of an id is a fault of ours, and kept for us to see."""
    world.take(*(line(movie(n)) for n in (*range(10, 30), 10)))
    assert len(world.rows("silver_movie")) == 20
    assert [row["reason"] for row in world.rows("quarantine_movie")] == ["id: it is there twice"]


def test_too_many_failing_rows_fail_loudly(world: World) -> None:
    """More than a tenth is no matter of single rows: silver stays as it was, quarantine says why."""
    fine = [line(movie(n)) for n in range(10, 28)]
    failing = [line(movie(n, title="")) for n in (1, 2)]
    world.take(*fine, *failing)  # just a tenth
    before = world.keys("silver/")
    key = world.put([*fine[1:], gone(99), *failing])
    with pytest.raises(FailingRows, match="2 of 19 rows fail quality"):
        world.write(key)
    assert world.keys("silver/") == before
    assert len(world.rows("quarantine_movie")) == 4


def test_one_odd_title_does_not_take_its_neighbours_along(world: World) -> None:
    """One row of three is over a tenth by the letter, and no sign of anything: it waits in quarantine alone."""
    written = world.take(line(movie(1)), line(movie(2)), line(movie(3, title="")))
    assert (written.processed, written.failed) == (3, 1)
    assert [row["id"] for row in world.rows("silver_movie", "id")] == [1, 2]
    assert [row["id"] for row in world.rows("quarantine_movie")] == [3]


@pytest.mark.parametrize(("failing", "rows", "loud"), [(1, 1, False), (2, 2, True), (2, 20, False), (3, 29, True)])
def test_how_many_failing_rows_are_too_many(failing: int, rows: int, loud: bool) -> None:
    """More than a tenth, and more than one."""
    assert are_too_many(failing, rows) is loud


def test_what_is_gone_is_said(world: World) -> None:
    """A 404 is no row of the dataset, but one of silver_gone."""
    written = world.take(gone(7), line(movie(8)))
    (row,) = world.rows("silver_gone")
    assert (row["dataset"], row["id"], row["run"], row["dt"]) == ("movie", 7, f"movie-{RUN}", "2026-11-20")
    assert (written.gone, written.processed) == (1, 1)


def test_ids_gone_from_two_datasets_do_not_meet(world: World) -> None:
    """The same id, attempt and words of TMDB: a file's name holds the run, so none takes the other's place."""
    for name in ("movie", "tv"):
        key = world.put([gone(7, run=f"{name}-{RUN}")], dataset=name)
        same = key.rpartition("/")[0] + "/7-0-00000000.jsonl.gz"
        world.lake.write(same, world.lake.read(key) or b"")
        world.write(same)
    assert [row["dataset"] for row in world.rows("silver_gone", "dataset")] == ["movie", "tv"]


def test_of_equal_keys_the_last_counts(world: World) -> None:
    """As at the edge, however deep they are; DuckDB alone would refuse the file, and its neighbours with it."""
    body = b'{"id":1,"title":"x","id":2,"title":"y","genres":[{"id":1,"id":18}],"watch/providers":{"results":'
    body += b'{"DE":{"link":"a"},"DE":{"link":"b"}}}}'
    written = world.take(line(body, id=2), line(movie(3)))
    assert written.failed == 0
    row, other = world.rows("silver_movie", "id")
    assert (row["id"], row["title"], [genre["id"] for genre in row["genres"]]) == (2, "y", [18])
    assert row["watch_providers"]["results"]["DE"]["link"] == "b"
    edge = decode("movie", encode("movie", body, fetched_at=NOON))
    assert (edge["id"], edge["title"], edge["genres"][0]["id"]) == (2, "y", 18)
    assert other["id"] == 3


def test_seasons_leave_their_show(world: World) -> None:
    """Each season is a row with its show's id; what a further call says of the show is not a second show."""
    run = f"tv-{RUN}"
    lines = [line(show(1399, 0, 1), run=run), line(show(1399, 10), run=run, call=1), line(show(1400), run=run)]
    written = world.take(*lines, dataset="tv")
    assert [row["id"] for row in world.rows("silver_tv", "id")] == [1399, 1400]
    seasons = world.rows("silver_season", "season_number")
    assert [(row["show_id"], row["season_number"], row["name"]) for row in seasons] == [
        (1399, 0, "Season 0"),
        (1399, 1, "Season 1"),
        (1399, 10, "Season 10"),
    ]
    assert (written.processed, written.failed, written.unknown_fields) == (5, 0, 0)


def test_a_show_without_seasons_says_so(world: World) -> None:
    """What seasons it had are gone; one whose seasons come with a later call has some, and one refused says nothing."""
    run = f"tv-{RUN}"
    lines = [line(show(1), run=run), line(show(2), run=run), line(show(2, 2024), run=run, call=1)]
    lines += [line(show(3, 1), run=run), line({"id": 4, "name": ""}, run=run)]
    written = world.take(*lines, dataset="tv")
    assert [(row["dataset"], row["id"]) for row in world.rows("silver_gone")] == [("season", 1)]
    assert written.gone == 0


def test_a_season_that_is_another_waits(world: World) -> None:
    """A season must be the one that was asked for; the reason names it."""
    body = show(1, *range(20)) | {"season/3": {"id": 5, "season_number": 4}}
    world.take(line(body, run=f"tv-{RUN}"), dataset="tv")
    (row,) = world.rows("quarantine_tv")
    assert (row["id"], row["reason"]) == (1, "season/3: season_number: it is not 3, which was asked for")
    assert len(world.rows("silver_season")) == 19


def test_a_list_is_one_row_an_entry(world: World) -> None:
    """Ranks count over all pages, which come in any order; an entry that moved while paging keeps its best rank."""
    run = f"tv_popular-{RUN.replace('export', 'pages')}"
    pages = [page(2, 21, 5, 22), page(1, 5, 6, 7)]
    world.take(*(line(body, id=body["page"], run=run) for body in pages), dataset="tv_popular")
    rows = world.rows("silver_tv_popular", "rank")
    assert [(row["rank"], row["page"], row["id"]) for row in rows] == [
        (1, 1, 5),
        (2, 1, 6),
        (3, 1, 7),
        (21, 2, 21),
        (23, 2, 22),
    ]


def test_lists_of_shows_are_shows_in_plain_columns(world: World) -> None:
    """Fifteen columns under the names that analysts of TMDB's shows already use, `data_type` filled."""
    run = f"tv_trending_day-{RUN.replace('export', 'pages')}"
    world.take(line(page(1, 5, first_air_date="2011-04-17"), id=1, run=run), dataset="tv_trending_day")
    assert world.rows("silver_shows") == [
        {
            "show_id": 5,
            "title": "Show 5",
            "original_title": None,
            "popularity": 2.0,
            "vote_average": None,
            "vote_count": None,
            "first_air_date": "2011-04-17",
            "genre_ids": [18],
            "origin_country": None,
            "poster_path": None,
            "backdrop_path": None,
            "overview": None,
            "original_language": None,
            "ingestion_date": "2026-11-20T12:00:00Z",
            "data_type": "trending_shows",
            "dt": "2026-11-20",
        }
    ]


def test_a_page_past_the_end_has_no_rows(world: World) -> None:
    """TMDB answers 404, or an empty page."""
    run = f"movie_popular-{RUN.replace('export', 'pages')}"
    written = world.take(gone(3, run=run), line(page(2), id=2, run=run), dataset="movie_popular")
    assert (written.processed, written.keys, written.pass_rate) == (0, [], 100)


def test_again_and_in_any_order_it_is_the_same(world: World, tmp_path: Path) -> None:
    """Objects written twice, in another order, give the same bytes under the same keys."""
    other = World(tmp_path)
    objects = [[line(movie(n)), line(movie(n + 1, runtime=7.0)), gone(n + 2)] for n in range(10, 40, 3)]
    for lines in objects:
        world.take(*lines)
    random.Random(1).shuffle(objects)
    for lines in objects * 2:
        other.take(*lines)
    assert world.content() == other.content()


def test_two_writers_at_once_write_the_same(world: World) -> None:
    """An event that comes twice may be at work twice: nothing is lost, and nothing is there twice."""
    key = world.put([line(movie(1)), gone(2), line(movie(3, title=""))])
    world.write(key)
    alone, lake = world.content(), world.lake

    class Overtaken(Lake):
        def write(self, to: str, content: Path | bytes) -> None:
            if world.lake is self:  # before the first file: another writer writes all of them
                world.lake = lake
                world.write(key)
            super().write(to, content)

    world.lake = Overtaken(world.store)
    world.write(key)
    assert world.lake is lake
    assert world.content() == alone


def test_it_works_in_a_folder(tmp_path: Path) -> None:
    """A laptop's folder is a lake, too."""
    world = World(tmp_path, LocalStore(tmp_path / "lake", mkdir=True))
    world.take(line(movie(1)))
    assert [row["id"] for row in world.rows("silver_movie")] == [1]


def damaged() -> dict[str, bytes]:
    """Objects that are none."""
    good = gzip.compress(b'{"_metadata":{"id":1,"status":200,"fetched_at":1,"run":"x"},"body":{"id":1,"title":"x"}}\n')
    return {"cut": good[:-9], "foreign": b"PK\x03\x04", "empty": b"", "not ours": gzip.compress(b'{"id":1}\n')}


@pytest.mark.parametrize("kind", damaged())
def test_what_is_no_object_of_bronze_writes_nothing(world: World, kind: str) -> None:
    """A cut or foreign object is refused before anything is in the lake."""
    key = world.put([line(movie(1))])
    world.lake.write(key, damaged()[kind])
    with pytest.raises(BadInput):
        world.write(key)
    assert world.keys() == []


def test_a_missing_object_is_named(world: World) -> None:
    """An event may outlive its object."""
    key = world.put([line(movie(1))])
    world.lake.remove(key)
    with pytest.raises(BadInput, match="is not there"):
        world.write(key)


def test_a_key_is_parsed_before_it_is_used(world: World) -> None:
    """A key that is not bronze's reads and writes nothing."""
    with pytest.raises(BadInput, match="not a key of bronze"):
        world.write("bronze/../silver/movie")


def test_a_large_object_is_one_file(world: World) -> None:
    """More answers than a batch has are only more rows."""
    lines = (line(movie(n, overview="x" * 5000)) for n in range(1, 3001))
    assert world.take(*lines).processed == 3000
    assert len(world.rows("silver_movie")) == 3000
