"""What the lake knows of IMDb ids: movies and shows that are alone in having one."""

from pathlib import Path

import boto3
import pytest

from cli.imdb.known import known
from cli.imdb.silver import _QUERY, known_of, known_to
from cli.stage import Stage
from lambdas.common import trino
from lambdas.common.lakehouse import check_tables
from tests.unit.common.lake_folder import LakeFolder

AT = "2026-11-20 08:00:00"


@pytest.fixture
def lake(tmp_path: Path) -> LakeFolder:
    """A lake with a movie and a show that have ids, and others that have none, no proper one, or the same one."""
    lake = LakeFolder(tmp_path / "lake")
    movies = {603: "tt0133093", 604: None, 605: "", 606: "tt0000005", 607: "nm0000206", 608: "tt0000005\n", 9: "tt12"}
    shows = {1399: "tt0944947", 6: "tt0000005", 7: None}
    lake.put("movie_current", [{"id": id, "imdb_id": imdb_id, "fetched_at": AT} for id, imdb_id in movies.items()])
    lake.put(
        "tv_current",
        [
            {"id": id, "external_ids": imdb_id and {"imdb_id": imdb_id}, "fetched_at": AT}
            for id, imdb_id in shows.items()
        ],
    )
    return lake


def test_what_is_known(lake: LakeFolder) -> None:
    """An id that two titles claim is not known: TMDB's /find says that it is ambiguous."""
    expected = {133093: "movie/603", 944947: "tv/1399"}
    assert known_of(lake.root) == expected
    stage = Stage("local", {}, None, folder=lake.root.parent)
    assert known_to(stage) == expected
    assert known(lake.root, [944947, 5]) == {944947: {"imdb_id": "tt0944947", "dataset": "tv", "id": 1399}}


def test_a_stage_without_a_lake_knows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one that is here nor a deployed one, which is then not asked."""
    monkeypatch.setattr(boto3, "Session", None)
    assert known_to(Stage("local", {}, None, folder=tmp_path)) == known_to(Stage("prod", {}, None)) == {}


def test_a_lake_that_is_empty_knows_nothing(tmp_path: Path) -> None:
    """Its tables are there all the same."""
    assert known_of(tmp_path) == {}


def test_athena_takes_the_query() -> None:
    """Of tables that it has, and as it was written."""
    query = trino.parse(_QUERY)
    assert check_tables(query) == ["movie_current", "tv_current"]
    assert "REGEXP_LIKE(imdb_id, '^tt([0-9]{7}|[1-9][0-9]{7,8})$')" in trino.to_trino(query)
