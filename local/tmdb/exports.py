"""The daily id files: which exist, and their bytes."""

import asyncio
import gzip
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from pathlib import Path

import orjson
from aiohttp import web

from local.catalogue.protocol import Catalogue, Listed
from local.faults import reset
from local.tmdb.errors import access_denied
from local.tmdb.faults import Fault

FILES = {
    "movie_ids": ("movie", False),
    "tv_series_ids": ("tv", False),
    "person_ids": ("person", False),
    "collection_ids": ("collection", False),
    "tv_network_ids": ("network", False),
    "keyword_ids": ("keyword", False),
    "production_company_ids": ("company", False),
    "adult_movie_ids": ("movie", True),
    "adult_tv_series_ids": ("tv", True),
    "adult_person_ids": ("person", True),
}
"""File name without date: dataset, and whether it lists the adult titles."""

KEPT = timedelta(days=90)
PUBLISHED = time(7, 18, 32, tzinfo=UTC)
"""When a day's files appear."""

_NAME = re.compile(r"([a-z_]+)_(\d\d)_(\d\d)_(\d{4})\.json\.gz")
_CHUNK = 1 << 16


def line(dataset: str, adult: bool, row: Listed) -> bytes:
    """One line of an export, byte for byte as TMDB writes it: compact, `&` escaped, non-ASCII raw, ended by LF."""
    shapes: dict[str, dict[str, object]] = {
        "movie": {
            "adult": adult,
            "id": row.id,
            "original_title": row.name,
            "popularity": row.popularity,
            "video": False,
        },
        "tv": {"id": row.id, "original_name": row.name, "popularity": row.popularity},
        "person": {"adult": adult, "id": row.id, "name": row.name, "popularity": row.popularity},
    }
    text = orjson.dumps(shapes.get(dataset, {"id": row.id, "name": row.name}), option=orjson.OPT_APPEND_NEWLINE)
    return text.replace(b"&", rb"\u0026")


def newest(now: datetime) -> date:
    """The day of the newest files."""
    return now.date() if now >= datetime.combine(now.date(), PUBLISHED) else now.date() - timedelta(days=1)


class Exports:
    """Files are made when first asked for, as a stream, and kept in `folder`, which whoever runs this provides."""

    folder: Path

    def __init__(self, catalogue: Catalogue, now: Callable[[], datetime]) -> None:
        self._catalogue = catalogue
        self._now = now
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def published(self, name: str) -> tuple[str, bool, date] | None:
        """Dataset, adult and day of a file that is there already and not yet deleted."""
        if not (match := _NAME.fullmatch(name)) or match[1] not in FILES:
            return None
        try:
            day = date(int(match[4]), int(match[2]), int(match[3]))
        except ValueError:
            return None
        if not timedelta() <= self._now() - datetime.combine(day, PUBLISHED) < KEPT:
            return None
        return *FILES[match[1]], day

    async def respond(self, request: web.BaseRequest, name: str, fault: Fault | None) -> web.StreamResponse:
        """The file, part of it (Range), 304, or 403 when there is none.

        Faults: `reset`, `truncated` (the connection closes half way), `cut` (a complete answer with half a file),
        `html` (200 and a page); any other one is a 500.
        """
        if (found := self.published(name)) is None:
            return access_denied()
        path = await self._file(name, *found)
        headers = {
            "Content-Type": "application/gzip",
            "ETag": f'"{hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()}"',
            "Last-Modified": format_datetime(datetime.combine(found[2], PUBLISHED), usegmt=True),
            "Accept-Ranges": "bytes",
        }
        size = path.stat().st_size
        match fault:
            case None | Fault.SLOW | Fault.UNLABELLED:
                return await _send(request, path, size, headers)
            case Fault.CUT:
                return await _send(request, path, size // 2, headers)
            case Fault.TRUNCATED:
                return await _send(request, path, size, headers, broken=True)
            case Fault.RESET:
                reset(request)
            case Fault.HTML:
                return web.Response(text="<html><body>Maintenance</body></html>", content_type="text/html")
        return web.Response(status=500)

    async def _file(self, name: str, dataset: str, adult: bool, day: date) -> Path:
        path = self.folder / name
        async with self._locks[name]:
            if not path.exists():
                await asyncio.to_thread(self._write, path, dataset, adult, day)
        return path

    def _write(self, path: Path, dataset: str, adult: bool, day: date) -> None:
        partial = path.with_suffix(".partial")
        with partial.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0) as packed:
            for row in self._catalogue.listed(dataset, day, adult=adult):
                packed.write(line(dataset, adult, row))
        partial.replace(path)


async def _send(
    request: web.BaseRequest, path: Path, size: int, headers: dict[str, str], *, broken: bool = False
) -> web.StreamResponse:
    """The first `size` bytes of a file, or what was asked for of them; a broken answer ends half way."""
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers=headers)
    span = request.http_range
    start, stop, _ = slice(span.start, span.stop).indices(size)
    status = 200
    if "Range" in request.headers:
        status, headers["Content-Range"] = 206, f"bytes {start}-{stop - 1}/{size}"
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = stop - start
    await response.prepare(request)
    if request.method != "HEAD":
        for chunk in _read(path, start, (start + stop) // 2 if broken else stop):
            await response.write(chunk)
    if broken and request.transport:
        request.transport.close()
    return response


def _read(path: Path, start: int, stop: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < stop and (chunk := file.read(min(_CHUNK, stop - start))):
            start += len(chunk)
            yield chunk
