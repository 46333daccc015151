"""The lake's bucket, or a folder like it, as a file system for DuckDB, which reads of each file what a query needs.

DuckDB's wheel cannot read S3 by itself. Here it asks for ranges, which obstore fetches: a footer, then the columns that
a query names. So nothing is copied to disk, whatever the lake's size.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import obstore
from fsspec import AbstractFileSystem
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

SCHEME = "lake://"


class LakeFiles(AbstractFileSystem):  # type: ignore[misc]  # fsspec ships no types
    """What was listed is opened without being asked for again: sizes and times are those of the listing."""

    protocol = "lake"
    cachable = False

    def __init__(self, store: ObjectStore) -> None:
        super().__init__()
        self._store = store
        self._listed: dict[str, tuple[int, dt.datetime]] = {}
        self.failure: Exception | None = None
        """The store's last error, which DuckDB passes on as text only."""

    def below(self, prefix: str, suffix: str) -> Iterator[str]:
        """The addresses of all objects below a prefix with this ending, in the order of their keys."""
        found = [meta for page in obstore.list(self._store, prefix=prefix) for meta in page]
        for meta in sorted(found, key=lambda meta: meta["path"]):
            if not meta["path"].endswith(suffix):
                continue
            address = f"{SCHEME}{meta['path']}"
            self._listed[address] = (meta["size"], meta["last_modified"])
            yield address

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        size, modified = self._listed[path]
        return {"name": path, "size": size, "type": "file", "mtime": modified}

    def modified(self, path: str) -> dt.datetime:
        return self._listed[path][1]

    def glob(self, path: str, **_: Any) -> list[str]:
        return [path]

    def open(self, path: str, mode: str = "rb", **_: Any) -> "_Object":
        if mode != "rb":
            raise PermissionError(f"{path}: the lake is only read here")
        return _Object(self, path.removeprefix(SCHEME), self._listed[path][0])

    def range(self, key: str, start: int, length: int) -> bytes:
        """A part of an object."""
        try:
            return bytes(obstore.get_range(self._store, key, start=start, length=length))
        except (BaseError, OSError) as error:
            self.failure = error
            raise


class _Object:
    """One object, read from where DuckDB last sought."""

    def __init__(self, files: LakeFiles, key: str, size: int) -> None:
        self._files, self._key, self._size = files, key, size
        self._position = 0

    def seek(self, position: int, _: int = 0) -> int:
        self._position = position
        return position

    def read(self, length: int) -> bytes:
        length = min(length, self._size - self._position)
        if length <= 0:
            return b""
        part = self._files.range(self._key, self._position, length)
        self._position += length
        return part

    def close(self) -> None:
        """Nothing is kept open between two ranges."""
