"""Detail bodies: what is in them for the parts asked for, compressed once and remembered."""

import hashlib
import re
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import orjson

from local.catalogue.protocol import Body, Catalogue, Moment

try:
    from isal import igzip as gzip  # three times as fast; the fake shares the machine with what it serves
except ImportError:
    import gzip  # type: ignore[no-redef]  # same functions, slower

MAX_APPENDED = 20

_COMMON = {"changes", "external_ids", "images", "translations"}
_TITLE = _COMMON | {
    "account_states",
    "alternative_titles",
    "credits",
    "keywords",
    "lists",
    "recommendations",
    "reviews",
}
_TITLE |= {"similar", "videos", "watch/providers"}
PARTS: dict[str, set[str]] = {
    "movie": _TITLE | {"release_dates", "releases", "trailers", "casts", "similar_movies"},
    "tv": _TITLE | {"aggregate_credits", "content_ratings", "episode_groups", "screened_theatrically"},
    "season": _COMMON | {"account_states", "aggregate_credits", "credits", "videos", "watch/providers"},
    "person": _COMMON | {"combined_credits", "movie_credits", "tv_credits", "tagged_images"},
    "collection": {"images", "translations"},
    "company": {"alternative_names", "images"},
    "network": {"alternative_names", "images"},
    "keyword": {"movies"},
}
"""What can be appended to each kind of detail, old names included. Whatever else a body has is its own."""

_SEASON = re.compile(r"season/(\d{1,6})(?:/(.+))?")


@dataclass(frozen=True, slots=True)
class Packed:
    """A body ready to send."""

    gzipped: bytes
    etag: str

    def plain(self) -> bytes:
        """The body for a client that does not accept gzip."""
        return zlib.decompress(self.gzipped, 31)


def select(kind: str, body: Body, asked: tuple[str, ...], season: Callable[[int], Body | None]) -> Body:
    """The body's own fields and, of the parts asked for, those that exist; missing ones are left out in silence.

    An appended part has no `id` of its own, except that a season keeps its.
    """
    chosen = {name: value for name, value in body.items() if name not in PARTS[kind] and "/" not in name}
    for name in asked:
        if kind == "tv" and (match := _SEASON.fullmatch(name)):
            part = season(int(match[1]))
            if part and match[2]:
                part = part.get(match[2])
        else:
            part = body.get(name) if name in PARTS[kind] else None
        if part is not None:
            chosen[name] = part
    return chosen


class Details:
    """Detail bodies of a catalogue, with the last used ones kept compressed up to `memory` bytes."""

    def __init__(self, catalogue: Catalogue, memory: int = 1 << 28) -> None:
        self._catalogue = catalogue
        self._memory = memory
        self._size = 0
        self._packed: OrderedDict[tuple[object, ...], Packed] = OrderedDict()

    def title(self, dataset: str, id: int, asked: tuple[str, ...], at: Moment) -> Packed | None:
        """One title. Raises InvalidId."""

        def build() -> Body | None:
            body = self._catalogue.body(dataset, id, at)
            if body is None:
                return None
            return select(dataset, body, asked, lambda number: self._catalogue.season(id, number, at))

        return self._remembered((dataset, id, asked, at), build)

    def season(self, id: int, number: int, asked: tuple[str, ...], at: Moment) -> Packed | None:
        """One season of a tv title."""

        def build() -> Body | None:
            body = self._catalogue.season(id, number, at)
            return None if body is None else select("season", body, asked, lambda _: None)

        return self._remembered(("season", id, number, asked, at), build)

    def _remembered(self, key: tuple[object, ...], build: Callable[[], Body | None]) -> Packed | None:
        if packed := self._packed.get(key):
            self._packed.move_to_end(key)
            return packed
        if (body := build()) is None:
            return None
        text = orjson.dumps(body)
        etag = f'W/"{hashlib.md5(text, usedforsecurity=False).hexdigest()}"'
        packed = self._packed[key] = Packed(gzip.compress(text, 1, mtime=0), etag)
        self._size += len(packed.gzipped)
        while self._size > self._memory and len(self._packed) > 1:
            self._size -= len(self._packed.popitem(last=False)[1].gzipped)
        return packed
