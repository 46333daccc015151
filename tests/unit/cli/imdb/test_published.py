"""IMDb's list of today: downloaded once a day whatever happens, whole or not at all, and by one command at a time."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from cli.errors import Failure
from cli.imdb import basics, published
from cli.imdb.published import ATTEMPTS, Published, todays_list
from cli.main import main
from lambdas.common.http import AiohttpTransport
from tests.unit.cli.imdb.publisher import Changed, Cut, Page, Publisher, Status, packed
from tests.unit.cli.imdb.test_basics import row, selected
from tests.unit.cli.shell import ROOT
from tests.unit.collector.world import FakeClock

DAY = 86_400
OLD, NEW = packed(row("tt0000001")), packed(row("tt0000001"), row("tt0000002"))


@pytest.fixture
def imdb() -> Iterator[Publisher]:
    """IMDb, on this machine."""
    with Publisher().running() as publisher:
        yield publisher


class Kept:
    """The place where the list is kept, and how long it took to get it there."""

    def __init__(self, folder: Path, imdb: Publisher) -> None:
        self.imdb = imdb
        self.path = folder / "title.basics.tsv.gz"
        self.clock = FakeClock()
        self.told: list[str] = []

    def today(self) -> bytes:
        """The list of today."""

        async def get() -> Path:
            transport = AiohttpTransport(connections=1)
            try:
                return await Published(self.imdb.url, self.path, transport, self.clock, self.told.append).today()
            finally:
                await transport.close()

        return asyncio.run(get()).read_bytes()


@pytest.fixture
def kept(tmp_path: Path, imdb: Publisher) -> Kept:
    """An empty place."""
    return Kept(tmp_path, imdb)


def test_once_a_day(kept: Kept, imdb: Publisher) -> None:
    """The second time on a day nothing is asked; on the next day only what has changed is sent."""
    imdb.body = OLD
    assert kept.today() == kept.today() == OLD
    assert (len(imdb.asked), kept.told) == (1, ["downloading IMDb's list, once a day"])
    kept.clock.advance(DAY)
    assert kept.today() == kept.today() == OLD
    assert (len(imdb.asked), imdb.sent) == (2, len(OLD))
    kept.clock.advance(DAY)
    imdb.body, imdb.etag = NEW, '"2"'
    assert kept.today() == NEW
    assert [headers.get("if-none-match") for headers in imdb.asked] == [None, '"1"', '"1"']


def test_a_cut_download_goes_on(kept: Kept, imdb: Publisher) -> None:
    """What has come is not sent again, however often the connection ends."""
    imdb.faults = [Cut(1_000), Cut(500), Cut(0)]
    assert kept.today() == imdb.body
    assert imdb.sent == len(imdb.body)
    assert [headers.get("range") for headers in imdb.asked] == [None, "bytes=1000-", "bytes=1500-", "bytes=1500-"]


def test_it_goes_on_in_another_process_and_on_another_day(kept: Kept, imdb: Publisher) -> None:
    """A command that gave up, or was killed before it could look whether the list is whole, leaves what had come."""
    imdb.faults = [Cut(1_000), *[Status(503)] * (ATTEMPTS - 1)]
    with pytest.raises(Failure, match="answered 503"):
        kept.today()
    assert not kept.path.exists()
    kept.clock.advance(DAY)
    assert kept.today() == imdb.body and imdb.sent == len(imdb.body)
    part = kept.path.with_name(f"{kept.path.name}.part")
    kept.path.rename(part)
    assert kept.today() == imdb.body and imdb.sent == len(imdb.body)


@pytest.mark.parametrize("etag", ['"2"', ""])
def test_a_list_that_changes_meanwhile_is_begun_anew(kept: Kept, imdb: Publisher, etag: str) -> None:
    """No list is made of pieces of two: neither within an answer, nor behind one that was cut."""
    imdb.faults = [Changed(NEW * 100, etag)]
    assert kept.today() == imdb.body == NEW * 100
    kept.path.unlink()
    imdb.faults = [Cut(1_000), Changed(imdb.body, '"3"')]
    imdb.body, imdb.etag = packed(*(row(f"tt{id:07d}") for id in range(1, 5_000))), '"4"'
    kept.today()
    assert selected(kept.path)


def test_an_outage_is_waited_for(kept: Kept, imdb: Publisher) -> None:
    """A server that does not answer is asked again, ever later."""
    imdb.faults = [Status(503), Status(429), Status(500)]
    began = kept.clock.now
    assert kept.today() == imdb.body
    assert kept.clock.now - began == 2 + 4 + 8


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Page(b"<html>Back soon</html>"), "answered with something else than a list, b'<html>Back soon</html>'"),
        (Status(404), "answered 404, which is not to be expected: name a list that you have with --source"),
        (Status(302), "answered 302"),
        (Page(b""), "has no column tconst"),
        (Page(packed()[:-4]), "cannot be read to its end"),
        (Page(packed().replace(packed()[10:20], bytes(10))), "cannot be read to its end"),
    ],
)
def test_what_is_no_list_is_not_kept(kept: Kept, imdb: Publisher, fault: Page | Status, sentence: str) -> None:
    """It is told in a sentence; a list that is there is used meanwhile, which is told as well, and asked for again."""
    imdb.faults = [fault] * ATTEMPTS
    with pytest.raises(Failure, match=sentence.replace("(", r"\(")):
        kept.today()
    assert not kept.path.exists()
    imdb.faults = []
    assert kept.today() == imdb.body
    kept.clock.advance(DAY)
    imdb.etag, imdb.faults = '"2"', [fault] * ATTEMPTS
    assert kept.today() == imdb.body
    assert sentence in kept.told[-1] and kept.told[-1].endswith("is used")
    asked, imdb.faults = len(imdb.asked), []
    assert kept.today() == imdb.body and len(imdb.asked) > asked


def test_its_size_is_bounded(kept: Kept, imdb: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a list without end nor one that unpacks to no end fills the disk or takes the day."""
    monkeypatch.setattr(published, "MOST_BYTES", 1_000)
    with pytest.raises(Failure, match="has more than 1,000 bytes"):
        kept.today()
    monkeypatch.undo()
    monkeypatch.setattr(basics, "_MOST_UNPACKED", 1_000)
    with pytest.raises(Failure, match="unpacks to more than 1,000 bytes"):
        kept.today()
    assert not kept.path.exists()


