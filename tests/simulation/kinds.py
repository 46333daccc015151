"""The other kinds of titles that a light TMDB has: shows with seasons, pages of a list, and what IMDb ids lead to."""

import re

import orjson

from lambdas.common.datasets import LAST_PAGE
from lambdas.common.http import Response
from tests.simulation.tmdb import Objects, Tmdb

_SEASON = re.compile(r"season/(\d+)")


class Shows(Tmdb):
    """Shows with none to thirteen seasons; one that changes loses its last season."""

    dataset = "tv"

    def objects(self, id: int) -> Objects:
        seasons = {
            f"tv/{id}/season/{n}.pb.lz4": ("season", {"name": f"{self._name(id)}, season {n}"})
            for n in range(self._seasons(id))
        }
        return {f"tv/{id}.pb.lz4": ("tv", {"name": self._name(id)}), **seasons}

    def _seasons(self, id: int) -> int:
        return max(0, id % 14 - self.versions.get(id, 0))

    def _body(self, id: int, query: str) -> bytes:
        numbers = range(self._seasons(id))
        seasons = {
            f"season/{n}": {"id": 100 * id + n, "season_number": n, "name": f"{self._name(id)}, season {n}"}
            for n in map(int, _SEASON.findall(query))
            if n in numbers
        }
        listed = [{"season_number": n} for n in numbers]
        return orjson.dumps({"id": id, "name": self._name(id), "seasons": listed, **seasons})


class Pages(Tmdb):
    """A list; its ids are pages, 500 at most. One that changes is shorter by a third, and its rows have moved."""

    dataset = "movie_popular"

    def __init__(self, ids: int) -> None:
        super().__init__(min(ids, LAST_PAGE))
        self.gone = self.invalid = self.broken = set()
        self.bad -= {1}

    def shrink(self) -> None:
        """Let the list lose its last pages."""
        last = len(self.ids) * 2 // 3
        self.gone = set(self.ids[last:])
        self.poison -= self.gone
        for id in self.ids:
            self.change(id)

    def objects(self, id: int) -> Objects:
        return {f"movie/popular/{id}.pb.lz4": ("movie_popular", {"results": self._rows(id)})}

    def _rows(self, id: int) -> list[dict[str, object]]:
        return [] if id in self.gone else [{"id": 1000 * id + self.versions.get(id, 0), "title": self._name(id)}]

    def _title(self, path: str, query: str) -> Response:
        id = int(query.removeprefix("page="))
        if self.mass_gone:
            return Response(200, {}, orjson.dumps({"page": id, "results": [], "total_pages": 0}))
        rows: object = "no rows" if id in self.bad - self.gone else self._rows(id)
        pages = len(self.ids) - len(self.gone)
        return Response(200, {}, orjson.dumps({"page": id, "results": rows, "total_pages": pages}))


class Found(Tmdb):
    """What TMDB has under IMDb ids: nothing, two movies, or the movie of the same number with its reviews."""

    dataset = "imdb"

    def __init__(self, ids: int) -> None:
        super().__init__(ids)
        self.gone = {id for id in self.ids if id % 7 == 3}
        self.bad = {id for id in self.ids if id % 11 == 4} - self.gone
        self.invalid = self.broken = set()
        self.deadly -= self.gone | self.bad

    def objects(self, id: int) -> Objects:
        return {
            f"imdb/tt{id:07d}.pb.lz4": ("imdb", {"dataset": "movie", "id": id}),
            f"movie/{id}.pb.lz4": ("movie", {"title": self._name(id)}),
            f"movie/{id}/reviews.pb.lz4": ("reviews", {"results": self._reviews(id)}),
        }

    def _body(self, id: int, query: str) -> bytes:
        return orjson.dumps({"id": id, "title": self._name(id), "imdb_id": f"tt{id:07d}"})

    def _reviews(self, id: int) -> list[dict[str, str]]:
        return [{"id": f"{id}-{n}", "author": "somebody"} for n in range(id % 4)]

    def _title(self, path: str, query: str) -> Response:
        if path.startswith("find/tt"):
            id = int(path.removeprefix("find/tt"))
            found = [] if self.mass_gone or id in self.gone else [id, id + 1] if id in self.bad else [id]
            return Response(200, {}, orjson.dumps({"movie_results": [{"id": id} for id in found]}))
        if path == "movie/popular":
            sound = [{"id": id} for id in self.ids if id not in self.gone | self.poison]
            return Response(200, {}, orjson.dumps({"page": 1, "results": sound[:20], "total_pages": 1}))
        id = int(path.split("/")[1])
        if not path.endswith("/reviews"):
            return Response(200, {}, self._body(id, query))
        pages = -(-len(self._reviews(id)) // 2)
        page = int(query.removeprefix("page="))
        rows = self._reviews(id)[2 * (page - 1) : 2 * page]
        told = {"total_pages": pages, "total_results": len(self._reviews(id))}
        return Response(200, {}, orjson.dumps({"id": id, "page": page, "results": rows, **told}))
