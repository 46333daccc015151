"""`tmdb encode` and `tmdb decode`: a body of your own through a pipe, whole or with a word about what is not."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli.errors import Failure
from cli.main import app, main
from lambdas.common import codec
from tests.unit.cli.shell import ROOT, tmdb
from tests.unit.common.bodies import BODIES, dataset_of, differences

FIGHT_CLUB = {"id": 550, "title": "Fight Club", "revenue": 2_781_505_847, "genres": [], "tagline": "", "runtime": None}
LONG = codec.encode("movie", json.dumps({"id": 1, "overview": "x" * 1_000_000}).encode(), fetched_at=1)
SHOW = {"id": 1399, "name": "Thrones", "season/10": {"_id": "b"}, "season/2": {"_id": "a", "season_number": 2}}


def encoded(dataset: str, body: Any, *options: str) -> tuple[bytes, str]:
    """What encode writes to standard output, and to standard error."""
    result = CliRunner().invoke(app, ["encode", "--dataset", dataset, *options], input=json.dumps(body).encode())
    assert result.exception is None
    return result.stdout_bytes, result.stderr


def decoded(blob: bytes, *options: str) -> Any:
    """What decode writes, parsed."""
    result = CliRunner().invoke(app, ["decode", *options], input=blob)
    assert result.exception is None
    return json.loads(result.stdout_bytes)


def failure(verb: str, data: bytes, *options: str) -> str:
    """The sentence of a verb that fails."""
    result = CliRunner().invoke(app, [verb, *options], input=data)
    assert isinstance(result.exception, Failure)
    assert result.stdout_bytes == b""
    return str(result.exception)


def test_through_two_pipes() -> None:
    """A body that goes through both commands comes back, in one line, and nothing is said."""
    there = tmdb("encode", "--dataset", "movie", given=json.dumps(FIGHT_CLUB).encode())
    back = tmdb("decode", "--dataset", "movie", given=there.stdout)
    assert (there.returncode, there.stderr, back.returncode, back.stderr) == (0, b"", 0, b"")
    assert json.loads(back.stdout) == {name: value for name, value in FIGHT_CLUB.items() if value is not None}
    assert back.stdout.count(b"\n") == 1


@pytest.mark.parametrize("name", BODIES)
def test_a_body_of_each_kind_comes_back(name: str) -> None:
    """Movies, shows, seasons, people and the rest, with the quirks of real ones, survive both commands."""
    blob, _ = encoded(dataset_of(name), json.loads(BODIES[name]))
    assert list(differences(json.loads(BODIES[name]), decoded(blob, "--dataset", dataset_of(name)))) == []


movies = st.fixed_dictionaries(
    {"id": st.integers(1, 2**31 - 1)},
    optional={
        "title": st.text(),
        "tagline": st.none() | st.just("") | st.text(),
        "revenue": st.integers(0, 2**63 - 1),
        "popularity": st.integers(0, 2**53) | st.floats(allow_nan=False, allow_infinity=False),
        "origin_country": st.lists(st.text(max_size=2), max_size=3),
        "genres": st.lists(st.fixed_dictionaries({"id": st.integers(0, 99)}, optional={"name": st.text()}), max_size=3),
        "watch/providers": st.fixed_dictionaries(
            {"results": st.dictionaries(st.text(max_size=2), st.just({"link": "x"}))}
        ),
    },
)


@settings(max_examples=100)
@given(movies)
def test_any_movie_comes_back(body: dict[str, Any]) -> None:
    """Whatever its values are, a body is the same after both commands."""
    blob, told = encoded("movie", body)
    assert told == ""
    assert list(differences(body, decoded(blob, "--dataset", "movie"))) == []


def test_the_object_is_the_collectors() -> None:
    """The bytes are those that the codec gives, for the time that is given."""
    blob, _ = encoded("movie", FIGHT_CLUB, "--fetched-at", "1780000000")
    assert blob == codec.encode("movie", orjson.dumps(FIGHT_CLUB), fetched_at=1_780_000_000)


def test_type_is_another_word_for_dataset() -> None:
    """--type does what --dataset does; parts stored on their own are datasets here."""
    episode = {"id": 63056, "episode_number": 1, "season_number": 1}
    result = CliRunner().invoke(app, ["encode", "--type", "episode"], input=json.dumps(episode).encode())
    assert decoded(result.stdout_bytes, "--type", "episode") == episode


def test_what_an_object_says_about_itself() -> None:
    """--metadata tells dataset, schema version, fetch time and source; the dataset need not be known."""
    blob, _ = encoded("movie", FIGHT_CLUB, "--fetched-at", "1780000000")
    about = {"dataset": "movie", "schema_version": 1, "fetched_at": 1_780_000_000, "source": "themoviedb.org"}
    assert decoded(blob, "--metadata") == about


def test_unknown_fields_are_told() -> None:
    """What the schema does not know is left out, with a word on standard error, or a list for programs."""
    body = {"id": 1, "genres": [{"id": 2, "colour": "red"}], "smell": 1}
    blob, told = encoded("movie", body)
    assert told == "tmdb: left out, unknown to the schema: genres[].colour, smell\n"
    assert decoded(blob) == {"id": 1, "genres": [{"id": 2}]}
    _, told = encoded("movie", body, "--json")
    assert json.loads(told)["unknown"] == ["genres[].colour", "smell"]


def test_seasons_are_stored_apart() -> None:
    """A tv body's seasons are left out with a word, as the collector does, and --season encodes one of them."""
    blob, told = encoded("tv", SHOW)
    assert told == "tmdb: left out, an object of its own each: season/2, season/10; --season 2 encodes one\n"
    assert decoded(blob, "--dataset", "tv") == {"id": 1399, "name": "Thrones"}
    season, told = encoded("tv", SHOW, "--season", "2")
    assert (decoded(season, "--dataset", "season"), told) == ({"_id": "a", "season_number": 2}, "")
    assert "no object season/3, but only season/2, season/10" in failure(
        "encode", json.dumps(SHOW).encode(), "--dataset", "tv", "--season", "3"
    )


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "the body is not JSON"),
        (b"<html>", "the body is not JSON"),
        (b"[1]", "not an object"),
        (b'{"id": "x"}', "cannot be kept as it is, id: a number is needed, not text; correct"),
        (b'{"budget": 1e30}', "cannot be kept as it is, budget: "),
        (b" " * (codec.LARGEST_BODY + 1), f"more than {codec.LARGEST_BODY} bytes"),
    ],
    ids=["empty", "html", "list", "text for a number", "too large a number", "too long"],
)
def test_a_body_that_cannot_be_kept(body: bytes, sentence: str) -> None:
    """It is refused with a sentence that says why, and nothing is written."""
    assert sentence in failure("encode", body, "--dataset", "movie")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda blob: blob[:-9], "the lz4 frame is cut short"),
        (lambda blob: blob[:-9] + bytes([blob[-9] ^ 1]) + blob[-8:], "a damaged one"),
        (lambda _: b"{}", "not an lz4 frame"),
        (lambda blob: blob + b"x", "something follows the lz4 frame"),
        (lambda _: codec.encode("tv", b'{"id": 1}', fetched_at=1), "is of dataset tv, not movie; leave --dataset away"),
    ],
    ids=["cut", "flipped", "json", "longer", "of another dataset"],
)
def test_an_object_that_is_not_whole(damage: Any, sentence: str) -> None:
    """It is refused with a sentence that says why, and nothing is written."""
    blob = damage(codec.encode("movie", json.dumps(FIGHT_CLUB).encode(), fetched_at=1))
    assert sentence in failure("decode", blob, "--dataset", "movie")


