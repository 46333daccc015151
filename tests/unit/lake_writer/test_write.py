"""Objects of bronze become rows of the lake's tables: all of what is good, whatever else is in them."""

import json
import random
from datetime import datetime
from pathlib import Path

import pytest
from obstore.store import LocalStore

from lambdas.common.codec import decode, encode
from lambdas.common.lake import Lake
from lambdas.common.tables import TABLES
from tests.unit.common.bodies import BODIES
from tests.unit.lake_writer.world import NOON, RUN, World, gone, line, movie

DAY = 86_400


def test_a_title_becomes_a_row_with_the_day_it_was_fetched(world: World) -> None:
    """The file is named after object and schema; the row has the body's values, its time in UTC and its run."""
    key = world.put([line(movie(550, runtime=139))])
    world.write(key)
    (row,) = world.rows("silver_movie")
    assert (row["id"], row["title"], row["runtime"], row["vote_average"]) == (550, "Movie 550", 139, None)
    assert (row["fetched_at"], row["run"], row["dt"]) == (datetime(2026, 11, 20, 12), f"movie-{RUN}", "2026-11-20")  # noqa: DTZ001 - as DuckDB tells it
    name = key.rpartition("/")[2].removesuffix(".jsonl.gz")
    fields = TABLES["silver_movie"].fields
    assert world.keys() == [f"silver/movie/dt=2026-11-20/movie-{RUN}-{name}-{fields}.parquet"]
    assert row["schema_fields"] == fields


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


def test_a_large_object_is_one_file(world: World) -> None:
    """More answers than a batch has are only more rows."""
    lines = (line(movie(n, overview="x" * 5000)) for n in range(1, 3001))
    assert world.take(*lines).processed == 3000
    assert len(world.rows("silver_movie")) == 3000
