"""The files of a download: what it leaves in them, and that it goes on from them wherever it died."""

import asyncio
from collections import Counter
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.errors import Failure
from cli.imdb.fetch import Download
from cli.imdb.results import kept
from lambdas.common.pacer import Pacer
from lambdas.common.tmdb import Tmdb
from tests.unit.cli.fakes import Killed
from tests.unit.cli.imdb.downloads import HEADER, lines, rows
from tests.unit.collector.world import GONE, OUTAGE, FakeClock, reviews
from tests.unit.collector.world import FakeTmdb as Answers


class Files:
    """A download into files of a folder, with a TMDB that answers from a dict, and time that stands still."""

    def __init__(self, folder: Path) -> None:
        self.tmdb = Answers()
        self.tmdb.put("configuration", {"images": {}})
        self.tmdb.has_popular_movie(999)
        self.clock = FakeClock()
        self.out, self.results = folder / "movies.jsonl", folder / "results.csv"

    def run(self, *ids: int, width: int = 1) -> Counter[str]:
        """Begin it; gives the outcomes."""

        async def token(_: bool) -> str:
            return "token"

        client = Tmdb("https://tmdb/3", token, self.tmdb, Pacer(1000, self.clock), self.clock)
        with kept(self.out, self.results) as taken:
            left = [id for id in ids if id not in taken.done]
            asyncio.run(Download(tmdb=client, clock=self.clock, results=taken, known={}, width=width).all(left))
            return taken.counts

    def movies(self, *ids: int) -> None:
        """Have a movie for each id, with one review."""
        for id in ids:
            self.tmdb.finds(id, movie_results=[{"id": id}])
            self.tmdb.put(f"movie/{id}", {"id": id, "reviews": reviews(f"review of {id}", total=1)})


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Two files that are not there yet."""
    return Files(tmp_path)


def test_a_find_that_finds_nothing_at_all(files: Files) -> None:
    """That an id is not found is final, so it is not believed while a popular movie is not found either."""
    files.movies(1, 3)
    files.tmdb.finds(2)
    files.tmdb.finds(999)
    with pytest.raises(Failure, match=r"finds nothing under tt0000999, .* run this again later"):
        files.run(1, 2, 3)
    assert [row["imdb_id"] for row in rows(files.results)] == ["tt0000001"]
    files.tmdb.has_popular_movie(999)
    assert files.run(1, 2, 3) == {"found": 1, "not_found": 1}


def test_golden_output(files: Files) -> None:
    """The two files, as they are documented."""
    files.movies(1)
    files.tmdb.finds(2, tv_episode_results=[{"id": 9, "show_id": 7, "season_number": 0, "episode_number": 3}])
    files.tmdb.put("tv/7/season/0/episode/3", {"id": 9, "episode_number": 3, "season_number": 0, "name": "Special"})
    files.tmdb.finds(3)
    files.tmdb.finds(4, movie_results=[{"id": 5}], tv_results=[{"id": 6}])
    files.tmdb.finds(5, movie_results=[{"id": 8}])
    files.tmdb.put("movie/8", GONE)
    assert files.run(1, 2, 3, 4, 5) == {"found": 2, "not_found": 1, "ambiguous": 1, "failed": 1}
    assert (
        files.results.read_text()
        == f"""\
{HEADER}
tt0000001,found,movie,1,movie/1
tt0000002,found,episode,9,tv/7/season/0/episode/3
tt0000003,not_found,,,
tt0000004,ambiguous,,,movie/5 tv/6
tt0000005,failed,,,5 attempts: TMDB finds movie/8 and says that it is gone
"""
    )
    assert files.out.read_text() == (
        '{"id_imdb":"tt0000001","idIMDB":"tt0000001","media_type":"movie","id":1,'
        '"reviews":{"results":[{"id":"review of 1","content":"review of 1"}],"total_results":1}}\n'
        '{"id_imdb":"tt0000002","idIMDB":"tt0000002","media_type":"episode","show_id":7,"id":9,"episode_number":3,'
        '"season_number":0,"name":"Special"}\n'
    )


def test_what_failed_is_tried_again(files: Files) -> None:
    """A failed id is asked for anew by the next download, and then has one row, not two."""
    files.movies(1, 2)
    files.tmdb.put("movie/1", OUTAGE)
    assert files.run(1, 2)["failed"] == 1
    files.movies(1)
    files.run(1, 2)
    assert [(row["imdb_id"], row["outcome"]) for row in rows(files.results)] == [
        ("tt0000002", "found"),
        ("tt0000001", "found"),
    ]


def test_an_outage_ends_it(files: Files) -> None:
    """When TMDB does not answer at all no id fails for it, and the next download does them all."""
    files.tmdb.put("configuration", OUTAGE)
    files.tmdb.default = OUTAGE
    with pytest.raises(Failure, match=r"TMDB does not answer: .*503.*; run this again later"):
        files.run(*range(1, 30), width=4)
    assert files.results.read_text() == f"{HEADER}\n"
    files.movies(*range(1, 30))
    assert files.run(*range(1, 30), width=4)["found"] == 29


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_killed_anywhere(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """However often and wherever a download dies, a torn line included, the last one leaves each title once."""
    files = Files(tmp_path_factory.mktemp("imdb"))
    ids = range(1, 8)
    files.movies(*ids)
    files.tmdb.finds(3)
    for _ in range(data.draw(st.integers(1, 3))):
        left = data.draw(st.integers(1, 12))
        died_at = len(files.tmdb.asked) + left

        def die(_: str, died_at: int = died_at) -> None:
            if len(files.tmdb.asked) >= died_at:
                raise Killed

        files.tmdb.on_request = die
        try:
            files.run(*ids, width=data.draw(st.integers(1, 3)))
        except BaseExceptionGroup:
            _tear(files, data)
    files.tmdb.on_request = lambda _: None
    files.run(*ids)
    assert sorted(body["id"] for body in lines(files.out)) == [1, 2, 4, 5, 6, 7]
    assert sorted(row["imdb_id"] for row in rows(files.results)) == [f"tt{id:07d}" for id in ids]


def _tear(files: Files, data: st.DataObject) -> None:
    """Leave the files as a machine does that stops between two writes, or in one."""
    table = files.results.read_bytes().splitlines(keepends=True)
    titles = files.out.read_bytes().splitlines(keepends=True)
    state = data.draw(st.sampled_from(["whole", "no row yet", "torn row", "torn title"]))
    if state == "torn title" or not titles:
        files.out.write_bytes(b"".join(titles) + b'{"id_imdb":"tt00')
    elif table[-1].startswith(orjson.loads(titles[-1])["id_imdb"].encode()) and state != "whole":
        files.results.write_bytes(b"".join(table[:-1]) + (table[-1][:5] if state == "torn row" else b""))


@pytest.mark.parametrize(
    ("out", "results", "sentence"),
    [
        ('{"id_imdb":"tt0000001"}\n', "", "has titles already, and no .*results.csv that tells of them"),
        ("", f"{HEADER}\ntt0000001,found,movie,1,movie/1\n", "tells of titles that .*movies.jsonl does not have"),
        ('{"title":"x"}\n', f"{HEADER}\n", "holds something else than downloaded titles"),
        ("", "a,b\n1,2\n", "is not what a download leaves, see its line 1"),
        ("", f"{HEADER}\nfound\n", "is not what a download leaves, see its line 2"),
    ],
)
def test_other_peoples_files(files: Files, out: str, results: str, sentence: str) -> None:
    """They are refused with a sentence and stay as they are."""
    files.out.write_text(out)
    files.results.write_text(results)
    with pytest.raises(Failure, match=sentence):
        files.run(1)
    assert (files.out.read_text(), files.results.read_text()) == (out, results)
