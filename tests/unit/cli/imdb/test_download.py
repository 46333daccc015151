"""`tmdb download`: titles by IMDb ids, from this machine, in full, and each once however often it is begun."""

import asyncio
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.errors import Failure
from cli.imdb.fetch import Download
from cli.imdb.ids import parse_id, wanted
from cli.imdb.known import known
from cli.imdb.results import kept
from cli.main import main
from lambdas.common.pacer import Pacer
from lambdas.common.tmdb import Tmdb
from local.catalogue.made_up import MadeUpCatalogue, Sizes
from local.tmdb import Behaviour, FakeTmdb, running
from tests.unit.cli.shell import ROOT
from tests.unit.collector.world import GONE, OUTAGE, FakeClock, reviews
from tests.unit.collector.world import FakeTmdb as Answers
from tests.unit.common.lake_folder import LakeFolder

NOW = datetime(2026, 8, 31, 12, tzinfo=UTC)
HEADER = "imdb_id,outcome,dataset,id,detail"


@pytest.fixture
async def fake() -> AsyncIterator[FakeTmdb]:
    """A TMDB with some made-up titles."""
    catalogue = MadeUpCatalogue(Sizes(movie=40, tv=15, person=5, collection=1, company=1, keyword=1, network=1))
    behaviour = Behaviour(limit=1000, slow=0.0)
    async with running(FakeTmdb(catalogue, behaviour=behaviour, now=lambda: NOW)) as fake:
        yield fake


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person has in the environment."""
    monkeypatch.setenv("TMDB_TOKEN", "fake-token")


def imdb_ids(fake: FakeTmdb) -> dict[str, str]:
    """The IMDb ids of all movies and shows that can be had, with where they are."""
    found = {}
    for dataset, odd in (("movie", 0), ("tv", 1)):
        for row in fake.catalogue.listed(dataset, fake.moment.day):
            number = 2 * row.id + odd
            try:
                if fake.catalogue.body(dataset, row.id, fake.moment):
                    found[f"tt{number:07d}"] = f"{dataset}/{row.id}"
            except Exception:  # noqa: BLE001 - an id that TMDB calls invalid
                continue
    return found


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of results.csv."""
    return list(csv.DictReader(io.StringIO(path.read_text())))


def lines(path: Path) -> list[dict[str, Any]]:
    """The titles of movies.jsonl."""
    return [json.loads(line) for line in path.read_text().splitlines()]


async def tmdb(fake: FakeTmdb, *arguments: str) -> int:
    """Run the command against the fake, beside it."""
    return await asyncio.to_thread(main, ["download", "--tmdb-url", fake.url, "--rate", "40", *arguments])


