"""`tmdb history`: what changed between the answers about a title, from silver and from bronze."""

import datetime as dt
import json
from pathlib import Path

import boto3
import pytest
from typer.testing import CliRunner

from cli.errors import Failure
from cli.history import Fetched, changes
from cli.lake import store_of
from cli.main import app, main
from cli.stage import Stage
from lambdas.common.bronze import Answer, Line, bronze_key
from lambdas.common.datasets import Mode
from lambdas.common.work import WorkItem
from tests.unit.common.bronze_objects import packed
from tests.unit.common.lake_folder import LakeFolder

LANTERN = """\
movie/11: 4 answers, 2026-11-17 to 2026-11-25
┏━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━┳━━━━━━┓
┃ date             ┃ field      ┃  old ┃  new ┃
┡━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━╇━━━━━━┩
│ 2026-11-18 08:30 │ popularity │  9.0 │ 10.0 │
│ 2026-11-24 08:30 │ popularity │ 10.0 │ 12.0 │
│ 2026-11-25 08:30 │ popularity │ 12.0 │ 12.5 │
└──────────────────┴────────────┴──────┴──────┘
"""


def shown(*arguments: str) -> str:
    """What the verb prints."""
    result = CliRunner().invoke(app, ["history", *arguments])
    assert result.exception is None
    return result.stdout


def test_changes_are_shown_day_by_day(sample: Path) -> None:
    """An answer that is there twice is one answer."""
    assert shown("--lake", str(sample), "movie/11") == LANTERN


def test_changes_as_json(sample: Path) -> None:
    """One object a change."""
    lines = shown("--lake", str(sample), "movie/11", "--json").splitlines()
    assert json.loads(lines[0]) == {"date": "2026-11-18 08:30", "field": "popularity", "old": 9.0, "new": 10.0}
    assert len(lines) == 3


def test_only_the_fields_asked_for(sample: Path) -> None:
    """Of a field everything in it; where nothing changed that is said."""
    assert shown("--lake", str(sample), "movie/11", "--field", "title").splitlines()[1:] == ["nothing changed"]
    assert shown("--lake", str(sample), "movie/11", "--field", "title", "--field", "popularity") == LANTERN


def test_a_title_that_never_was(tmp_path: Path) -> None:
    """Of one that TMDB has always said is gone, no field is known, and none is wrong."""
    LakeFolder(tmp_path).put(
        "silver_gone", [{"dataset": "movie", "id": 7, "fetched_at": "2026-11-21 08:00:00"}], "2026-11-21"
    )
    assert "nothing changed" in shown("--lake", str(tmp_path), "movie/7", "--field", "title")


def test_a_title_that_is_gone_and_comes_back(tmp_path: Path) -> None:
    """What TMDB answered to be gone is a change, and so is its return."""
    lake = LakeFolder(tmp_path)
    for day in ("2026-11-20", "2026-11-22"):
        lake.put("silver_movie", [{"id": 7, "title": "Harbour", "fetched_at": f"{day} 08:00:00"}], day)
    lake.put("silver_gone", [{"dataset": "movie", "id": 7, "fetched_at": "2026-11-21 08:00:00"}], "2026-11-21")
    lake.put("silver_gone", [{"dataset": "tv", "id": 7, "fetched_at": "2026-11-23 08:00:00"}], "2026-11-23")
    lines = shown("--lake", str(tmp_path), "movie/7", "--json").splitlines()
    assert [tuple(json.loads(line).values()) for line in lines] == [
        ("2026-11-21 08:00", "gone", False, True),
        ("2026-11-22 08:00", "gone", True, False),
    ]


