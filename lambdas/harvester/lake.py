"""The ids of an export as a file of the lake, so that SQL can tell which of them are stored and which are missing.

exports/movie/dt=2026-11-20/ids.csv.gz      a line `id`, then every id that passed the filters, ascending
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Protocol

import obstore
from isal import isal_zlib
from obstore.exceptions import BaseError
from obstore.store import S3Store

from lambdas.common.errors import Retry
from lambdas.harvester.send import batched

PREFIX = "exports"
_LEVEL = 1
_IDS = 10_000
"""Packed at a time."""
_PART = 5 * 1024 * 1024
"""Bytes that are held until they are sent: the least that S3 takes for a part."""


class Lake(Protocol):
    """The lake's bucket."""

    async def put(self, key: str, pieces: Iterator[bytes]) -> None:
        """Store an object whose bytes come in pieces, whole or not at all. Raises Retry."""


class S3Lake:
    """The lake in the bucket `bucket`."""

    def __init__(self, bucket: str) -> None:
        # http only where the endpoint in the environment says so; AWS's own endpoints are https.
        self._store = S3Store(
            bucket, client_options={"allow_http": True, "timeout": "30s"}, retry_config={"max_retries": 3}
        )

    async def put(self, key: str, pieces: Iterator[bytes]) -> None:
        try:
            await obstore.put_async(self._store, key, pieces, chunk_size=_PART, max_concurrency=1)
        except (BaseError, FileNotFoundError) as error:
            raise Retry(f"S3 did not take {key}: {type(error).__name__}") from error


def ids_key(dataset: str, date: dt.date) -> str:
    """Key of the ids in the export file of a day; the last export of that day is the one that counts."""
    return f"{PREFIX}/{dataset}/dt={date.isoformat()}/ids.csv.gz"


def ids_file(ids: Iterable[int]) -> Iterator[bytes]:
    """The file with these ids, in pieces, as small as they come."""
    deflate = isal_zlib.compressobj(_LEVEL, wbits=31)
    yield deflate.compress(b"id\n")
    for some in batched(ids, _IDS):
        yield deflate.compress(b"%b\n" % "\n".join(map(str, some)).encode())
    yield deflate.flush()