class Terminal(io.TextIOWrapper):
    """A person at a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal gets indented JSON and no binary, and nobody waits for input that nobody knows is wanted."""
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", Terminal(written))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(codec.encode("movie", b'{"id":1}', fetched_at=1))))
    assert main(["decode"]) == 0
    assert written.getvalue() == b'{\n  "id": 1\n}\n'
    with pytest.raises(Failure, match=r"send it to a file, tmdb encode .* > movie\.pb\.lz4"):
        app(["encode", "--dataset", "movie"], standalone_mode=False)
    for absent in (Terminal(io.BytesIO()), None):
        monkeypatch.setattr("sys.stdin", absent)
        with pytest.raises(Failure, match=r"reads from standard input: tmdb decode --dataset movie < movie\.pb\.lz4"):
            app(["decode"], standalone_mode=False)


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["decode"], 1, "not an lz4 frame"),
        (["encode"], 2, "Missing option '--dataset' / '--type'; see tmdb encode --help"),
        (["encode", "--dataset", "film"], 2, "there is no dataset 'film'; there are movie, tv,"),
        (["encode", "--dataset", "movie", "--season", "1"], 2, "a movie has no seasons"),
        (["encode", "--dataset", "movie", "--fetched-at", "-1"], 2, "should be greater than or equal to 0"),
        (["encore"], 2, "No such command 'encore'"),
        ([], 2, "Missing command; see tmdb --help"),
    ],
)
def test_a_mistake_is_one_sentence(
    arguments: list[str],
    status: int,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Standard error has one line, or one JSON object, and no traceback; the status tells whose fault it was."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    assert main(arguments) == status
    told = capsys.readouterr().err
    assert told.startswith("tmdb: ") and told.count("\n") == 1 and sentence in told
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    if arguments and arguments != ["encore"]:
        assert main([*arguments, "--json"]) == status
        assert sentence in json.loads(capsys.readouterr().err)["error"]


def test_a_traceback_for_who_asks() -> None:
    """--debug, anywhere, shows where an error comes from."""
    assert b"Traceback" not in tmdb("decode", given=b"x").stderr
    assert b"Traceback" in tmdb("--debug", "decode", given=b"x").stderr


def test_a_bug_is_one_sentence_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What nobody expected is told as that, with what to do."""
    monkeypatch.setattr("cli.encode._read", lambda *_: 1 / 0)
    assert main(["decode"]) == 1
    assert capsys.readouterr().err.startswith(
        "tmdb: unexpected ZeroDivisionError: division by zero; run it again with "
    )


def decoding(blob: bytes, folder: Path, stdout: int | io.BufferedWriter) -> subprocess.Popen[bytes]:
    """A decode that runs, without a buffer between it and its output."""
    (folder / "blob").write_bytes(blob)
    with (folder / "blob").open("rb") as stdin:
        command = [sys.executable, "-u", "-m", "cli", "decode"]
        return subprocess.Popen(command, cwd=ROOT, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE)


def test_who_reads_may_stop(tmp_path: Path) -> None:
    """A reader that has seen enough (`| head`) ends the command quietly."""
    with decoding(LONG, tmp_path, subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.read(10)
        process.stdout.close()
        assert (process.wait(timeout=20), process.stderr.read()) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    """Output that could not be written whole is a failure, however little is missing."""
    with Path("/dev/full").open("wb") as full, decoding(LONG, tmp_path, full) as process:
        assert process.stderr
        told = process.stderr.read()
        assert process.wait(timeout=20) == 1
    assert told == b"tmdb: standard output cannot be written: No space left on device; what is there is not whole\n"