def put_bronze(root: Path, day: int, **body: object) -> None:
    """One object with an answer about movie 550 and one about its neighbour."""
    run = f"movie-sync-202611{day}T083000Z-1a2b"
    at = int(dt.datetime(2026, 11, day, 9, tzinfo=dt.UTC).timestamp())
    item = WorkItem(run=run, dataset="movie", mode=Mode.SYNC, ids=(549, 550), attempt=0)
    status = 200 if body else 404
    made = packed(
        [
            Line(Answer(id=549, status=200, fetched_at=at, run=run), b'{"id":549}'),
            Line(Answer(id=550, status=status, fetched_at=at, run=run), json.dumps(body).encode()),
            Line(Answer(id=550, status=200, fetched_at=at, run=run, call=1), b'{"season/1":{}}'),
        ]
    )
    path = root / bronze_key(item, made.content)
    path.parent.mkdir(parents=True)
    path.write_bytes(made.finish())
    path.with_suffix(".gz.meta.json").write_text("{}")  # as the emulator leaves beside an object


def test_bronze_where_there_is_no_silver(tmp_path: Path) -> None:
    """The same is told from TMDB's own bodies, with the names that columns have."""
    put_bronze(tmp_path, 20, id=550, title="Fight Club", **{"watch/providers": {"results": {}}, "season/1": {}})
    put_bronze(tmp_path, 21, id=550, title="Fight  Club", **{"watch/providers": {"results": {"DE": {"link": "x"}}}})
    put_bronze(tmp_path, 22)
    lines = shown("--lake", str(tmp_path), "movie/550", "--json").splitlines()
    assert [tuple(json.loads(line).values()) for line in lines] == [
        ("2026-11-21 09:00", "title", "Fight Club", "Fight  Club"),
        ("2026-11-21 09:00", "watch_providers.results.DE", None, {"link": "x"}),
        ("2026-11-22 09:00", "gone", False, True),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": None}, {}, []),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [("a.b", 1, 2)]),
        ({"a": None}, {"a": {"b": 2}}, [("a", None, {"b": 2})]),
        ({"a": ["GB"]}, {"a": ["GB", "IE"]}, [("a", ["GB"], ["GB", "IE"])]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1}, {"b": 2}]}, [("a", 1, 2)]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, [("a", 1, "1 others")]),
        ({"a": [{"b": 1}]}, {"a": []}, [("a", 1, [])]),
    ],
)
def test_what_counts_as_a_change(old: object, new: object, expected: list[tuple[object, ...]]) -> None:
    """What is nested is named by its path; a list of messages is shown by its length."""
    at = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    found = changes([Fetched(at, old), Fetched(at, new)])  # type: ignore[arg-type]  # bodies of all shapes
    assert [(change.field, str(change.old), str(change.new)) for change in found] == [
        (field, str(before), str(after)) for field, before, after in expected
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["movies/11"], 2, "'movies/11' is not a title, such as movie/550; one of movie, tv, person"),
        (["movie/0"], 2, "'movie/0' is not a title"),
        (["movie/2147483648"], 2, "is not a title"),
        (["movie_popular/1"], 2, "is not a title"),
        (["movie/999"], 1, "has no answer about movie/999; see that its dataset is among the stage's feeds"),
        (["movie/11", "--field", "popularty"], 1, "there is no field popularty; there are adult, "),
    ],
)
def test_errors_are_one_sentence(
    sample: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, sentence: str
) -> None:
    """On standard error, with the status that tells a failure from a wrong call."""
    assert main(["history", "--lake", str(sample), *arguments]) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert err.count("\n") == 1


def test_without_credentials_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The lake of a stage is not asked with none: one sentence says how to get some."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    bare = Stage("dev", {"LakeBucket": "lake"}, boto3.Session(region_name="us-east-1"))
    with pytest.raises(Failure, match="there are no AWS credentials here"):
        store_of(bare)


def test_a_damaged_object_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Half a history would look like a whole one."""
    put_bronze(tmp_path, 20, id=550)
    (path,) = tmp_path.rglob("*.jsonl.gz")
    path.write_bytes(path.read_bytes()[:-9])
    assert main(["history", "--lake", str(tmp_path), "movie/550"]) == 1
    assert f"{path.name} cannot be read" in capsys.readouterr().err
