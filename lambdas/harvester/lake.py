"""The ids of an export as a file of the lake, so that SQL can tell which of them are stored and which are missing.

exports/dataset=movie/dt=2026-11-20/ids.csv.gz      a line `id`, then every id that passed the filters, ascending
"""

import datetime as dt
from collections.abc import Iterable
from typing import Protocol

from isal import isal_zlib

from lambdas.common.aws import Aws
from lambdas.common.batched import batched
from lambdas.common.bucket import Bucket

PREFIX = "exports"
_LEVEL = 1
_IDS = 10_000
"""Packed at a time."""
_HEADERS = {"content-type": "application/gzip"}


class Lake(Protocol):
    """The lake's bucket."""

    async def put(self, key: str, blob: bytes, *, if_absent: bool) -> None:
        """Store an object: whatever was there, or only where nothing is. Raises Retry, or StopTheLine when refused."""


class S3Lake:
    """The lake in the bucket `bucket`."""

    def __init__(self, bucket: str, aws: Aws) -> None:
        self._bucket = Bucket(bucket, aws)

    async def put(self, key: str, blob: bytes, *, if_absent: bool) -> None:
        await self._bucket.write(key, blob, headers=_HEADERS, if_absent=if_absent)


def ids_key(dataset: str, date: dt.date) -> str:
    """Key of the ids in the export file of a day."""
    return f"{PREFIX}/dataset={dataset}/dt={date.isoformat()}/ids.csv.gz"


def ids_file(ids: Iterable[int]) -> bytes:
    """The file with these ids, packed as they come: 9 MB for all people, 3 for all movies."""
    deflate = isal_zlib.compressobj(_LEVEL, wbits=31)
    lines = ("\n".join(map(str, some)).encode() for some in batched(ids, _IDS))
    packed = [deflate.compress(b"id\n"), *(deflate.compress(b"%b\n" % some) for some in lines)]
    return b"".join([*packed, deflate.flush()])
