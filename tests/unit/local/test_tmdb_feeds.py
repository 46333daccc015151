"""Daily exports and changes feeds of the fake TMDB."""

import gzip
import json
import re
from datetime import UTC, date, datetime, timedelta

import aiohttp
import pytest

from local.catalogue.made_up import MadeUpCatalogue, Sizes
from local.tmdb import Behaviour, FakeTmdb, Fault, Totals, running
from local.tmdb.exports import FILES
from tests.unit.local.conftest import NOW


def name(file: str, day: datetime = NOW) -> str:
    """The name of a day's file."""
    return f"{file}_{day:%m_%d_%Y}.json.gz"


async def export(fake: FakeTmdb, session: aiohttp.ClientSession, file: str, day: datetime = NOW) -> list[bytes]:
    """The lines of a file."""
    async with session.get(f"{fake.exports_url}/{name(file, day)}") as response:
        assert response.status == 200
        return gzip.decompress(await response.read()).splitlines(keepends=True)


async def feed(fake: FakeTmdb, session: aiohttp.ClientSession, dataset: str, **params: str) -> dict[str, object]:
    """One page of a changes feed."""
    async with session.get(f"{fake.url}/{dataset}/changes", params=params) as response:
        assert response.status == 200
        body = await response.json()
        assert isinstance(body, dict)
        return body


def listed(body: dict[str, object]) -> list[int | None]:
    """The ids of a page."""
    rows = body["results"]
    assert isinstance(rows, list)
    return [row["id"] for row in rows]


