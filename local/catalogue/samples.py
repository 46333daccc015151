"""Real bodies found in a folder of `<kind>/<name>.json` files, served by the id inside each.

Where several bodies share an id, round 0 has the one with the most keys and each further round the next one, as an
edit. A body is served as it was found. A season belongs to the title that its episodes name, else to the title whose
body lists its id; a title that is not in the folder, or lists the season in no body, is made up around its seasons.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from local.catalogue.protocol import Body, Changed, Listed, Moment

KINDS = {
    "movie_details": "movie",
    "movie_append": "movie",
    "tv_details": "tv",
    "tv_append": "tv",
    "season_details": "season",
    "season_append": "season",
    "person_details": "person",
    "person_append": "person",
    "collection": "collection",
    "company": "company",
    "keyword": "keyword",
    "network": "network",
}
"""Folder: what its bodies are. Other folders are left alone."""

_SEASON = "season/"


@dataclass(frozen=True)
class Found:
    """A body and the file it was found in; `source` tells a made-up one."""

    body: Body
    source: str


class SamplesCatalogue:
    """Reads the whole folder at once. Raises ValueError when there is nothing to serve in it."""

    def __init__(self, folder: Path) -> None:
        self.skipped: list[str] = []
        self._titles: dict[tuple[str, int], list[Found]] = {}
        self._seasons: dict[tuple[int, int], list[Found]] = {}
        self._read(folder)
        if not self._titles:
            raise ValueError(f"{folder} holds no bodies in folders named {', '.join(KINDS)}")

    @property
    def rounds(self) -> int:
        """As many as the most bodies that share an id."""
        return max(len(found) for found in (*self._titles.values(), *self._seasons.values()))

    def listed(self, dataset: str, day: date, *, adult: bool = False) -> Iterator[Listed]:  # noqa: ARG002 - no day differs
        """Every id of the folder, on every day."""
        for (kind, id), found in self._titles.items():
            body = found[0].body
            if kind == dataset and bool(body.get("adult")) is adult:
                name = body.get("original_title") or body.get("original_name") or body.get("name") or ""
                yield Listed(id, name, float(body.get("popularity") or 0))

    def body(self, dataset: str, id: int, at: Moment) -> Body | None:
        """The title's body of this round."""
        return _of(self._titles.get((dataset, id)), at.round)

    def season(self, tv_id: int, number: int, at: Moment) -> Body | None:
        """The season's body of this round."""
        return _of(self._seasons.get((tv_id, number)), at.round)

    def edited(self, dataset: str, day: date) -> Sequence[Changed]:  # noqa: ARG002 - no day differs
        """Nothing: titles change with the rounds only."""
        return []

    def turned(self, dataset: str, number: int) -> Sequence[Changed]:
        """The titles that have another body in this round, or (tv) a season that has."""
        ids = {id for (kind, id), found in self._titles.items() if kind == dataset and len(found) > number}
        if dataset == "tv":
            ids |= {tv_id for (tv_id, _), found in self._seasons.items() if len(found) > number}
        return [Changed(id, self._titles[dataset, id][0].body.get("adult")) for id in sorted(ids)]

    def find(self, external_id: str) -> Sequence[tuple[str, int]]:
        """Titles whose body holds this id as `imdb_id`, there or among its external ids."""
        return [
            key for key, found in self._titles.items() if any(external_id in _external(each.body) for each in found)
        ]

    def find_episode(self, external_id: str) -> tuple[int, int, int] | None:  # noqa: ARG002 - bodies do not tell
        """None: the seasons of the folder do not say which IMDb ids their episodes have."""
        return None

    def reviews(self, dataset: str, id: int, at: Moment) -> Sequence[Body] | None:
        """The reviews in the title's body."""
        body = self.body(dataset, id, at)
        return None if body is None else (body.get("reviews") or {}).get("results") or []

    def expected(self, number: int) -> Mapping[str, str]:
        """The file of each body by its key in this round; `made up` for a title around its seasons."""
        return {key: found.source for key, found in self._in_round(number)}

    def served(self, number: int) -> dict[str, Body]:
        """The body of each key (`movie/550`, `tv/1399/season/1`) in this round, with all its parts."""
        return {key: found.body for key, found in self._in_round(number)}

    def _in_round(self, number: int) -> Iterator[tuple[str, Found]]:
        for (kind, id), found in self._titles.items():
            yield f"{kind}/{id}", _at(found, number)
        for (tv_id, season), found in self._seasons.items():
            yield f"tv/{tv_id}/season/{season}", _at(found, number)

    def _read(self, folder: Path) -> None:
        titles: defaultdict[tuple[str, int], list[Found]] = defaultdict(list)
        seasons: defaultdict[tuple[int, int], list[Found]] = defaultdict(list)
        apart: list[Found] = []
        for kind, found in self._files(folder):
            if kind == "season":
                apart.append(found)
            else:
                titles[kind, found.body["id"]].append(found)
        shows = [(id, found) for (kind, id), bodies in titles.items() if kind == "tv" for found in bodies]
        for id, show in shows:
            for name, body in _appended(show.body).items():
                seasons[id, int(name.removeprefix(_SEASON))].append(Found(body, f"{show.source}#{name}"))
        owners = {listed.get("id"): id for id, show in shows for listed in show.body.get("seasons") or ()}
        for found in apart:
            owner = _owner(found.body) or owners.get(found.body["id"])
            number = found.body.get("season_number")
            if owner is None or type(number) is not int:
                self.skipped.append(f"{found.source}: its episodes name no title, and no title lists it")
            else:
                seasons[owner, number].append(found)
        listed = {(id, row.get("season_number")) for id, show in shows for row in show.body.get("seasons") or ()}
        for id in {id for id, number in seasons if (id, number) not in listed}:
            own = {number: found[0].body for (owner, number), found in seasons.items() if owner == id}
            titles["tv", id].append(Found(_made_up(id, own), "made up"))
        self._titles = {key: _most_keys_first(found) for key, found in titles.items()}
        self._seasons = {key: _most_keys_first(found) for key, found in seasons.items()}

    def _files(self, folder: Path) -> Iterator[tuple[str, Found]]:
        for path in sorted(folder.glob("*/*.json")):
            if (kind := KINDS.get(path.parent.name)) is None:
                continue
            source = f"{path.parent.name}/{path.name}"
            try:
                body = orjson.loads(path.read_bytes())
            except orjson.JSONDecodeError as error:
                self.skipped.append(f"{source}: not JSON ({error})")
                continue
            if isinstance(body, dict) and _is_id(body.get("id")):
                yield kind, Found(body, source)
            else:
                self.skipped.append(f"{source}: not an object with an id")


