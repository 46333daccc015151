"""The lake bucket, as an argument: objects by key, with failures typed by what the line must do.

Any obstore store will do. Functions use `bucket`; tests and laptops a MemoryStore or a LocalStore.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import LocalStore, MemoryStore, S3Store

from lambdas.common.errors import Changed, Retry, StopTheLine

_CHUNK = 8 * 1024 * 1024
_AT_A_TIME = 16
Store = S3Store | MemoryStore | LocalStore


class Object(NamedTuple):
    """What a listing says of an object: key, bytes, and when it was stored last by the store's own clock."""

    key: str
    size: int
    stored: datetime


def bucket(name: str) -> S3Store:
    """The bucket `name` of the account at hand."""
    # http only where the endpoint in the environment says so; AWS's own endpoints are https.
    return S3Store(name, client_options={"allow_http": True, "timeout": "60s"}, retry_config={"max_retries": 3})


class Lake:
    """A lake in a store. Each method raises Retry when the store does not answer, StopTheLine when it refuses."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def objects(self, folder: str) -> Iterator[Object]:
        """The objects below a folder, by key."""
        try:
            found = [entry for page in obstore.list(self._store, f"{folder}/") for entry in page]
        except BaseError as error:
            raise _typed(f"{folder}/ was not listed", error) from error
        for entry in sorted(found, key=lambda entry: entry["path"]):
            yield Object(entry["path"], entry["size"], entry["last_modified"])

    def read(self, key: str) -> bytes | None:
        """The object; None when there is none."""
        try:
            return bytes(obstore.get(self._store, key).bytes())
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise _typed(f"{key} was not read", error) from error

    def download(self, key: str, to: Path) -> str | None:
        """Copy the object to a file, in pieces; gives its version (ETag), None when there is none."""
        try:
            found = obstore.get(self._store, key)
            with to.open("wb") as file:
                for piece in found.stream(min_chunk_size=_CHUNK):
                    file.write(piece)
            return found.meta["e_tag"] or ""
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise _typed(f"{key} was not read", error) from error

    def download_all(self, keys: Iterable[str], folder: Path) -> list[Path]:
        """Copy objects to files of `folder`, several at a time; gives those that were there, in the order of `keys`.

        A file is named after the place of its key: `0.parquet` is of the first.
        """
        files = {folder / f"{number}.parquet": key for number, key in enumerate(keys)}
        with ThreadPoolExecutor(_AT_A_TIME) as threads:
            versions = threads.map(self.download, files.values(), files)
        return [file for file, version in zip(files, versions, strict=True) if version is not None]

    def write(self, key: str, content: Path | bytes) -> None:
        """Store an object, whole or not at all, in place of what was there."""
        try:
            obstore.put(self._store, key, content, use_multipart=False)
        except BaseError as error:
            raise _typed(f"{key} was not written", error) from error

    def replace(self, key: str, content: Path | bytes, version: str | None) -> None:
        """Store an object in place of that `version`, None for none. Raises Changed when it is another by now."""
        mode: Any = "create" if version is None else {"e_tag": version}
        try:
            obstore.put(self._store, key, content, mode=mode, use_multipart=False)
        except (AlreadyExistsError, PreconditionError, FileNotFoundError) as error:  # S3 finds nothing to compare with
            raise Changed(f"{key} was written or removed by somebody else") from error
        except BaseError as error:
            raise _typed(f"{key} was not written", error) from error

    def copy(self, key: str, to: str) -> None:
        """Store a copy of an object, in place of what was there."""
        try:
            obstore.copy(self._store, key, to)
        except (BaseError, FileNotFoundError) as error:
            raise _typed(f"{key} was not copied", error) from error

    def remove(self, key: str) -> None:
        """Remove an object, if it is there."""
        try:
            obstore.delete(self._store, key)
        except FileNotFoundError:
            return
        except BaseError as error:
            raise _typed(f"{key} was not removed", error) from error


def _typed(what: str, error: Exception) -> Retry | StopTheLine:
    if isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return StopTheLine(f"{what}: {type(error).__name__}; check the function's role and the bucket")
    return Retry(f"{what}: {type(error).__name__}")
