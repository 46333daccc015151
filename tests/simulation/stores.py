"""S3 with conditional writes, and Bunny, where the last writer wins. Both remember when an older fetch won."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from lambdas.common import codec
from lambdas.common.http import Response


@dataclass(slots=True, frozen=True)
class Object:
    """A stored object; `fetched_at` is that of the title in it, 0 where there is none."""

    blob: bytes
    e_tag: str
    metadata: Mapping[str, str]
    fetched_at: int


class Store:
    """Objects by key. `replaced` are (key, older than what it replaced by s, s from fetch to write)."""

    def __init__(self, *, conditional: bool) -> None:
        self._conditional = conditional
        self._version = 0
        self.objects: dict[str, Object] = {}
        self.replaced: list[tuple[str, int, float]] = []
        self.deleted: list[str] = []

    def answer(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, now: float
    ) -> Response:
        if method == "GET" and (query or path.endswith("/")):
            return self._list(path, query)
        there = self.objects.get(path)
        match method:
            case "PUT":
                return self._put(path, headers, body, now)
            case "DELETE":
                if self.objects.pop(path, None):
                    self.deleted.append(path)
                return Response(204 if self._conditional else 200, {}, b"")
            case _ if there is None:
                return Response(404, {}, b"")
            case "HEAD":
                metadata = {f"x-amz-meta-{name}": value for name, value in there.metadata.items()}
                return Response(200, {"etag": there.e_tag, **metadata}, b"")
            case _:
                return Response(200, {}, there.blob)

    def _put(self, key: str, headers: Mapping[str, str], body: bytes, now: float) -> Response:
        there = self.objects.get(key)
        if self._conditional:
            if headers.get("if-none-match") == "*" and there:
                return Response(412, {}, b"")
            if (wanted := headers.get("if-match")) and not (there and there.e_tag == wanted):
                return Response(412 if there else 404, {}, b"")
        elif hashlib.sha256(body).hexdigest().upper() != headers["Checksum"]:
            return Response(400, {}, b"")
        metadata = {n.removeprefix("x-amz-meta-"): v for n, v in headers.items() if n.startswith("x-amz-meta-")}
        fetched = codec.metadata(body).fetched_at if key.endswith(".pb.lz4") else 0
        if there and there.fetched_at > fetched:
            self.replaced.append((key, there.fetched_at - fetched, now - fetched))
        self._version += 1
        self.objects[key] = Object(body, f'"{self._version}"', metadata, fetched)
        return Response(200 if self._conditional else 201, {}, b"")

    def _list(self, path: str, query: str) -> Response:
        """Titles of these runs have nothing below them; the callers ask all the same."""
        if query:
            return Response(200, {}, b"<ListBucketResult></ListBucketResult>")
        return Response(200, {}, orjson.dumps([]))
