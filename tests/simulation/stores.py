"""S3 with conditional writes, and Bunny, where the last writer wins. Both remember when an older fetch won."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

import orjson

from lambdas.common import codec
from lambdas.common.http import Response

_META = "x-amz-meta-"


@dataclass(slots=True, frozen=True)
class Object:
    """A stored object; `fetched_at` is that of the title in it, 0 where there is none.

    `headers` are JSON, and no orjson's, whose bytes keep their buffers: a million objects have to fit into memory.
    """

    blob: bytes
    version: int
    headers: str
    fetched_at: int


class Store:
    """Objects by key. `replaced` are (key, older than what it replaced by s, s from fetch to write)."""

    def __init__(self, *, conditional: bool) -> None:
        self._conditional = conditional
        self._version = 0
        self.objects: dict[str, Object] = {}
        self._below: dict[str, set[str]] = {}
        """By title, the keys of what lies below it."""
        self.replaced: list[tuple[str, int, float]] = []
        self.removed: list[str] = []
        self.rewritten: set[str] = set()
        """Keys of titles with something below them that were stored more than once."""

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
                    self.removed.append(path)
                self._below.get(_title(path), set()).discard(path)
                return Response(204 if self._conditional else 200, {}, b"")
            case _ if there is None:
                return Response(404, {}, b"")
            case "HEAD":
                return Response(200, {"etag": str(there.version), **orjson.loads(there.headers)}, b"")
            case _:
                return Response(200, {}, there.blob)

    def _put(self, key: str, headers: Mapping[str, str], body: bytes, now: float) -> Response:
        there = self.objects.get(key)
        if self._conditional:
            if headers.get("if-none-match") == "*" and there:
                return Response(412, {}, b"")
            if (wanted := headers.get("if-match")) and not (there and str(there.version) == wanted):
                return Response(412 if there else 404, {}, b"")
        elif hashlib.sha256(body).hexdigest().upper() != headers["Checksum"]:
            return Response(400, {}, b"")
        metadata = {name: value for name, value in headers.items() if name.startswith(_META)}
        fetched = codec.metadata(body).fetched_at if key.endswith(".pb.lz4") else 0
        if there and there.fetched_at > fetched:
            self.replaced.append((key, there.fetched_at - fetched, now - fetched))
        if there and key.removesuffix(".pb.lz4") in self._below:
            self.rewritten.add(key)
        self._version += 1
        self.objects[key] = Object(body, self._version, json.dumps(metadata), fetched)
        if title := _title(key):
            self._below.setdefault(title, set()).add(key)
        return Response(200 if self._conditional else 201, {}, b"")

    def below(self, folder: str) -> list[str]:
        """The keys of all objects at any depth below a title or a folder of it."""
        return sorted(key for key in self._below.get(_title(f"{folder}/"), ()) if key.startswith(f"{folder}/"))

    def _list(self, path: str, query: str) -> Response:
        """S3's list of all keys with a prefix, or Bunny's of one folder."""
        if query:
            keys = self.below(parse_qs(query)["prefix"][0].removesuffix("/"))
            rows = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys)
            return Response(200, {}, f"<ListBucketResult>{rows}</ListBucketResult>".encode())
        parts = (key.removeprefix(path).partition("/") for key in self.below(path.removesuffix("/")))
        entries = sorted({(name, bool(rest)) for name, _, rest in parts})
        return Response(200, {}, orjson.dumps([{"ObjectName": name, "IsDirectory": deep} for name, deep in entries]))


def _title(key: str) -> str:
    """The title that a key lies below, `tv/1399` of `tv/1399/season/1.pb.lz4`; empty for one that lies below none."""
    folder, _, rest = key.partition("/")
    id, _, below = rest.partition("/")
    return f"{folder}/{id}" if below or key.endswith("/") else ""