@pytest.mark.parametrize("file", FILES)
async def test_all_ten_files(file: str, fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """Each file is gzip, one compact JSON object a line, every line ended by LF, ids unique and not sorted."""
    lines = await export(fake, session, file)
    rows = [json.loads(line) for line in lines]
    ids = [row["id"] for row in rows]
    assert all(line.endswith(b"}\n") for line in lines)
    assert all(type(id) is int and 0 < id < 2**31 for id in ids)
    assert (
        len(set(ids))
        == len(ids)
        == {"movie": 300, "tv": 60, "person": 300}.get(FILES[file][0], 40) // (20 if FILES[file][1] else 1)
    )
    assert ids != sorted(ids) or len(ids) < 10


@pytest.mark.parametrize(
    ("file", "keys"),
    [
        ("movie_ids", ["adult", "id", "original_title", "popularity", "video"]),
        ("adult_movie_ids", ["adult", "id", "original_title", "popularity", "video"]),
        ("tv_series_ids", ["id", "original_name", "popularity"]),
        ("person_ids", ["adult", "id", "name", "popularity"]),
        ("keyword_ids", ["id", "name"]),
    ],
)
async def test_lines_have_the_real_keys(
    file: str, keys: list[str], fake: FakeTmdb, session: aiohttp.ClientSession
) -> None:
    """A line has TMDB's keys in TMDB's order, and says of an adult title that it is one."""
    for line in await export(fake, session, file):
        row = json.loads(line)
        assert list(row) == keys
        assert row.get("adult", file.startswith("adult")) is file.startswith("adult")


async def test_lines_are_written_as_tmdb_does(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """Non-ASCII is raw, `&` is escaped, popularity has a point and no exponent, `0.0` included."""
    text = b"".join(await export(fake, session, "movie_ids")).decode()
    assert not text.isascii()
    assert "&" not in text
    assert "\\u0026" in text
    assert '"popularity":0.0,' in text
    assert all(re.search(r'"popularity":\d+\.\d+,', line) for line in text.splitlines())


@pytest.mark.parametrize(
    "file",
    [
        name("movie_ids", NOW + timedelta(days=1)),
        name("movie_ids", NOW - timedelta(days=91)),
        name("film_ids"),
        "movie_ids_13_45_2026.json.gz",
        "movie_ids.json.gz",
        "../../etc/passwd",
    ],
)
async def test_absent_file(file: str, fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """A file of tomorrow, of more than three months ago or of no name is a 403 in XML."""
    async with session.get(f"{fake.exports_url}/{file}") as response:
        if response.status != 404:  # a path outside of the files is nothing at all
            assert response.status == 403
            assert "<Code>AccessDenied</Code>" in await response.text()


@pytest.mark.parametrize(("hour", "status"), [(7, 403), (8, 200)])
async def test_published_in_the_morning(
    hour: int, status: int, catalogue: MadeUpCatalogue, session: aiohttp.ClientSession
) -> None:
    """The file of a day appears between 7 and 8 o'clock UTC; what exists is what the newest file lists."""
    morning = datetime(2026, 8, 31, hour, tzinfo=UTC)
    async with (
        running(FakeTmdb(catalogue, now=lambda: morning)) as fake,
        session.get(f"{fake.exports_url}/{name('tv_network_ids')}") as response,
    ):
        assert response.status == status
        assert fake.moment.day == date(2026, 8, 30 if status == 403 else 31)


async def test_days_differ(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """From one day to the next a few ids leave and a few are new; a file asked for twice is the same."""
    yesterday = {json.loads(line)["id"] for line in await export(fake, session, "movie_ids", NOW - timedelta(days=1))}
    lines = await export(fake, session, "movie_ids")
    today = {json.loads(line)["id"] for line in lines}
    assert 1 <= len(today - yesterday) <= 5
    assert 1 <= len(yesterday - today) <= 5
    assert await export(fake, session, "movie_ids") == lines
    assert await export(fake, session, "movie_ids", NOW - timedelta(days=89))
    assert fake.recorder.exports[name("movie_ids")] == 2


async def test_leavers_are_gone_in_the_next_round(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """What today's file no longer lists can still be had until the world turns, and is 404 from then on."""
    yesterday, today = [
        {json.loads(line)["id"] for line in await export(fake, session, "movie_ids", day)}
        for day in (NOW - timedelta(days=1), NOW)
    ]
    (id,) = yesterday - today
    async with session.get(f"{fake.url}/movie/{id}") as response:
        assert response.status == 200
    assert fake.advance()
    async with session.get(f"{fake.url}/movie/{id}") as response:
        assert response.status == 404


async def test_headers_and_ranges(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """A file has its length, ETag and date; it comes whole, in part, not at all if unchanged, or as headers only."""
    url = f"{fake.exports_url}/{name('movie_ids')}"
    async with session.get(url) as response:
        whole = await response.read()
        assert response.content_length == len(whole)
        assert response.headers["Last-Modified"] == "Mon, 31 Aug 2026 07:18:32 GMT"
        assert "Content-Encoding" not in response.headers
        etag = response.headers["ETag"]
    async with session.get(url, headers={"Range": "bytes=10-19"}) as response:
        assert (response.status, await response.read()) == (206, whole[10:20])
        assert response.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    async with session.get(url, headers={"If-None-Match": etag}) as response:
        assert response.status == 304
    async with session.head(url) as response:
        assert (response.status, response.content_length) == (200, len(whole))


@pytest.mark.parametrize(
    ("fault", "error"),
    [(Fault.TRUNCATED, aiohttp.ClientPayloadError), (Fault.CUT, EOFError), (Fault.HTML, gzip.BadGzipFile)],
)
async def test_faulty_files(
    fault: Fault, error: type[Exception], fake: FakeTmdb, session: aiohttp.ClientSession
) -> None:
    """A download can break off, be half a file, or be a page; a name without date is enough to say so."""
    fake.faults.once["movie_ids"] = [fault]
    with pytest.raises(error):
        await export(fake, session, "movie_ids")
    assert await export(fake, session, "movie_ids")


@pytest.mark.parametrize("dataset", ["movie", "tv", "person"])
async def test_changes_of_a_day(dataset: str, fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """A feed lists ids in no order, one of them null; adult is true, false or null."""
    body = await feed(fake, session, dataset, start_date="2026-08-24", end_date="2026-08-31")
    ids = listed(body)
    known = [id for id in ids if id is not None]
    assert ids.count(None) == 1
    assert known != sorted(known)
    assert len(set(known)) == len(known)
    assert body == body | {"page": 1, "total_pages": 1, "total_results": len(ids)}


async def test_adult_may_be_unknown(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """Rows say true, false or nothing about being adult."""
    body = await feed(fake, session, "movie", start_date="2026-08-17", end_date="2026-08-31")
    rows = body["results"]
    assert isinstance(rows, list)
    assert {row["adult"] for row in rows} == {True, False, None}


async def test_no_feed_for_the_rest(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """Collections, companies, keywords and networks have no changes feed."""
    async with session.get(f"{fake.url}/collection/changes") as response:
        assert response.status == 404


async def test_turned_titles_are_in_todays_changes(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """After the world turned, today's changes list what differs, and the bodies do; yesterday's list is as it was."""
    day = {"start_date": "2026-08-30", "end_date": "2026-08-30"}
    before = await feed(fake, session, "movie", **day)
    turned = {change.id for change in fake.catalogue.turned("movie", 1)}
    at = fake.moment
    async with session.post(f"{fake.root}/_fake/advance") as response:
        assert await response.json() == {"advanced": True, "round": 1, "rounds": 10}
    assert turned <= set(listed(await feed(fake, session, "movie", start_date="2026-08-31", end_date="2026-08-31")))
    assert await feed(fake, session, "movie", **day) == before
    (changed, *_) = turned
    assert fake.catalogue.body("movie", changed, at) != fake.catalogue.body("movie", changed, fake.moment)


async def test_pages(session: aiohttp.ClientSession) -> None:
    """A long feed comes in pages of 100 that hold each id once; a page after the last is empty."""
    catalogue = MadeUpCatalogue(Sizes(movie=25_000))
    behaviour = Behaviour(limit=1000)
    async with running(FakeTmdb(catalogue, behaviour=behaviour, now=lambda: NOW)) as fake:
        window = {"start_date": "2026-08-31", "end_date": "2026-08-31"}
        pages = [await feed(fake, session, "movie", page=str(page), **window) for page in (1, 2, 3, 4)]
        sizes = [len(listed(page)) for page in pages]
        assert (sizes[0], sizes[1], sizes[3]) == (100, 100, 0)
        assert all(page["total_pages"] == 3 and page["total_results"] == sum(sizes) for page in pages)
        ids = [id for page in pages for id in listed(page)]
        assert len(set(ids)) == len(ids)

        fake.behaviour.totals = Totals.SINGLE
        single = await feed(fake, session, "movie", **window)
        assert listed(single) == ids
        assert (single["page"], single["total_pages"], single["total_results"]) == (1, 1, 1)

        fake.behaviour.totals = Totals.UNDERSTATED
        first, second = [await feed(fake, session, "movie", page=page, **window) for page in ("1", "2")]
        assert listed(first) + listed(second) == ids[:200]
        assert (first["total_pages"], first["total_results"]) == (1, 1)


async def test_nothing_changed(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """An empty feed says so in TMDB's own shape, whatever the totals do otherwise."""
    fake.behaviour.totals = Totals.SINGLE
    body = await feed(fake, session, "movie", start_date="2026-08-31", end_date="2026-08-30")
    assert body == {"results": [], "page": 1, "total_pages": 0, "total_results": 0}


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"start_date": "2026-08-01", "end_date": "2026-08-16"}, 422, 20),
        ({"start_date": "01.08.2026"}, 400, 23),
        ({"end_date": "2026-02-30"}, 400, 23),
        ({"page": "0"}, 400, 22),
        ({"page": "501"}, 400, 22),
        ({"page": "one"}, 400, 22),
    ],
)
async def test_refused_windows_and_pages(
    params: dict[str, str], status: int, code: int, fake: FakeTmdb, session: aiohttp.ClientSession
) -> None:
    """A window of more than 14 days, a malformed date and a page outside 1 to 500 are refused as TMDB does."""
    async with session.get(f"{fake.url}/movie/changes", params=params) as response:
        assert (response.status, (await response.json())["status_code"]) == (status, code)


async def test_fourteen_days_and_default_window(fake: FakeTmdb, session: aiohttp.ClientSession) -> None:
    """Fourteen days are allowed; without dates the feed covers yesterday and today."""
    long = await feed(fake, session, "tv", start_date="2026-08-17", end_date="2026-08-31")
    short = await feed(fake, session, "tv")
    assert set(listed(short)) < set(listed(long))
    assert short == await feed(fake, session, "tv", start_date="2026-08-30", end_date="2026-08-31")
