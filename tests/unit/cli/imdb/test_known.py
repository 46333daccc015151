"""What is known of IMDb ids before a download: from a file or a lake, and TMDB's word counts where it is wrong."""

import re
from pathlib import Path

import duckdb
import pytest

from cli.imdb.known import known
from cli.main import main
from local.tmdb import FakeTmdb
from tests.unit.cli.imdb.downloads import imdb_ids, rows, tmdb
from tests.unit.cli.shell import ROOT
from tests.unit.common.lake_folder import LakeFolder


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


def test_known_from_parquet(tmp_path: Path) -> None:
    """Only what is wanted is kept of a large file."""
    path = tmp_path / "known.parquet"
    numbers = "SELECT printf('tt%07d', n) AS imdb_id, 'movie' AS dataset, n AS id FROM range(1, 30000) t(n)"
    with duckdb.connect() as database:
        database.execute(f"COPY ({numbers}) TO '{path}' (FORMAT parquet)")
    assert known(path, [7, 40_000]) == {7: {"imdb_id": "tt0000007", "dataset": "movie", "id": 7}}


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
