"""TMDB's daily files: which day's is read, what of it is kept, and when a file does not count."""

import datetime as dt
import gzip
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lambdas.common.datasets import DATASETS
from lambdas.common.errors import GiveUp, Retry
from lambdas.harvester.event import Event
from lambdas.harvester.exports import Exports
from tests.unit.collector.world import FakeClock
from tests.unit.harvester.world import DAY, TODAY, FakeFiles, movie, noon, packed

REPOSITORY = Path(__file__).parents[3]


def exports(files: FakeFiles, dataset: str = "movie", *, now: float = noon(TODAY), **event: Any) -> Exports:
    """The files of a dataset at some time, through the filters of an event."""
    clock = FakeClock()
    clock.now = now
    parsed = Event.parse({"dataset": dataset, "mode": "export", **event})
    return Exports("https://files/p/exports", DATASETS[dataset], parsed, files, clock)


@pytest.mark.parametrize(
    ("hour", "minute", "day"), [(0, 0, TODAY - DAY), (7, 59, TODAY - DAY), (8, 0, TODAY), (23, 59, TODAY)]
)
async def test_newest_file(hour: int, minute: int, day: dt.date) -> None:
    """The newest file is today's from 08:00 UTC on, before that yesterday's."""
    files = FakeFiles()
    for ago in range(3):
        files.movies(TODAY - ago * DAY, 550)
    now = dt.datetime.combine(TODAY, dt.time(hour, minute), dt.UTC).timestamp()
    assert (await exports(files, now=now).newest()).date == day
    assert files.asked == [f"movie_ids_{day:%m_%d_%Y}.json.gz"]


@pytest.mark.parametrize("absent", [403, 404])
@pytest.mark.parametrize("days", [1, 3])
async def test_fall_back(days: int, absent: int) -> None:
    """When the newest file is absent, which may be a 403 or a 404, one of up to three days before it is used."""
    files = FakeFiles()
    files.movies(TODAY - days * DAY, 550)
    files.faults = [absent] * days
    assert (await exports(files).newest()).date == TODAY - days * DAY
    assert len(files.asked) == days + 1


async def test_no_file_for_days() -> None:
    """When the files of four days are absent, that is an error that names them."""
    files = FakeFiles()
    files.movies(TODAY - 4 * DAY, 550)
    with pytest.raises(Retry, match="no movie_ids file of 2026-09-21 nor of the 3 days before"):
        await exports(files).newest()


async def test_ids_are_ascending_and_unique() -> None:
    """TMDB's files are in no order; what is read from them is, without duplicates."""
    files = FakeFiles()
    files.movies(TODAY, 3924, 6124, 2, 3, 2, 2_147_483_647)
    listing = await exports(files).newest()
    assert list(listing.ids) == [2, 3, 3924, 6124, 2_147_483_647]
    assert (len(listing.left_out), listing.rejected) == (0, 0)


async def test_every_dataset() -> None:
    """The files of all seven datasets are read, with the lines they really have."""
    lines = {
        "movie": b'{"adult":false,"id":3924,"original_title":"Blondie","popularity":1.8133,"video":false}',
        "tv": '{"id":1,"original_name":"プライド","popularity":3.8242}'.encode(),
        "person": '{"adult":false,"id":16767,"name":"Aki Kaurismäki","popularity":2.4825}'.encode(),
        "collection": b'{"id":10,"name":"Star Wars Collection"}',
        "network": b'{"id":1,"name":"Fuji TV"}',
        "keyword": b'{"id":378,"name":"prison"}',
        "company": rb'{"id":1,"name":"Lucasfilm \u0026 Ltd."}',
    }
    assert lines.keys() == {name for name, dataset in DATASETS.items() if dataset.export}
    for dataset, line in lines.items():
        files = FakeFiles()
        files.put(str(DATASETS[dataset].export), TODAY, [line])
        listing = await exports(files, dataset).newest()
        assert (len(listing.ids), listing.rejected) == (1, 0)


async def test_adult_titles() -> None:
    """Adult titles are left out, flagged lines included; with include_adult they come from a file of their own."""
    files = FakeFiles()
    files.put("movie_ids", TODAY, [movie(1), movie(2, adult=True), b'{"id":3}', b'{"id":4,"adult":null}'])
    files.put("adult_movie_ids", TODAY, [movie(5, adult=True)])
    listing = await exports(files).newest()
    assert (list(listing.ids), list(listing.left_out)) == ([1, 3, 4], [2])
    listing = await exports(files, include_adult=True).newest()
    assert (list(listing.ids), list(listing.left_out)) == ([1, 2, 3, 4, 5], [])
    assert listing.adult_file


async def test_missing_adult_file() -> None:
    """A missing adult titles' file is no error; the listing tells. Datasets without one are not asked for any."""
    files = FakeFiles()
    files.movies(TODAY, 1)
    files.put("keyword_ids", TODAY, [b'{"id":1}'])
    listing = await exports(files, include_adult=True).newest()
    assert list(listing.ids) == [1] and not listing.adult_file
    files.asked.clear()
    await exports(files, "keyword", include_adult=True).newest()
    assert files.asked == ["keyword_ids_09_21_2026.json.gz"]


