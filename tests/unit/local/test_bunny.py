"""The fake Bunny: storage API and pull zone."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from local.bunny import FakeBunny, Fault, running

BODY = b"\x04\x22\x4d\x18 an object"
CHECKSUM = hashlib.sha256(BODY).hexdigest().upper()


@pytest.fixture
async def bunny(tmp_path: Path) -> AsyncIterator[FakeBunny]:
    """A running fake over an empty folder."""
    async with running(FakeBunny(tmp_path / "edge")) as bunny:
        yield bunny


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A client with the key."""
    async with aiohttp.ClientSession(headers={"AccessKey": "fake-key"}) as session:
        yield session


async def put(bunny: FakeBunny, session: aiohttp.ClientSession, path: str, body: bytes = BODY, **headers: str) -> int:
    """Upload, and return the status."""
    async with session.put(f"{bunny.url}/zone/{path}", data=body, headers=headers) as response:
        await response.read()
        return response.status


async def get(bunny: FakeBunny, session: aiohttp.ClientSession, path: str) -> tuple[int, bytes]:
    """Status and bytes of a path."""
    async with session.get(f"{bunny.url}/zone/{path}") as response:
        return response.status, await response.read()


async def test_upload(bunny: FakeBunny, session: aiohttp.ClientSession, tmp_path: Path) -> None:
    """An upload answers 201 in Bunny's own words and lies in the folder under its path, without the zone."""
    url = f"{bunny.url}/zone/tv/1399/season/1.pb.lz4"
    async with session.put(url, data=BODY, headers={"Checksum": CHECKSUM}) as response:
        assert (response.status, await response.read()) == (201, b'{"HttpCode":201,"Message":"File uploaded."}')
    assert (tmp_path / "edge/tv/1399/season/1.pb.lz4").read_bytes() == BODY
    assert await get(bunny, session, "tv/1399/season/1.pb.lz4") == (200, BODY)


async def test_overwrite(bunny: FakeBunny, session: aiohttp.ClientSession) -> None:
    """The last writer wins."""
    for body in (b"one", b"two"):
        assert await put(bunny, session, "movie/550.pb.lz4", body) == 201
    assert await get(bunny, session, "movie/550.pb.lz4") == (200, b"two")


async def test_checksum_mismatch(bunny: FakeBunny, session: aiohttp.ClientSession, tmp_path: Path) -> None:
    """A body that differs from its checksum is a 400, and what was there before stays."""
    await put(bunny, session, "movie/550.pb.lz4", b"before")
    assert await put(bunny, session, "movie/550.pb.lz4", BODY + b"!", Checksum=CHECKSUM) == 400
    assert await put(bunny, session, "movie/550.pb.lz4", BODY, Checksum=CHECKSUM.lower()) == 400
    assert [file.read_bytes() for file in (tmp_path / "edge/movie").iterdir()] == [b"before"]


@pytest.mark.parametrize(("zone", "key"), [("zone", "wrong"), ("zone", ""), ("other", "fake-key")])
async def test_wrong_key_or_zone(zone: str, key: str, bunny: FakeBunny) -> None:
    """A wrong key and a wrong zone are the same 401 for every verb."""
    async with aiohttp.ClientSession(headers={"AccessKey": key}) as session:
        for verb in ("PUT", "GET", "DELETE", "DESCRIBE"):
            async with session.request(verb, f"{bunny.url}/{zone}/movie/550.pb.lz4") as response:
                assert (response.status, await response.read()) == (401, b'{"HttpCode":401,"Message":"Unauthorized"}')


async def test_missing(bunny: FakeBunny, session: aiohttp.ClientSession) -> None:
    """What is not there is a 404 for reading, describing and deleting."""
    for verb in ("GET", "DESCRIBE", "DELETE"):
        async with session.request(verb, f"{bunny.url}/zone/movie/550.pb.lz4") as response:
            assert (response.status, await response.read()) == (404, b'{"HttpCode":404,"Message":"Object Not Found"}')


async def test_describe(bunny: FakeBunny, session: aiohttp.ClientSession) -> None:
    """DESCRIBE tells length and checksum of one file without its bytes."""
    await put(bunny, session, "movie/550.pb.lz4")
    async with session.request("DESCRIBE", f"{bunny.url}/zone/movie/550.pb.lz4") as response:
        described = await response.json()
    assert described == described | {
        "ObjectName": "550.pb.lz4",
        "Path": "/zone/movie/",
        "StorageZoneName": "zone",
        "Length": len(BODY),
        "Checksum": CHECKSUM,
        "IsDirectory": False,
    }


async def test_list(bunny: FakeBunny, session: aiohttp.ClientSession) -> None:
    """A path with a trailing slash lists that folder alone; a folder that does not exist is empty."""
    for path in ("tv/1399.pb.lz4", "tv/1399/season/1.pb.lz4", "movie/550.pb.lz4"):
        await put(bunny, session, path)
    async with session.get(f"{bunny.url}/zone/tv/") as response:
        rows = await response.json()
    assert [(row["ObjectName"], row["IsDirectory"]) for row in rows] == [("1399", True), ("1399.pb.lz4", False)]
    assert {"Guid", "Length", "LastChanged", "Checksum", "ReplicatedZones"} <= rows[0].keys()
    assert await get(bunny, session, "person/") == (200, b"[]")


