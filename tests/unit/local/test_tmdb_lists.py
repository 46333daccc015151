"""Lists of the fake TMDB."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from lambdas.common import codec
from lambdas.common.datasets import DATASETS
from local.catalogue.made_up import MadeUpCatalogue
from local.catalogue.samples import SamplesCatalogue
from local.tmdb import FakeTmdb
from local.tmdb.lists import LISTS, Lists
from tests.unit.common.bodies import differences

PATHS = {dataset.path: name for name, dataset in DATASETS.items() if dataset.paged}


async def get(fake: FakeTmdb, session: aiohttp.ClientSession, path: str, page: object = 1) -> dict[str, Any]:
    """One page of a list."""
    async with session.get(f"{fake.url}/{path}", params={"page": str(page)}) as response:
        assert response.status == 200
        body: dict[str, Any] = await response.json()
        return body


def test_every_list_is_there() -> None:
    """The fake has the lists that are datasets, and no other."""
    assert LISTS.keys() == PATHS.keys()


@pytest.mark.parametrize("path", LISTS)
async def test_pages_hold_all_titles_once(fake: FakeTmdb, session: aiohttp.ClientSession, path: str) -> None:
    """A list has 20 titles a page, tells its length, holds each title once, and one past its end is empty."""
    first = await get(fake, session, path)
    pages = [await get(fake, session, path, number) for number in range(1, first["total_pages"] + 1)]
    ids = [row["id"] for page in pages for row in page["results"]]
    assert len(ids) == len(set(ids)) == first["total_results"] > 0
    assert [page["page"] for page in pages] == list(range(1, len(pages) + 1))
    assert {len(page["results"]) for page in pages[:-1]} <= {20}
    past = await get(fake, session, path, len(pages) + 1)
    assert past["results"] == [] and past["total_pages"] == len(pages)


@pytest.mark.parametrize("path", LISTS)
async def test_the_schema_knows_every_field(fake: FakeTmdb, session: aiohttp.ClientSession, path: str) -> None:
    """A made-up page comes back from an edge object value by value."""
    body = await get(fake, session, path)
    encoded = codec.convert(PATHS[path], body, fetched_at=1)
    assert encoded.unknown == ()
    assert list(differences(body, codec.decode(PATHS[path], encoded.blob))) == []


@pytest.mark.parametrize("page", ["0", "501", "-1", "x", "1.5", ""])
async def test_pages_that_do_not_exist(fake: FakeTmdb, session: aiohttp.ClientSession, page: str) -> None:
    """A page outside 1..500 is refused with code 22."""
    async with session.get(f"{fake.url}/tv/popular", params={"page": page}) as response:
        assert (response.status, (await response.json())["status_code"]) == (400, 22)


async def test_rows_are_as_lists_show_titles(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """Trending rows say what they are, lists of days say which, and a row is the title it names."""
    trending = await get(fake, session, "trending/movie/day")
    assert {row["media_type"] for row in trending["results"]} == {"movie"}
    upcoming = await get(fake, session, "movie/upcoming")
    assert upcoming["dates"].keys() == {"maximum", "minimum"}
    body = next(found for row in trending["results"] if (found := fake.catalogue.body("movie", row["id"], fake.moment)))
    (row,) = (row for row in trending["results"] if row["id"] == body["id"])
    assert row["genre_ids"] == [genre["id"] for genre in body["genres"]]
    assert row["original_title"] == body["original_title"] and "credits" not in row


def test_rows_move_between_pages(fake: FakeTmdb, catalogue: MadeUpCatalogue) -> None:
    """The order differs from round to round, and members of a list come and go with the days."""
    lists, now = Lists(catalogue), fake.moment

    def ids(path: str, days: int = 0, turns: int = 0) -> list[int]:
        at = replace(now, day=now.day + timedelta(days=days), round=turns)
        return [row["id"] for row in lists.page(path, 1, at)["results"]]

    assert ids("movie/popular") == ids("movie/popular") != ids("movie/popular", turns=1)
    assert set(ids("tv/airing_today")) != set(ids("tv/airing_today", days=1))


def test_samples_have_lists(tmp_path: Path, fake: FakeTmdb) -> None:
    """The lists of real bodies are made of these, and a list of what is not there is empty."""
    (tmp_path / "movie_details").mkdir()
    body = {"id": 7, "title": "Seven", "original_title": "Sept", "genres": [{"id": 18, "name": "Drama"}], "runtime": 9}
    (tmp_path / "movie_details" / "seven.json").write_bytes(orjson.dumps(body))
    lists = Lists(SamplesCatalogue(tmp_path))
    row = {"id": 7, "title": "Seven", "original_title": "Sept", "video": False, "popularity": 0.0, "genre_ids": [18]}
    page = {"page": 1, "results": [row], "total_pages": 1, "total_results": 1}
    assert lists.page("movie/popular", 1, fake.moment) == page
    empty = {"page": 1, "results": [], "total_pages": 0, "total_results": 0}
    assert lists.page("tv/popular", 1, fake.moment) == empty
