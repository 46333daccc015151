"""The bucket's objects, as an argument: what an event names, read in pieces, so that no file has to fit into memory."""

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from lambdas.common.bronze import PREFIX
from lambdas.common.created import Created
from lambdas.common.errors import BadInput, Retry

DROPS = "drop/"
MOVIES = f"{PREFIX}/movie/"
_PIECE = 64 * 1024


class Name(NamedTuple):
    """Where an object is."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"{self.bucket}/{self.key}"


class Content(NamedTuple):
    """An object: when it was written, in Unix seconds, and its bytes in pieces; Retry comes when they break off."""

    written_at: int
    pieces: Iterator[bytes]


class Objects(Protocol):
    """Reads objects."""

    def open(self, name: Name) -> Content | None:
        """The object; None when there is none any more. Raises Retry."""


def named(body: str, bucket: str) -> Name:
    """The object of `bucket` that a message names: an event of EventBridge, where keys are as they are.

    Raises BadInput for any other message.
    """
    created = Created.in_bucket(body, bucket)
    if not created.key.startswith((DROPS, MOVIES)):
        raise BadInput(f"{created.key!r} is neither under {DROPS} nor under {MOVIES}")
    return Name(*created)


class S3Objects:
    """Objects in S3, by a boto3 client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def open(self, name: Name) -> Content | None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._client.get_object(Bucket=name.bucket, Key=name.key)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise Retry(f"S3 did not give {name}: {error.response['Error']['Code']}") from error
        except BotoCoreError as error:
            raise Retry(f"S3 did not give {name}: {type(error).__name__}") from error
        return Content(int(answer["LastModified"].timestamp()), _pieces(name, answer["Body"]))


def _pieces(name: Name, body: Any) -> Iterator[bytes]:
    from botocore.exceptions import BotoCoreError

    try:
        yield from body.iter_chunks(_PIECE)
    except BotoCoreError as error:
        raise Retry(f"{name} broke off: {type(error).__name__}") from error