@pytest.mark.usefixtures("token")
async def test_a_file_of_ids(fake: FakeTmdb, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every id has a row; every title found has a line: its whole body, all reviews, and both names of its id."""
    ids = dict(list(imdb_ids(fake).items())[::9])
    (tmp_path / "ids.txt").write_text("\n".join([*ids, "", "tt9999998"]))
    out = tmp_path / "movies.jsonl"
    assert await tmdb(fake, "--ids", str(tmp_path / "ids.txt"), "--out", str(out)) == 0
    told = {row["imdb_id"]: row for row in rows(tmp_path / "results.csv")}
    assert told.keys() == {*ids, "tt9999998"} and told["tt9999998"]["outcome"] == "not_found"
    bodies = {body["id_imdb"]: body for body in lines(out)}
    assert bodies.keys() == ids.keys()
    for imdb_id, where in ids.items():
        dataset, _, id = where.partition("/")
        assert told[imdb_id] | {"outcome": "found"} == {
            "imdb_id": imdb_id, "outcome": "found", "dataset": dataset, "id": id, "detail": where,
        }  # fmt: skip
        body, whole = bodies[imdb_id], fake.catalogue.body(dataset, int(id), fake.moment) or {}
        assert body["idIMDB"] == imdb_id and body["media_type"] == dataset
        assert body["reviews"]["results"] == fake.catalogue.reviews(dataset, int(id), fake.moment)
        assert {name: body[name] for name in whole if name != "reviews"} == {
            name: value for name, value in whole.items() if name != "reviews"
        }
        assert sum(name.startswith("season/") for name in body) == len(
            [
                n
                for s in whole.get("seasons", ())
                if fake.catalogue.season(int(id), n := s["season_number"], fake.moment)
            ]
        )
    assert capsys.readouterr().err == f"{len(ids)} found, 1 not found, 0 ambiguous, 0 failed\n"
    asked = fake.recorder.requests
    assert await tmdb(fake, "--ids", str(tmp_path / "ids.txt"), "--out", str(out)) == 0
    assert fake.recorder.requests == asked, "nothing is asked twice"
    assert f"{len(ids) + 1} were done before" in capsys.readouterr().err


@pytest.mark.usefixtures("token")
async def test_killed_and_run_again(fake: FakeTmdb, tmp_path: Path) -> None:
    """A process that is killed in the middle is finished by the next, and what it stored is not asked for again."""
    ids = imdb_ids(fake)
    (tmp_path / "ids.txt").write_text("\n".join(ids))
    out, results = tmp_path / "movies.jsonl", tmp_path / "results.csv"
    arguments = ["--ids", str(tmp_path / "ids.txt"), "--out", str(out)]
    command = [sys.executable, "-m", "cli", "download", "--tmdb-url", fake.url, "--rate", "40", *arguments]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.returncode is None and fake.recorder.requests < 30:  # noqa: ASYNC110 - the fake has no event for it
        await asyncio.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    stored = {body["id_imdb"] for body in lines(out)} if out.read_bytes().endswith(b"\n") else set()
    fake.recorder.reset()
    assert await tmdb(fake, *arguments) == 0
    assert sorted(body["id_imdb"] for body in lines(out)) == sorted(ids)
    assert sorted(row["imdb_id"] for row in rows(results)) == sorted(ids)
    assert stored and not stored & {path.removeprefix("find/") for path in fake.recorder.asked}


@pytest.mark.usefixtures("token")
async def test_titles_to_standard_output(fake: FakeTmdb, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Without files a title is a line of standard output; an id that is none is told, and is a failure."""
    imdb_id = next(iter(imdb_ids(fake)))
    assert await tmdb(fake, imdb_id, "tt9999998") == 1
    out, err = capfdbinary.readouterr()
    assert json.loads(out)["id_imdb"] == imdb_id
    assert err.decode().splitlines() == [
        "tt9999998 not_found",
        "1 found, 1 not found, 0 ambiguous, 0 failed",
        "tmdb: 1 of the ids are not one title at TMDB: see what is told of each",
    ]


@pytest.mark.usefixtures("token")
async def test_what_is_known_is_not_looked_up(fake: FakeTmdb, tmp_path: Path) -> None:
    """A known id costs no /find, unless what is known is wrong: then TMDB's word counts."""
    ids = {imdb_id: where for imdb_id, where in imdb_ids(fake).items() if where.startswith("movie/")}
    (right, there), (wrong, elsewhere) = list(ids.items())[:2]
    (tmp_path / "known.csv").write_text(f"id,imdb_id,dataset\n{there[6:]},{right},movie\n{there[6:]},{wrong},movie\n")
    arguments = [right, wrong, "--known", str(tmp_path / "known.csv"), "--out", str(tmp_path / "out.jsonl")]
    assert await tmdb(fake, *arguments) == 0
    assert {row["imdb_id"]: row["detail"] for row in rows(tmp_path / "results.csv")} == {right: there, wrong: elsewhere}
    assert [path for path in fake.recorder.asked if path.startswith("find/")] == [f"find/{wrong}"]


@pytest.mark.usefixtures("token")
async def test_a_token_that_is_refused(fake: FakeTmdb, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence says so, and no id is burnt for it."""
    fake.behaviour.token = "another"
    assert await tmdb(fake, "tt0000002", "tt0000004", "--out", str(tmp_path / "movies.jsonl")) == 1
    told = capsys.readouterr().err
    assert told.startswith("tmdb: TMDB refuses TMDB_TOKEN: ") and told.count("\n") == 1
    assert (tmp_path / "results.csv").read_text() == f"{HEADER}\n"


class Killed(BaseException):
    """The end, wherever it comes."""


class Files:
    """A download into files of a folder, with a TMDB that answers from a dict, and time that stands still."""

    def __init__(self, folder: Path) -> None:
        self.tmdb = Answers()
        self.tmdb.put("configuration", {"images": {}})
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


@pytest.mark.parametrize("id", ["tt0133093", "tt0000001", "tt10872600", "tt2147483647"])
def test_ids(id: str) -> None:
    """What IMDb writes is the number behind `tt`."""
    assert parse_id(id) == int(id[2:])


@given(st.text() | st.from_regex(r"(tt|nm)?\d{5,12}\n?", fullmatch=True))
def test_what_is_understood_is_written_so(text: str) -> None:
    """No two texts are one id, and what is taken for one is in its range."""
    try:
        number = parse_id(text)
    except ValueError:
        return
    assert 0 < number < 2**31 and f"tt{number:07d}" == text


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    ("arguments", "file", "status", "sentence"),
    [
        ([], None, 2, "name at least one: tmdb download tt0133093"),
        (["tt133093"], None, 2, "'tt133093' is no IMDb id of a title; one is written tt0133093 (an argument)"),
        (["nm0000206"], None, 2, "'nm0000206' is no IMDb id of a title"),
        (["tt0000000"], None, 2, "'tt0000000' is no IMDb id of a title"),
        (["tt9999999999"], None, 2, "'tt9999999999' is no IMDb id of a title"),
        (["--ids", "FILE"], "tt0000001\n\nmovie/603\n", 2, "'movie/603' is no IMDb id of a title"),
        (["--ids", "FILE"], "tt0000001\n\nmovie/603\n", 2, "(line 3 of "),
        (["--ids", "no-such-file"], None, 1, "no-such-file cannot be read: No such file or directory"),
        (["-"], None, 2, "standard input is read with --ids -"),
        (["tt0000001", "--results", "x.csv"], None, 2, "--results goes with --out"),
        (["tt0000001", "--known", "FILE"], "imdb_id,id\n", 1, "has no column dataset; it needs imdb_id, dataset, id"),
        (["tt0000001", "--known", "FILE"], "imdb_id,dataset,id\ntt0000001,film,1\n", 1, "has tt0000001 as film 1"),
        (["tt0000001", "--known", "FILE"], "imdb_id,dataset,id\ntt0000001,movie,../1\n", 1, "as movie ../1"),
        (
            ["tt0000001", "--rate", "50"],
            None,
            2,
            "Invalid value for '--rate': Input should be less than or equal to 40",
        ),
        (["tt0000001", "--out", "no-such-folder/x"], None, 1, "cannot be written: No such file or directory"),
    ],
)
def test_mistakes(
    arguments: list[str],
    file: str | None,
    status: int,
    sentence: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each is one sentence before anything is asked or written."""
    (tmp_path / "file").write_text(file or "")
    given = [str(tmp_path / "file") if word == "FILE" else word for word in arguments]
    assert main(["download", "--tmdb-url", "http://127.0.0.1:9", *given]) == status
    told = capsys.readouterr().err
    assert sentence in told and told.count("\n") == 1


@pytest.mark.parametrize(
    ("value", "sentence"),
    [("", "TMDB_TOKEN is not set: see https"), ("0" * 32, "TMDB_TOKEN is no API Read Access Token (the long one")],
)
def test_no_token(
    value: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is needed is said, and what is there is not shown."""
    monkeypatch.setenv("TMDB_TOKEN", value)
    assert main(["download", "tt0133093"]) == 1
    told = capsys.readouterr().err
    assert sentence in told and (not value or value not in told)


def test_known_from_parquet(tmp_path: Path) -> None:
    """Only what is wanted is kept of a large file."""
    path = tmp_path / "known.parquet"
    numbers = "SELECT printf('tt%07d', n) AS imdb_id, 'movie' AS dataset, n AS id FROM range(1, 30000) t(n)"
    with duckdb.connect() as database:
        database.execute(f"COPY ({numbers}) TO '{path}' (FORMAT parquet)")
    assert known(path, [7, 40_000]) == {7: {"imdb_id": "tt0000007", "dataset": "movie", "id": 7}}


def test_ids_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--ids -` reads them; what is there twice is one, in the order of the first."""
    monkeypatch.setattr("sys.stdin", io.StringIO("tt0000003\ntt0000001\r\ntt0000003\n"))
    assert wanted(["tt0000009"], Path("-")) == [9, 3, 1]


def test_the_lake_knows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The query of docs/imdb.md makes, of a lake, a file that --known takes."""
    (query,) = re.findall(r'tmdb sql --csv "(.*)"', (ROOT / "docs" / "imdb.md").read_text())
    lake, at = LakeFolder(tmp_path), "2026-11-20 08:00:00"
    lake.put(
        "movie_current",
        [
            {"id": 603, "title": "The Matrix", "imdb_id": "tt0133093", "fetched_at": at},
            {"id": 604, "title": "Unknown", "imdb_id": None, "fetched_at": at},
        ],
    )
    assert main(["sql", "--lake", str(tmp_path), "--csv", query]) == 0
    (tmp_path / "known.csv").write_text(capsys.readouterr().out)
    assert known(tmp_path / "known.csv", [133093, 1]) == {
        133093: {"imdb_id": "tt0133093", "dataset": "movie", "id": 603}
    }
