"""EventBridge's "Object Created" of a bucket: sent to lake writer and catalog loader, and said again by `tmdb rebuild`.

Keys are as they are, whatever letters they hold.
"""

import json
from typing import NamedTuple

import msgspec

from lambdas.common.errors import BadInput


class Created(NamedTuple):
    """An object that is new in its bucket. `to_json` is undone by `of`."""

    bucket: str
    key: str

    @classmethod
    def of(cls, body: str) -> "Created":
        """The object that a message tells of. Raises BadInput for any other message."""
        try:
            detail = msgspec.json.decode(body, type=_Event).detail
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise BadInput(f"not an event of a bucket: {error}") from error
        return cls(detail.bucket.name, detail.object.key)

    @classmethod
    def in_bucket(cls, body: str, bucket: str) -> "Created":
        """The same for an object of `bucket`. Raises BadInput for that of any other."""
        found = cls.of(body)
        if found.bucket != bucket:
            raise BadInput(f"an event of the bucket {found.bucket!r}, not of {bucket!r}")
        return found

    def to_json(self) -> str:
        detail = {"bucket": {"name": self.bucket}, "object": {"key": self.key}}
        return json.dumps({"source": "aws.s3", "detail-type": "Object Created", "detail": detail})


class _Bucket(msgspec.Struct):
    name: str


class _Object(msgspec.Struct):
    key: str


class _Detail(msgspec.Struct):
    bucket: _Bucket
    object: _Object


class _Event(msgspec.Struct):
    detail: _Detail
