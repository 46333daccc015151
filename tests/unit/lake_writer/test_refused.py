"""What the lake does not take: rows that cannot be true wait in quarantine, and objects that are none are named."""

import gzip
import json
from typing import Any

import pytest

from lambdas.common.errors import BadInput
from lambdas.lake_writer.write import FailingRows
from tests.unit.lake_writer.world import RUN, World, gone, line, movie


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
