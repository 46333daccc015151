"""A light TMDB: titles are functions of their id and version, and some are not to be had."""

import datetime as dt
import gzip
from collections import deque
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

import orjson

from lambdas.common.http import Response

LIMIT, SOCKETS = 40, 20
GONE = Response(404, {}, b'{"success":false,"status_code":34,"status_message":"The resource could not be found."}')
INVALID = Response(500, {}, b'{"success":false,"status_code":44,"status_message":"The ID is invalid."}')
BROKEN = Response(500, {}, b'{"success":false,"status_code":11,"status_message":"Internal error."}')
SUSPENDED = Response(401, {}, b'{"success":false,"status_code":7,"status_message":"Invalid API key."}')
PAGE = 100

Objects = Mapping[str, tuple[str, Mapping[str, Any]]]
"""By the key of an object, its kind and what its body must hold."""


class Tmdb:
    """Movies. `gone`, `bad`, `invalid`, `broken` and `deadly` ids: not there, not to be kept whole, refused, always
    500, and of a kind that kills who parses them.
    """

    dataset = "movie"

    def __init__(self, ids: int) -> None:
        self.ids = range(1, ids + 1)
        self.gone = {id for id in self.ids if id % 307 == 5}
        self.bad = {id for id in self.ids if id % 997 == 11} - self.gone
        self.invalid = {id for id in self.ids if id % 1499 == 23} - self.gone
        self.broken = {id for id in self.ids if id % 1999 == 31} - self.gone
        self.deadly = {id for id in self.ids if id % 4999 == 1501} - self.gone
        self.versions: dict[int, int] = {}
        self.changes: dict[dt.date, list[int]] = {}
        self.mass_gone = self.mass_dead = False
        self._asked: deque[float] = deque()
        self.open = self.most_open = self.most_a_second = 0

    @cached_property
    def poison(self) -> set[int]:
        """What ends as a dead letter."""
        return (self.bad | self.invalid | self.broken | self.deadly) - self.gone

    def change(self, id: int) -> None:
        """Give a title another content."""
        self.versions[id] = self.versions.get(id, 0) + 1

    # what it sees

    def asked(self, now: float) -> None:
        """Count a request in the second that ends now."""
        self._asked.append(now)
        while self._asked[0] <= now - 1:
            self._asked.popleft()
        self.most_a_second = max(self.most_a_second, len(self._asked))

    def refuses(self, now: float) -> Response | None:
        """A 429, if this request is one too many."""
        return None

    def slowness(self, now: float) -> float:
        """How many times as long as usual an answer takes."""
        return 1.0

    # what it answers

    def answer(self, path: str, query: str) -> Response:
        if path == "configuration":
            return Response(200, {}, b'{"images":{}}')
        if path == f"{self.dataset}/changes":
            return self._changes(query)
        return self._title(path, query)

    def objects(self, id: int) -> Objects:
        """What lies at the edge of a title in its present version."""
        return {f"movie/{id}.pb.lz4": ("movie", {"title": self._name(id)})}

    def _name(self, id: int) -> str:
        return f"{self.dataset} {id}, version {self.versions.get(id, 0)}"

    def _title(self, path: str, query: str) -> Response:
        id = int(path.removeprefix(f"{self.dataset}/"))
        if self.mass_gone or id in self.gone:
            return GONE
        if self.mass_dead or id in self.bad:
            return Response(200, {}, b'{"id":%d,"title":["a list where a text belongs"],"name":[0]}' % id)
        if id in self.invalid:
            return INVALID
        if id in self.broken:
            return BROKEN
        return Response(200, {}, self._body(id, query))

    def _body(self, id: int, query: str) -> bytes:
        return b'{"id":%d,"title":"%b"}' % (id, self._name(id).encode())

    def _changes(self, query: str) -> Response:
        asked = parse_qs(query)
        first, last = (dt.date.fromisoformat(asked[name][0]) for name in ("start_date", "end_date"))
        page = int(asked["page"][0])
        rows = [{"id": id, "adult": False} for day in (first, last) for id in self.changes.get(day, ())]
        some = rows[(page - 1) * PAGE : page * PAGE]
        return Response(200, {}, orjson.dumps({"results": some, "page": page, "total_pages": -(-len(rows) // PAGE)}))

    def export(self) -> bytes:
        """The file of ids, in no order."""
        ids = [*self.ids[1::2], *self.ids[::2]]
        return gzip.compress(b"".join(b'{"adult":false,"id":%d}\n' % id for id in ids), 1)
