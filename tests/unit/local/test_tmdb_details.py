"""Detail calls of the fake TMDB."""

import gzip

import aiohttp
import pytest

from local.catalogue.made_up import MadeUpCatalogue
from local.catalogue.protocol import InvalidId
from local.tmdb import Access, FakeTmdb

MOVIE_PARTS = (
    "alternative_titles,credits,external_ids,images,keywords,recommendations,release_dates,reviews,similar,translations,"
    "videos,watch/providers"
)


def ids(fake: FakeTmdb, dataset: str) -> list[int]:
    """The ids that have a body, ascending."""
    catalogue = fake.catalogue
    found = []
    for row in catalogue.listed(dataset, fake.moment.day):
        try:
            found += [row.id] if catalogue.body(dataset, row.id, fake.moment) else []
        except InvalidId:
            continue
    return sorted(found)


async def get(session: aiohttp.ClientSession, url: str, **params: str) -> tuple[int, dict[str, object]]:
    """Status and body of a call."""
    async with session.get(url, params=params) as response:
        return response.status, await response.json()


async def test_details_without_parts(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """A bare call has none of the parts that can be appended."""
    status, body = await get(session, f"{fake.url}/movie/{ids(fake, 'movie')[0]}")
    assert status == 200
    assert body["id"] == ids(fake, "movie")[0]
    assert not body.keys() & set(MOVIE_PARTS.split(","))


async def test_appended_parts(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """Each part that was asked for is under its own name, slash included, and has no id of its own."""
    _, body = await get(session, f"{fake.url}/movie/{ids(fake, 'movie')[0]}", append_to_response=MOVIE_PARTS)
    for name in MOVIE_PARTS.split(","):
        assert isinstance(part := body[name], dict)
        assert "id" not in part or name == "external_ids"


async def test_unknown_part_is_left_out_in_silence(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """A part that does not exist changes nothing."""
    url = f"{fake.url}/movie/{ids(fake, 'movie')[0]}"
    assert await get(session, url, append_to_response="nope,season/1") == await get(session, url)


async def test_twenty_parts_are_the_most(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """Twenty appended calls are answered, twenty-one are refused with code 27."""
    url = f"{fake.url}/tv/{ids(fake, 'tv')[0]}"
    status, _ = await get(session, url, append_to_response=",".join(f"season/{number}" for number in range(20)))
    assert status == 200
    status, body = await get(session, url, append_to_response=",".join(f"season/{number}" for number in range(21)))
    assert (status, body["status_code"]) == (400, 27)


async def test_seasons_come_appended_and_alone(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """`season/N` is the body of the season's own path; a season that is not there is left out."""
    id = ids(fake, "tv")[0]
    _, title = await get(session, f"{fake.url}/tv/{id}", append_to_response="season/3,season/99,season/3/nope")
    _, season = await get(session, f"{fake.url}/tv/{id}/season/3")
    assert title["season/3"] == season
    assert season["season_number"] == 3
    assert not title.keys() & {"season/99", "season/3/nope"}
    status, body = await get(session, f"{fake.url}/tv/{id}/season/99")
    assert (status, body["status_code"]) == (404, 34)


async def test_season_of_no_title(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """A season of a title that does not exist is a 404 with code 6."""
    status, body = await get(session, f"{fake.url}/tv/2/season/1")
    assert (status, body["status_code"]) == (404, 6)


async def test_gone_id(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """An exported id may be gone: 404, code 34, in TMDB's own bytes."""
    async with session.get(f"{fake.url}/movie/0") as response:
        assert response.status == 404
        assert await response.read() == (
            b'{"success":false,"status_code":34,"status_message":"The resource you requested could not be found."}'
        )


async def test_invalid_id(fake: FakeTmdb, session: aiohttp.ClientSession, catalogue: MadeUpCatalogue) -> None:
    """An id that TMDB calls invalid is a 500 with code 44, however often it is asked for."""
    listed = {row.id for row in catalogue.listed("movie", fake.moment.day)}
    (invalid, *_) = [id for id in listed if _is_invalid(fake, id)]
    for _ in range(3):
        status, body = await get(session, f"{fake.url}/movie/{invalid}")
        assert (status, body["status_code"]) == (500, 44)


def _is_invalid(fake: FakeTmdb, id: int) -> bool:
    try:
        fake.catalogue.body("movie", id, fake.moment)
    except InvalidId:
        return True
    return False


@pytest.mark.parametrize("dataset", ["person", "collection", "company", "keyword", "network"])
async def test_other_datasets(dataset: str, fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """Every exported dataset has details."""
    id = ids(fake, dataset)[-1]
    status, body = await get(session, f"{fake.url}/{dataset}/{id}")
    assert (status, body["id"]) == (200, id)


async def test_gzip_only_when_accepted(fake: FakeTmdb) -> None:
    """A body is compressed for a client that accepts gzip, plain for another, and the same either way."""
    url = f"{fake.url}/movie/{ids(fake, 'movie')[0]}?api_key=fake-token"
    async with aiohttp.ClientSession(auto_decompress=False, skip_auto_headers=["Accept-Encoding"]) as session:
        async with session.get(url, headers={"Accept-Encoding": "gzip"}) as response:
            packed = await response.read()
            assert response.headers["Content-Encoding"] == "gzip"
            assert response.headers["Transfer-Encoding"] == "chunked"
        async with session.get(url) as response:
            plain = await response.read()
            assert "Content-Encoding" not in response.headers
    assert gzip.decompress(packed) == plain


async def test_etag(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """A 200 carries a weak ETag and may be cached; asked again with it, the answer is 304 without a body."""
    url = f"{fake.url}/movie/{ids(fake, 'movie')[0]}"
    async with session.get(url) as response:
        etag = response.headers["ETag"]
        assert etag.startswith('W/"')
        assert "max-age=" in response.headers["Cache-Control"]
    async with session.get(url, headers={"If-None-Match": etag}) as response:
        assert (response.status, await response.read()) == (304, b"")


async def test_both_forms_of_the_token(fake: FakeTmdb) -> None:
    """The Bearer header and `api_key` open the API; without either every path is the same 401, in TMDB's own bytes."""
    async with aiohttp.ClientSession() as session:
        url = f"{fake.url}/configuration"
        assert (await get(session, url, api_key="fake-token"))[0] == 200
        async with session.get(url, headers={"Authorization": "Bearer fake-token"}) as response:
            assert response.status == 200
        for path in ("configuration", "movie/0", "no/such/path"):
            async with session.get(f"{fake.url}/{path}", params={"api_key": "wrong"}) as response:
                assert response.status == 401
                assert await response.read() == (
                    b'{"status_code":7,"status_message":"Invalid API key: You must be granted a valid key.",'
                    b'"success":false}'
                )


@pytest.mark.parametrize(("access", "code"), [(Access.REVOKED, 7), (Access.SUSPENDED, 10)])
async def test_token_withdrawn(access: Access, code: int, fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """A token can be revoked or suspended while the fake runs."""
    fake.behaviour.access = access
    status, body = await get(session, f"{fake.url}/configuration")
    assert (status, body["status_code"]) == (401, code)


async def test_find(fake: FakeTmdb, session: aiohttp.ClientSession, catalogue: MadeUpCatalogue) -> None:
    """`/find` lists the title that carries an IMDb id, and answers 200 with five empty lists to an unknown one."""
    url = f"{fake.url}/find"
    id = next(id for id in ids(fake, "movie") if (catalogue.body("movie", id, fake.moment) or {}).get("imdb_id"))
    body = catalogue.body("movie", id, fake.moment) or {}
    _, found = await get(session, f"{url}/{body['imdb_id']}", external_source="imdb_id")
    assert [row["id"] for row in found["movie_results"]] == [id]  # type: ignore[attr-defined]  # a list of rows
    status, nothing = await get(session, f"{url}/tt99999999", external_source="imdb_id")
    assert status == 200
    assert nothing.keys() == {f"{kind}_results" for kind in ("movie", "person", "tv", "tv_episode", "tv_season")}
    assert not any(nothing.values())


async def test_find_an_episode(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """An episode is found with its place, and answers there."""
    id = ids(fake, "tv")[0]
    _, season = await get(session, f"{fake.url}/tv/{id}/season/3")
    number = season["episodes"][0]["episode_number"]  # type: ignore[index]  # a list of rows
    imdb_id = f"tt{1_000_000_000 + id * 10_000 + 300 + number}"
    _, found = await get(session, f"{fake.url}/find/{imdb_id}", external_source="imdb_id")
    row = found["tv_episode_results"][0]  # type: ignore[index]  # a list of rows
    assert (row["show_id"], row["season_number"], row["episode_number"]) == (id, 3, number)
    _, episode = await get(session, f"{fake.url}/tv/{id}/season/3/episode/{number}")
    assert episode["id"] == row["id"]
    assert (await get(session, f"{fake.url}/tv/{id}/season/3/episode/999"))[0] == 404


@pytest.mark.parametrize("dataset", ["movie", "tv"])
async def test_reviews_by_pages(fake: FakeTmdb, session: aiohttp.ClientSession, dataset: str) -> None:
    """Twenty reviews a page, the first of them those that come appended; a page past the end is empty."""
    moment, catalogue = fake.moment, fake.catalogue
    number = {id: len(catalogue.reviews(dataset, id, moment) or ()) for id in ids(fake, dataset)}
    id = max(number, key=number.__getitem__)
    url = f"{fake.url}/{dataset}/{id}/reviews"
    pages = [(await get(session, url, page=str(page)))[1] for page in (1, 2, 3, 4)]
    rows = [row["id"] for page in pages for row in page["results"]]  # type: ignore[attr-defined]  # a list of rows
    assert len(rows) == len(set(rows)) == pages[0]["total_results"] == number[id] > 0
    assert {page["total_pages"] for page in pages} == {-(-number[id] // 20)} and not pages[3]["results"]
    appended = (await get(session, f"{fake.url}/{dataset}/{id}", append_to_response="reviews"))[1].get("reviews")
    assert appended is None or appended["results"] == pages[0]["results"]  # type: ignore[index]  # a page
    assert (await get(session, url, page="0"))[1]["status_code"] == 22
    assert (await get(session, f"{fake.url}/{dataset}/999999999/reviews"))[0] == 404


async def test_only_reading(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """Another method than GET is refused with code 42."""
    async with session.post(f"{fake.url}/movie/1") as response:
        assert (response.status, (await response.json())["status_code"]) == (405, 42)
