"""The calls that a stage's process makes, as they pass on the wire: where one ends, and what it is in words.

Names hold no run id and no digest, so that the same call of two lives has the same name.
"""

import asyncio
import re
import struct
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

from lambdas.common.aws import JSON

Reader = asyncio.StreamReader

_RUN = re.compile(r"[a-z_]+-[a-z]+-\d{8}T\d{6}Z-[0-9a-f]{4}")
_DIGEST = re.compile(r"(?<![0-9a-z])(?:[0-9a-f]{8}|[0-9a-f]{16})(?![0-9a-z])")
_SPARE = re.compile(r"\.life\d+")
"""What makes a bucket the bucket of one life."""
_READ_ONLY = ("Get", "Query", "Describe", "List")
_WORDS = 4


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its bytes and its name. `changes` what it asks may change something."""

    raw: bytes
    name: str
    changes: bool
    body: int = 0
    """Bytes at its end that may be on their way for a while: what is stored."""
    streams: bool = False
    """The answer is long, and worked on as it comes."""
    silent: bool = False
    """There is no answer."""
    bare: bool = False
    """The answer has no body, whatever its headers say."""


class Channel(Protocol):
    """One connection's conversation, seen from between its ends."""

    async def call(self, reader: Reader) -> Call | None:
        """The next call; None when there is none. Raises IncompleteReadError when it breaks off."""

    async def answer(self, reader: Reader, call: Call) -> bytes:
        """All bytes of the answer to it."""


class Http(Channel):
    """HTTP/1.1 to a `place`: AWS, TMDB, Bunny, or RDS for its Data API."""

    def __init__(self, place: str) -> None:
        self._place = place

    async def call(self, reader: Reader) -> Call | None:
        head = await _head(reader)
        if not head:
            return None
        headers = _headers(head)
        body = await _body(reader, headers)
        method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ", 2)
        name, changes = _named(self._place, method, target, headers, body)
        stored = len(body) if method == "PUT" else 0
        streams = method == "GET" and ("/p/exports/" in target or "/drop/" in target)
        return Call(head + body, name, changes, body=stored, streams=streams, bare=method == "HEAD")

    async def answer(self, reader: Reader, call: Call) -> bytes:
        head = await reader.readuntil(b"\r\n\r\n")
        status, headers = int(head.split(b" ", 2)[1]), _headers(head)
        if call.bare or status in (204, 304):
            return head
        if "content-length" in headers or "transfer-encoding" in headers:
            return head + await _body(reader, headers)
        return head + await reader.read()


async def _head(reader: Reader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as end:
        if end.partial:
            raise
        return b""


def _headers(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}


async def _body(reader: Reader, headers: dict[str, str]) -> bytes:
    if "chunked" not in headers.get("transfer-encoding", ""):
        return await reader.readexactly(int(headers.get("content-length", 0)))
    body = b""
    while True:
        size = await reader.readuntil(b"\r\n")
        body += size + await reader.readexactly(int(size, 16) + 2)
        if int(size, 16) == 0:
            return body


def _named(place: str, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[str, bool]:
    """What a request is in words, and whether it may change something."""
    url = urlsplit(target)
    path, query = unquote(url.path).lstrip("/"), parse_qs(url.query)
    if operation := headers.get("x-amz-target", "").rpartition(".")[2]:
        service = next(name for name in JSON.values() if headers["x-amz-target"].startswith(name.prefix)).name
        return scrubbed(f"{service} {operation}{_about(orjson.loads(body))}"), not operation.startswith(_READ_ONLY)
    if place == "RDS":
        sql = f" {_words(orjson.loads(body)['sql'])}" if path == "Execute" else ""
        return f"RDS {path}{sql}", not sql.startswith(" SELECT")
    if place != "AWS":
        page = f" page {query['page'][0]}" if "page" in query else ""
        return scrubbed(f"{place} {method} {path.partition('/')[2]}{page}"), method not in ("GET", "HEAD")
    if "list-type" in query:
        return scrubbed(f"S3 LIST {path}/{query['prefix'][0]}"), False
    if path.startswith("2015-03-31"):
        return "Lambda UpdateEventSourceMapping", True
    return scrubbed(f"S3 {method} {path}"), method not in ("GET", "HEAD")


def _about(asked: dict[str, Any]) -> str:
    """Which item or queue a call of a service that speaks JSON is about."""
    if "TransactItems" in asked:
        asked = asked["TransactItems"][0]["Put"]
    if item := asked.get("Key") or asked.get("Item"):
        return f" {item['pk']['S'].partition('#')[0]} {item['sk']['S']}"
    return f" {asked['QueueUrl'].rpartition('/')[2]}" if "QueueUrl" in asked else ""


def scrubbed(text: str) -> str:
    """Text without what differs from life to life."""
    return _SPARE.sub("", _DIGEST.sub("{digest}", _RUN.sub("{run}", text)))


@dataclass
class Postgres(Channel):
    """The protocol of Postgres, a conversation of messages: a call is what is sent before an answer is waited for."""

    begun: bool = False
    _copying: str = ""
    _extended: bool = False
    _said: list[bytes] = field(default_factory=list)

    async def call(self, reader: Reader) -> Call | None:
        if not self.begun:
            self.begun = True
            try:
                size = await reader.readexactly(4)
            except asyncio.IncompleteReadError:
                return None
            return Call(size + await reader.readexactly(_length(size) - 4), "Postgres connect", changes=False)
        messages: list[tuple[bytes, bytes]] = []
        while True:
            try:
                kind, message = await _message(reader)
            except asyncio.IncompleteReadError:
                if messages:
                    raise
                return None
            messages.append((kind, message))
            if kind == b"X":
                return Call(message, "Postgres close", changes=False, silent=True)
            if self._copying:
                if kind == (b"S" if self._extended else b"c"):
                    raw, name = b"".join(message for _, message in messages), f"{self._copying}, its rows"
                    self._copying = ""
                    return Call(raw, name, changes=True, body=len(raw))
            elif kind in (b"Q", b"S"):
                self._extended = kind == b"S"
                name = _statement(messages)
                return Call(b"".join(message for _, message in messages), name, not name.startswith("Postgres SELECT"))

    async def answer(self, reader: Reader, call: Call) -> bytes:
        answer = b""
        while True:
            kind, message = await _message(reader)
            answer += message
            if kind == b"G":
                self._copying = call.name
            if kind in (b"Z", b"G"):
                return answer


async def _message(reader: Reader) -> tuple[bytes, bytes]:
    head = await reader.readexactly(5)
    return head[:1], head + await reader.readexactly(_length(head[1:]) - 4)


def _length(size: bytes) -> int:
    (length,) = struct.unpack("!i", size)
    return int(length)


def _statement(messages: list[tuple[bytes, bytes]]) -> str:
    """The first words of the SQL in some messages: `Postgres INSERT INTO movie`."""
    for kind, message in messages:
        if kind in (b"Q", b"P"):
            text = message[5:].split(b"\0")[0 if kind == b"Q" else 1].decode()
            return f"Postgres {_words(text)}"
    return "Postgres sync"


def _words(sql: str) -> str:
    """How a statement begins, without comments."""
    return " ".join(re.sub(r"--.*|[\"(;,]", " ", sql).split()[:_WORDS])
