"""IMDb's list as IMDb publishes it, once a day: downloaded at most as often, and kept for whoever needs it here.

    .cache/imdb/title.basics.tsv.gz         the list: always whole, its checksum right
    .cache/imdb/title.basics.tsv.gz.json    which version that is, and the day on which IMDb was asked for it last
    .cache/imdb/title.basics.tsv.gz.part    what has come of the next one; a download that was cut off goes on behind it

IMDb lets everybody use it for personal and non-commercial purposes: https://developer.imdb.com/non-commercial-datasets/
"""

import asyncio
import datetime as dt
import os
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import msgspec

from cli.errors import Failure
from cli.imdb.basics import check_whole
from cli.lock import alone
from cli.project import ROOT
from lambdas.common.clock import Clock, SystemClock
from lambdas.common.errors import Retry
from lambdas.common.http import AiohttpTransport
from lambdas.harvester.exports import Stream

URL = "https://datasets.imdbws.com/title.basics.tsv.gz"
FOLDER = ROOT / ".cache" / "imdb"
MOST_BYTES = 2 << 30
"""Of the packed list, which has some 220 MB."""
ATTEMPTS = 5
_GZIP = b"\x1f\x8b"
_BUSY = (408, 429, 500, 502, 503, 504)
_ELSE = "name a list that you have with --source"

Tell = Callable[[str], None]


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """Which version of which list a file holds, as its server says; `asked` is the UTC day when it last did."""

    url: str
    etag: str = ""
    modified: str = ""
    asked: dt.date = dt.date.min

    @classmethod
    def read(cls, path: Path, url: str) -> Self | None:
        """What is told of the file at `path`, if it is there and a version of the list at `url`."""
        try:
            found = msgspec.json.decode(_beside(path).read_bytes(), type=cls)
        except (FileNotFoundError, msgspec.DecodeError):
            return None
        return found if found.url == url and path.exists() else None

    def write(self, path: Path) -> None:
        """Tell it of the file at `path`, or leave what was told before."""
        new = _beside(path).with_suffix(".new")
        new.write_bytes(msgspec.json.encode(self))
        new.replace(_beside(path))

    @property
    def validator(self) -> str:
        """What tells this version from all others to the byte; empty when nothing does."""
        return self.modified if self.etag.startswith("W/") else self.etag or self.modified

    def continues(self, begun: Self, headers: Mapping[str, str], there: int) -> bool:
        """Whether a piece of this version, sent with these headers, goes behind the first bytes of `begun`."""
        return self.validator == begun.validator and headers.get("Content-Range", "").startswith(f"bytes {there}-")


class Files(Protocol):
    """Where a file too large to hold comes from."""

    def stream(self, url: str, *, headers: Mapping[str, str] | None = None) -> Stream:
        """Status, headers and body. Raises Retry when it does not come whole."""


def todays_list(url: str, tell: Tell, folder: Path | None = None) -> Path:
    """Today's list, downloaded if nobody has done so here; `tell` is told what a person waits for.

    When it cannot be had an older one, of which is told. Raises Failure when there is none either.
    """
    folder = folder or FOLDER

    async def get() -> Path:
        transport = AiohttpTransport(connections=1)
        try:
            return await Published(url, folder / URL.rpartition("/")[2], transport, SystemClock(), tell).today()
        finally:
            await transport.close()

    try:
        with alone(folder / "lock", lambda: tell("another command is downloading IMDb's list: waiting for it")):
            return asyncio.run(get())
    except OSError as error:
        raise Failure(f"{folder} cannot be written: {error.strerror}; make room, or {_ELSE}") from error


@dataclass(frozen=True)
class Published:
    """The list at `url`, kept at `path`, where nobody else is at work meanwhile."""

    url: str
    path: Path
    files: Files
    clock: Clock
    tell: Tell

    async def today(self) -> Path:
        """The path, with today's list or, of which is told, an older one there. Raises Failure."""
        kept = Version.read(self.path, self.url)
        today = dt.datetime.fromtimestamp(self.clock.time(), dt.UTC).date()
        if kept and kept.asked == today:
            return self.path
        try:
            newest = await self._ask(kept)
        except Failure as failure:
            if kept is None:
                raise
            self.tell(f"{failure}; until then the list of {kept.modified or kept.asked} is used")
        else:
            msgspec.structs.replace(newest, asked=today).write(self.path)
        return self.path

    async def _ask(self, kept: Version | None) -> Version:
        """The newest version, which is then at `path`. Raises Failure."""
        problem = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                await self.clock.sleep(2.0**attempt)
            try:
                return await self._attempt(kept)
            except Retry as error:
                problem = str(error)
        raise Failure(f"IMDb's list did not come ({problem}): run it again later, and it goes on, or {_ELSE}")

    async def _attempt(self, kept: Version | None) -> Version:
        """Raises Retry, Failure."""
        part = self.path.with_name(f"{self.path.name}.part")
        begun = Version.read(part, self.url)
        there = part.stat().st_size if begun else 0
        async with self.files.stream(self.url, headers=_conditions(kept, begun, there)) as (status, headers, body):
            version = Version(url=self.url, etag=headers.get("ETag", ""), modified=headers.get("Last-Modified", ""))
            match status:
                case 304 if kept and not there:
                    return kept
                case 200:
                    part.unlink(missing_ok=True)
                    version.write(part)
                    await self._receive(body, part, 0)
                case 206 if begun and version.continues(begun, headers, there):
                    await self._receive(body, part, there)
                case 416 if begun:  # it had come to its end
                    version = begun
                case _ if status in _BUSY:
                    raise Retry(f"{self.url} answered {status}")
                case _:
                    part.unlink(missing_ok=True)
                    raise Failure(f"{self.url} answered {status}, which is not to be expected: {_ELSE}")
        try:
            check_whole(part)
        except Failure as failure:
            part.unlink(missing_ok=True)
            raise Retry(str(failure)) from failure
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(self.path)
        return version

    async def _receive(self, body: AsyncIterator[bytes], part: Path, there: int) -> None:
        """Append to what is there. Raises Retry when not all of it comes, Failure when it cannot be the list."""
        if not there:
            self.tell("downloading IMDb's list, once a day")
        with part.open("ab") as file:
            async for piece in body:
                if not there and not _GZIP.startswith(piece[:2]):
                    raise Failure(f"{self.url} answered with something else than a list, {piece[:40]!r}: {_ELSE}")
                there += len(piece)
                if there > MOST_BYTES:
                    raise Failure(f"{self.url} has more than {MOST_BYTES:,} bytes, as no list of IMDb's has: {_ELSE}")
                try:
                    file.write(piece)
                    file.flush()
                except OSError as error:  # the transport would take it for its own
                    raise Failure(f"{part} cannot be written: {error.strerror}; make room, or {_ELSE}") from error


def _conditions(kept: Version | None, begun: Version | None, there: int) -> dict[str, str]:
    """The headers that ask for what is missing alone: the rest of a version, or one that is another than is kept."""
    if begun and begun.validator and there:
        return {"Range": f"bytes={there}-", "If-Range": begun.validator}
    known = {"If-None-Match": kept.etag, "If-Modified-Since": kept.modified} if kept and not there else {}
    return {name: value for name, value in known.items() if value}


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")