def test_two_at_once(imdb: Publisher, tmp_path: Path) -> None:
    """One downloads, the other waits for it and uses the same file."""
    waits = Event()

    def tell(words: str) -> None:
        if "another command" in words:
            waits.set()
        else:
            assert waits.wait(30)  # the first holds the lock until the second has met it

    with ThreadPoolExecutor(2) as pool:
        paths = list(pool.map(lambda _: todays_list(imdb.url, tell, tmp_path), range(2)))
    assert paths[0] == paths[1] and paths[0].read_bytes() == imdb.body
    assert len(imdb.asked) == 1


def test_a_killed_command_leaves_nothing_in_the_way(imdb: Publisher, tmp_path: Path) -> None:
    """SIGKILL in the middle of the download: the next command is not locked out, and goes on where it was."""
    command = f"""
import os, signal
from pathlib import Path
from cli.imdb import published
class Dying(published.Published):
    async def _receive(self, body, part, there):
        async for piece in body:
            part.write_bytes(piece[:1_000])
            os.kill(os.getpid(), signal.SIGKILL)
published.Published = Dying
published.todays_list({imdb.url!r}, print, Path({str(tmp_path)!r}))
"""
    died = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert todays_list(imdb.url, print, tmp_path).read_bytes() == imdb.body
    assert imdb.asked[-1]["range"] == "bytes=1000-"


def test_a_full_disk(imdb: Publisher, tmp_path: Path) -> None:
    """A folder that cannot be written is named."""
    (tmp_path / "file").write_text("")
    with pytest.raises(Failure, match="cannot be written: Not a directory; make room, or name a list"):
        todays_list(imdb.url, print, tmp_path / "file" / "imdb")


def test_a_launch_takes_it(
    imdb: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --source the list of today is read."""
    monkeypatch.setattr(published, "FOLDER", tmp_path)
    for _ in range(2):
        assert main(["launch", "--imdb-url", imdb.url, "--dry-run", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["would_be_sent"] == 2_999
    assert len(imdb.asked) == 1