async def test_popularity_and_limit() -> None:
    """Popularity filters first, then the limit takes the lowest ids; what is left out is known as listed."""
    files = FakeFiles()
    rows = [movie(id, popularity=popularity) for id, popularity in ((9, 5.0), (1, 0.5), (2, 0.6), (3, 0.59), (4, 7))]
    files.put("movie_ids", TODAY, rows)
    listing = await exports(files, min_popularity=0.6, limit=2).newest()
    assert (list(listing.ids), list(listing.left_out)) == ([2, 4], [1, 3, 9])
    assert list((await exports(files, limit=99).newest()).ids) == [1, 2, 3, 4, 9]


async def test_popularity_of_what_has_none() -> None:
    """Asking for a popularity where the lines tell none is an error that says so, not an empty listing."""
    files = FakeFiles()
    files.put("keyword_ids", TODAY, [b'{"id":1,"name":"a"}', b'{"id":2,"name":"b"}'])
    with pytest.raises(GiveUp, match=r"keyword_ids_09_21_2026.json.gz: 2 of 2 lines are bad.*`popularity`"):
        await exports(files, "keyword", min_popularity=1).newest()


async def test_bad_lines() -> None:
    """Bad lines are counted; when they are more than the good ones the file does not count."""
    files = FakeFiles()
    files.put("movie_ids", TODAY, [movie(1), b"{", movie(2), b"null"])
    listing = await exports(files).newest()
    assert (list(listing.ids), listing.rejected) == ([1, 2], 2)
    files.put("movie_ids", TODAY, [movie(1), b"{", b"null"])
    with pytest.raises(GiveUp, match=r"movie_ids_09_21_2026.json.gz: 2 of 3 lines are bad, the first: .+"):
        await exports(files).newest()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: b"<html>Maintenance</html>",
        gzip.decompress,
    ],
)
async def test_file_that_is_not_whole(spoil: Any) -> None:
    """A file that is cut or no gzip is asked for again a few times, and is an error then that names it."""
    files = FakeFiles()
    files.put("movie_ids", TODAY, spoil(packed(movie(id) for id in range(1, 100))))
    with pytest.raises(Retry, match=r"movie_ids_09_21_2026.json.gz: it .*(cut short|no gzip file)"):
        await exports(files).newest()
    assert len(files.asked) == 4


async def test_length_of_a_file() -> None:
    """A file shorter than its headers say does not count, however well its text ends."""
    files = FakeFiles()
    files.movies(TODAY, 1)
    files.headers = {"content-length": "1000000"}
    with pytest.raises(Retry, match="of 1000000 bytes came"):
        await exports(files).newest()
    files.headers = {"content-length": str(len(files.files["movie_ids_09_21_2026.json.gz"]))}
    assert list((await exports(files).newest()).ids) == [1]


async def test_fault_on_the_way() -> None:
    """A failing download is begun anew, and nothing of the first try counts twice."""
    files = FakeFiles()
    files.put("movie_ids", TODAY, [movie(1), b"bad"])
    files.faults = [Retry("GET failed: ClientPayloadError"), 503, 301]
    listing = await exports(files).newest()
    assert (list(listing.ids), listing.rejected) == ([1], 1)


async def test_file_that_makes_no_sense() -> None:
    """Ids strewn over the whole range are refused at once, by the name of their file."""
    files = FakeFiles()
    files.chunk = 1 << 16
    files.put("movie_ids", TODAY, [b'{"id":%d}' % id for id in range(1, 2**31, 2**20)])
    with pytest.raises(GiveUp, match=r"movie_ids_09_21_2026.json.gz: the ids are strewn"):
        await exports(files).newest()
    assert len(files.asked) == 1


_CHILD = """
import asyncio, re, sys
from contextlib import asynccontextmanager
from datetime import date
from lambdas.common.clock import SystemClock
from lambdas.common.datasets import DATASETS
from lambdas.harvester.event import Event
from lambdas.harvester.exports import Exports
from lambdas.harvester.select import select

class Files:
    @asynccontextmanager
    async def stream(self, url):
        yield 200, {}, self.read()
    async def read(self):
        with open(sys.argv[1], "rb") as file:
            while chunk := file.read(1 << 18):
                yield chunk

async def main():
    event = Event.parse({"dataset": "movie", "mode": "export"})
    exports = Exports("", DATASETS["movie"], event, Files(), SystemClock())
    today, before = await exports.of(date(2026, 9, 21)), await exports.of(date(2026, 9, 20))
    selection = select("all", today, before, refreshed=None, refresh_days=120)
    peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())  # getrusage tells the parent's, too
    print(sum(1 for id in selection.ids), int(peak[1]) // 1024)

asyncio.run(main())
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells a process's own peak of memory")
def test_memory_of_a_large_file(tmp_path: Path) -> None:
    """Reading a day's 1.2 million lines and the day's before it takes less than 128 MB, interpreter included."""
    path = tmp_path / "movies.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for start in range(0, 1_200_000, 10_000):
            rows = range(start + 10_000, start, -1)
            title = b"A title of a usual length \xe3\x83\x97"
            line = b'{"adult":false,"id":%d,"original_title":"%s","popularity":%d.8133,"video":false}\n'
            file.write(b"".join(line % (id * 7 % 1_400_003 + 1, title, id % 10) for id in rows))
    child = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path)], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    ids, megabytes = map(int, child.stdout.split())
    assert ids == 1_200_000
    assert megabytes < 128
