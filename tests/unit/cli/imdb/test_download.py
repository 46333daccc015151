"""`tmdb download`: titles by IMDb ids, from this machine, in full, and each once however often it is begun."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import main
from local.tmdb import FakeTmdb
from tests.unit.cli.imdb.downloads import HEADER, imdb_ids, lines, rows, tmdb
from tests.unit.cli.shell import ROOT


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
async def test_a_token_that_is_refused(fake: FakeTmdb, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence says so, and no id is burnt for it."""
    fake.behaviour.token = "another"
    assert await tmdb(fake, "tt0000002", "tt0000004", "--out", str(tmp_path / "movies.jsonl")) == 1
    told = capsys.readouterr().err
    assert told.startswith("tmdb: TMDB refuses TMDB_TOKEN: ") and told.count("\n") == 1
    assert (tmp_path / "results.csv").read_text() == f"{HEADER}\n"


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