def _at(found: list[Found], number: int) -> Found:
    return found[min(number, len(found) - 1)]


def _of(found: list[Found] | None, number: int) -> Body | None:
    return _at(found, number).body if found else None


def _most_keys_first(found: list[Found]) -> list[Found]:
    return sorted(found, key=lambda each: (-len(each.body), each.source))


def _is_id(value: Any) -> bool:
    return type(value) is int and 0 < value < 1 << 31


def _owner(season: Body) -> int | None:
    """The title that a season's episodes name."""
    named = (episode.get("show_id") for episode in season.get("episodes") or ())
    return next((id for id in named if _is_id(id)), None)


def _appended(body: Body) -> dict[str, Body]:
    """The seasons appended to a tv body, by the name they are appended under."""
    return {
        name: part
        for name, part in body.items()
        if name.startswith(_SEASON) and name.removeprefix(_SEASON).isdecimal() and isinstance(part, dict)
    }


def _external(body: Body) -> set[Any]:
    ids = body.get("external_ids") or {}
    return {body.get("imdb_id"), *ids.values()}


def _made_up(tv_id: int, seasons: Mapping[int, Body]) -> Body:
    """As little of a tv title as lists these seasons."""
    name = f"Title of {len(seasons)} season{'s' if len(seasons) > 1 else ''}"
    listed = [
        {
            "air_date": body.get("air_date"),
            "episode_count": len(body.get("episodes") or ()),
            "id": body["id"],
            "name": body.get("name"),
            "season_number": number,
        }
        for number, body in sorted(seasons.items())
    ]
    regular = sum(number > 0 for number in seasons)
    return {
        "id": tv_id,
        "name": name,
        "number_of_seasons": regular,
        "original_name": name,
        "popularity": 0.0,
        "seasons": listed,
    }
