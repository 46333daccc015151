"""The daily id files: which exist, and their bytes."""

import asyncio
import gzip
import hashlib
import re
import shutil
import tempfile
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

KEPT_DAYS = 90
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
    text = orjson.dumps(
        shapes.get(dataset, {"id": row.id, "name": row.name}), option=orjson.OPT_APPEND_NEWLINE
    )
    return text.replace(b"&", rb"\u0026")


class Exports:
    """Files are made when first asked for, written as a stream, and kept in a folder that goes when this is closed."""

    def __init__(self, catalogue: Catalogue, now: Callable[[], datetime]) -> None:
        self._catalogue = catalogue
        self._now = now
        self._folder = Path(tempfile.mkdtemp(prefix="exports-"))
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def close(self) -> None:
        """Remove the files."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def exists(self, name: str) -> tuple[str, bool, date] | None:
        """Dataset, adult and day of a file that is published and not yet deleted."""
        if not (match := _NAME.fullmatch(name)) or match[1] not in FILES:
            return None
        try:
            day = date(int(match[4]), int(match[2]), int(match[3]))
        except ValueError:
            return None
        published = datetime.combine(day, PUBLISHED)
        if not published <= self._now() < published + timedelta(days=KEPT_DAYS):
            return None
        return *FILES[match[1]], day

    async def respond(self, request: web.BaseRequest, name: str, fault: Fault | None) -> web.StreamResponse:
        """The file, part of it (Range), 304, or 403 when there is none. Faults: reset, truncated (the connection closes
        half way), cut (a complete answer with half a file), html (200 and a page), any other one is a 500."""
        if (found := self.exists(name)) is None:
            return access_denied()
        dataset, adult, day = found
        async with self._locks[name]:
            path = self._folder / name
            if not path.exists():
                await asyncio.to_thread(self._write, path, dataset, adult, day)
        if fault is Fault.HTML:
            return web.Response(text="<html><body>Maintenance</body></html>", content_type="text/html")
        if fault is Fault.RESET:
            reset(request)
        if fault in {Fault.INTERNAL, Fault.TOO_MANY, Fault.REFUSED, Fault.INVALID}:
            return web.Response(status=500)
        size = path.stat().st_size
        span = request.http_range
        start, stop, _ = slice(span.start, span.stop).indices(size // 2 if fault is Fault.CUT else size)
        etag = '"' + hashlib.md5(name.encode() + str(size).encode(), usedforsecurity=False).hexdigest() + '"'
        headers = {
            "Content-Type": "application/gzip",
            "ETag": etag,
            "Last-Modified": format_datetime(datetime.combine(day, PUBLISHED), usegmt=True),
            "Accept-Ranges": "bytes",
        }
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        partial = "Range" in request.headers
        if partial:
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        response = web.StreamResponse(status=206 if partial else 200, headers=headers)
        response.content_length = stop - start
        await response.prepare(request)
        if request.method != "HEAD":
            middle = start + (stop - start) // 2
            for chunk in _read(path, start, middle if fault is Fault.TRUNCATED else stop):
                await response.write(chunk)
            if fault is Fault.TRUNCATED and request.transport:
                request.transport.close()
        return response

    def _write(self, path: Path, dataset: str, adult: bool, day: date) -> None:
        partial = path.with_suffix(".partial")
        with (
            partial.open("wb") as raw,
            gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0) as packed,
        ):
            for row in self._catalogue.listed(dataset, day, adult=adult):
                packed.write(line(dataset, adult, row))
        partial.replace(path)


def _read(path: Path, start: int, stop: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < stop and (chunk := file.read(min(_CHUNK, stop - start))):
            start += len(chunk)
            yield chunk
