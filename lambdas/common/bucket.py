"""One S3 bucket: objects by their keys, and writes that hold only for the version that was seen.

As little CPU as obstore takes, without its 15 MB: what signs and sends here is held by a function already.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from lambdas.common.aws import Aws
from lambdas.common.errors import Changed, Retry, StopTheLine
from lambdas.common.http import Response

_TRIES = 4
_TIMEOUT = 20.0
_META = "x-amz-meta-"


@dataclass(frozen=True, slots=True)
class Head:
    """What S3 tells of an object: its version, and its metadata by names in lower case."""

    e_tag: str
    metadata: Mapping[str, str]


class Bucket:
    """The bucket `name`. Every method raises Retry when S3 does not do it, StopTheLine when it refuses who we are."""

    def __init__(self, name: str, aws: Aws) -> None:
        self._name = name
        self._aws = aws
        service = aws.url("s3")
        self._url = f"{service}/{name}" if aws.endpoint else service.replace("://", f"://{name}.")

    async def head(self, key: str) -> Head | None:
        """What is told of the object, None when there is none."""
        answer = await self._ask("HEAD", key, (200, 404))
        if answer.status == 404:
            return None
        told = {name.lower(): value for name, value in answer.headers.items()}
        metadata = {name.removeprefix(_META): value for name, value in told.items() if name.startswith(_META)}
        return Head(told["etag"], metadata)

    async def put(
        self, key: str, blob: bytes, *, over: Head | None, headers: Mapping[str, str], metadata: Mapping[str, str]
    ) -> None:
        """Store `blob` whole: over the version that `head` told of, or where it found none. Raises Changed."""
        condition = {"if-match": over.e_tag} if over else {"if-none-match": "*"}
        beside = {f"{_META}{name}": value for name, value in metadata.items()}
        answer = await self._ask("PUT", key, (200, 404, 409, 412), {**headers, **condition, **beside}, blob)
        if answer.status != 200:
            raise Changed(f"S3 answered {answer.status}: {key} is not what it was")

    async def write(self, key: str, blob: bytes, *, headers: Mapping[str, str], if_absent: bool = False) -> bool:
        """Store `blob` whole, whatever is there; with `if_absent` only where nothing is: False when something was."""
        condition = {"if-none-match": "*"} if if_absent else {}
        answer = await self._ask("PUT", key, (200, 412), {**headers, **condition}, blob)
        return answer.status == 200

    async def get(self, key: str) -> bytes | None:
        """The object, gunzipped if it is gzip; None when there is none."""
        answer = await self._ask("GET", key, (200, 404))
        return answer.body if answer.status == 200 else None

    async def delete(self, key: str) -> None:
        """Remove the object, if it is there."""
        await self._ask("DELETE", key, (204, 404))

    async def list(self, prefix: str) -> list[str]:
        """The keys that start with `prefix`."""
        from xml.etree import ElementTree as ET  # needed when a title is gone

        keys: list[str] = []
        query = {"list-type": "2", "prefix": prefix}
        while True:
            answer = await self._ask(
                "GET", "", (200,), query=urlencode(sorted(query.items()), quote_via=quote, safe="")
            )
            page = ET.fromstring(answer.body)  # noqa: S314 - S3 itself wrote it
            keys += [str(found.text) for found in page.findall("{*}Contents/{*}Key")]
            token = page.findtext("{*}NextContinuationToken")
            if not token:
                return keys
            query["continuation-token"] = token

    async def _ask(
        self,
        method: str,
        key: str,
        good: tuple[int, ...],
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        *,
        query: str = "",
    ) -> Response:
        url = f"{self._url}/{quote(key)}" + (f"?{query}" if query else "")
        answer = await self._aws.request(
            "s3", method, url, headers=headers or {}, body=body, tries=_TRIES, timeout=_TIMEOUT
        )
        if answer.status in good:
            return answer
        said = f"S3 answered {answer.status} to {method} {self._name}/{key or query}"
        if answer.status in (401, 403):
            raise StopTheLine(f"{said}; check the function's role and the bucket")
        raise Retry(said)