async def test_delete(bunny: FakeBunny, session: aiohttp.ClientSession, tmp_path: Path) -> None:
    """DELETE removes a file, or a folder with everything in it; never the whole zone."""
    for path in ("tv/1399.pb.lz4", "tv/1399/season/1.pb.lz4", "tv/1399/season/2.pb.lz4"):
        await put(bunny, session, path)
    statuses = []
    for path in ("tv/1399/", "tv/1399.pb.lz4", ""):
        async with session.delete(f"{bunny.url}/zone/{path}") as response:
            statuses.append(response.status)
    assert statuses == [200, 200, 400]
    assert not any(files for _, _, files in os.walk(tmp_path))


@pytest.mark.parametrize(
    "path",
    [
        "../outside",
        "movie/../../outside",
        "movie/%2e%2e/%2e%2e/outside",
        "movie//outside",
        "a%5Cb",
        "a%00b",
        "movie/",
        "",
    ],
)
async def test_hostile_paths(path: str, bunny: FakeBunny, session: aiohttp.ClientSession, tmp_path: Path) -> None:
    """A path that would leave the zone, or names no file, stores nothing."""
    url = URL(f"{bunny.url}/zone/{path}", encoded=True)
    async with session.put(url, data=BODY) as response:
        assert response.status in {400, 401}
    assert not any(files for _, _, files in os.walk(tmp_path))


async def test_upload_limit(bunny: FakeBunny, session: aiohttp.ClientSession) -> None:
    """More uploads at once than are allowed are a 429, until one is done; the state tells how many there were."""
    bunny.behaviour.uploads = 2
    go_on = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield BODY
        await go_on.wait()

    async def upload(id: int) -> int:
        async with session.put(f"{bunny.url}/zone/movie/{id}.pb.lz4", data=slowly()) as response:
            return response.status

    pending = [asyncio.create_task(upload(id)) for id in (1, 2)]
    async with asyncio.timeout(10):
        while bunny.storage.peak_uploads < 2:  # noqa: ASYNC110 - the fake has no event for a test to wait on
            await asyncio.sleep(0)
    assert await put(bunny, session, "movie/3.pb.lz4") == 429
    go_on.set()
    assert await asyncio.gather(*pending) == [201, 201]
    assert await put(bunny, session, "movie/3.pb.lz4") == 201
    async with session.get(f"{bunny.url}/_fake/state") as response:
        state = await response.json()
    assert (state["peak_uploads"], state["statuses"]) == (2, {"PUT 201": 3, "PUT 429": 1})


@pytest.mark.parametrize(
    ("fault", "status", "stored"),
    [(Fault.TOO_MANY, 429, False), (Fault.INTERNAL, 500, False), (Fault.FOLDER, 400, False), (Fault.STUCK, 201, True)],
)
async def test_faults_that_answer(
    fault: Fault, status: int, stored: bool, bunny: FakeBunny, session: aiohttp.ClientSession
) -> None:
    """A fault happens to the named file once; a late answer is to an upload that was carried out."""
    bunny.behaviour.stuck = 0.0
    bunny.faults.once["movie/550.pb.lz4"] = [fault]
    assert await put(bunny, session, "movie/550.pb.lz4") == status
    assert (bunny.files.read("movie/550.pb.lz4") is not None) is stored
    assert await put(bunny, session, "movie/550.pb.lz4") == 201


@pytest.mark.parametrize(("fault", "stored"), [(Fault.RESET, False), (Fault.LOST, True)])
async def test_faults_that_break_the_connection(
    fault: Fault, stored: bool, bunny: FakeBunny, session: aiohttp.ClientSession
) -> None:
    """A reset comes before the upload or, worse, after it was carried out."""
    bunny.faults.once["movie/550.pb.lz4"] = [fault] * 2  # aiohttp's client itself asks once more after a reset
    with pytest.raises(aiohttp.ClientError):
        await put(bunny, session, "movie/550.pb.lz4")
    assert (bunny.files.read("movie/550.pb.lz4") is not None) is stored


async def test_faults_over_http(bunny: FakeBunny, session: aiohttp.ClientSession) -> None:
    """Faults can be set while the fake runs; an unknown kind is a 400 that names it."""
    url = f"{bunny.url}/_fake/faults"
    async with session.post(url, json={"probabilities": {"fire": 1}}) as response:
        assert response.status == 400
        assert "fire" in (await response.json())["error"]
    await session.post(url, json={"probabilities": {"500": 1.0}})
    assert [await put(bunny, session, "movie/550.pb.lz4") for _ in range(3)] == [500, 500, 201]


async def test_pull_zone(bunny: FakeBunny, session: aiohttp.ClientSession) -> None:
    """Anyone reads an object, from any web page, as protobuf to be kept for a short time; nobody lists or writes."""
    await put(bunny, session, "movie/550.pb.lz4")
    async with aiohttp.ClientSession() as anyone:
        async with anyone.get(f"{bunny.pull_zone_url}/movie/550.pb.lz4") as response:
            assert (response.status, await response.read()) == (200, BODY)
            assert response.headers["Content-Type"] == "application/x-protobuf"
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            assert response.headers["Cache-Control"] == "public, max-age=60"
            assert "Content-Encoding" not in response.headers
        statuses = []
        for verb, path in (("GET", "movie/551.pb.lz4"), ("GET", "movie/"), ("PUT", "movie/1"), ("OPTIONS", "movie/1")):
            async with anyone.request(verb, f"{bunny.pull_zone_url}/{path}") as response:
                statuses.append(response.status)
        assert statuses == [404, 404, 405, 204]
        async with anyone.get(URL(f"{bunny.pull_zone_url}/%2e%2e/secret", encoded=True)) as response:
            assert response.status == 400
