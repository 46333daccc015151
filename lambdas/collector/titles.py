"""One title, or one page of a list: fetched with its appended parts and seasons, encoded, and stored at the edge.

A season leaves the title's body and becomes an object of its own. Seasons are stored first, seasons the title no longer
has are removed, and the title comes last: whoever sees the title can read what it lists, and a crash in between leaves
the old title, from which the work is done again.
"""

from dataclasses import dataclass, field
from typing import Any

from lambdas.collector.bronze import Recording
from lambdas.collector.content import Digest
from lambdas.collector.edge import Edge, TooOld
from lambdas.common import codec
from lambdas.common.datasets import MAX_APPENDED, Dataset
from lambdas.common.edge_keys import season_key, title_key, title_prefix
from lambdas.common.errors import GiveUp, Retry
from lambdas.common.receipts import Stored
from lambdas.common.tmdb import Fetched, Tmdb
from lambdas.common.work import MAX_ID

_FETCHES = 3
"""How often a body is fetched that is too old when it reaches the edge."""


@dataclass(frozen=True, slots=True)
class Title:
    """A title at the edge: its receipt line, its seasons stored, listed seasons TMDB did not return, unknown fields."""

    stored: Stored
    unchanged: bool
    """It was there already, seasons and all, and was not stored again."""
    seasons: int
    seasons_missing: int
    unknown: frozenset[tuple[str, str]]
    """(dataset or `season`, field pattern) of everything the schema does not know."""


async def collect_title(
    dataset: Dataset, id: int, *, tmdb: Tmdb, edge: Edge, digest: Digest, recording: Recording, deadline: float
) -> Title | None:
    """Fetch, store and record one title; None when TMDB says it is gone (nothing is removed here).

    Raises Retry, EdgeDown, GiveUp (with the JSON path of a value that cannot be kept), StopTheLine.
    """
    fetches = 0
    while True:
        fetches += 1
        fetched = await _fetch(dataset, id, tmdb, deadline)
        if fetched.gone:
            recording.gone(id, fetched.title)
            return None
        try:
            title = await _store(dataset, id, fetched, edge, digest)
        except TooOld:
            if fetches == _FETCHES:
                raise
        except GiveUp:
            recording.title(id, fetched.answers)
            raise
        else:
            recording.title(id, fetched.answers)
            return title


async def remove_title(dataset: Dataset, id: int, edge: Edge) -> None:
    """Remove the title's object and all under its path. Raises EdgeDown."""
    for key in await edge.list(title_prefix(dataset, id)):
        await edge.delete(key)
    await edge.delete(title_key(dataset, id))


@dataclass(frozen=True, slots=True)
class _Fetched:
    """The answers to all calls that a title took, the first of them the title's own, and what was in them."""

    answers: list[Fetched]
    seasons: dict[int, dict[str, Any]] = field(default_factory=dict)
    listed: set[int] = field(default_factory=set)
    gone: bool = False

    @property
    def title(self) -> Fetched:
        return self.answers[0]

    def forget(self) -> None:
        """Let go of what was parsed: it is many times its bytes, and memory is fastest for who uses it at once."""
        for answer in self.answers:
            answer.data.clear()
        self.seasons.clear()


async def _fetch(dataset: Dataset, id: int, tmdb: Tmdb, deadline: float) -> _Fetched:
    numbers = range(dataset.seasons)
    fetched = await _ask(dataset, id, [*dataset.parts, *(f"season/{n}" for n in numbers)], tmdb, deadline)
    if fetched.gone or (dataset.paged and _past_end(fetched.data)):
        return _Fetched([fetched], gone=True)
    answers = [fetched]
    seasons = _split(fetched, numbers)
    listed = _listed(fetched.data) if dataset.seasons else set()
    further = sorted(listed.difference(numbers))
    for start in range(0, len(further), MAX_APPENDED):
        numbers_asked = further[start : start + MAX_APPENDED]
        more = await _ask(dataset, id, [f"season/{n}" for n in numbers_asked], tmdb, deadline)
        if more.gone:
            raise Retry(f"{dataset.name} {id} went away between two calls")
        answers.append(more)
        seasons |= _split(more, numbers_asked)
    return _Fetched(answers, seasons, listed)


async def _ask(dataset: Dataset, id: int, parts: list[str], tmdb: Tmdb, deadline: float) -> Fetched:
    if dataset.paged:
        own, fetched = "page", await tmdb.ask(dataset.path, deadline=deadline, page=id)
    else:
        query = {"append_to_response": ",".join(parts)} if parts else {}
        own, fetched = "id", await tmdb.ask(f"{dataset.path}/{id}", deadline=deadline, **query)
    if not fetched.gone and fetched.data.get(own) != id:
        raise Retry(f"asked for {dataset.name} {id}, TMDB answered with {own} {str(fetched.data.get(own))[:20]}")
    return fetched


def _past_end(page: dict[str, Any]) -> bool:
    """Whether a list says itself that it ends before this page, which is empty. A first page may be empty, too."""
    pages = page.get("total_pages")
    return not page.get("results") and type(pages) is int and page["page"] > max(pages, 1)


def _split(fetched: Fetched, numbers: Any) -> dict[int, dict[str, Any]]:
    """Take the appended seasons out of a body."""
    parts = {n: fetched.data.pop(f"season/{n}", None) for n in numbers}
    return {n: part for n, part in parts.items() if isinstance(part, dict)}


def _listed(body: dict[str, Any]) -> set[int]:
    rows = body.get("seasons")
    numbers = (row.get("season_number") for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()
    return {n for n in numbers if type(n) is int and 0 <= n < MAX_ID}


async def _store(dataset: Dataset, id: int, fetched: _Fetched, edge: Edge, digest: Digest) -> Title:
    """Store seasons and title, if they are not there already. Raises TooOld when the body got too old meanwhile."""
    stored = Stored(int(fetched.title.fetched_at), digest(answer.body for answer in fetched.answers))
    missing = len(fetched.listed.difference(fetched.seasons))
    if await edge.holds(title_key(dataset, id), stored.sha256, fetched_at=stored.fetched_at):
        return Title(stored, True, 0, missing, frozenset())
    objects, unknown = _encode(dataset, id, fetched, stored.fetched_at)
    seasons = frozenset(fetched.seasons)
    fetched.forget()
    if dataset.seasons:
        await _remove_seasons(dataset, id, fetched.listed | seasons, edge)
    for key, blob in objects:
        await edge.put(key, blob, fetched_at=stored.fetched_at, digest=stored.sha256)
    return Title(stored, False, len(seasons), missing, frozenset(unknown))


def _encode(
    dataset: Dataset, id: int, fetched: _Fetched, fetched_at: int
) -> tuple[list[tuple[str, bytes]], set[tuple[str, str]]]:
    """The title's objects by their keys, its own last, and what their schema does not know. Raises GiveUp."""
    unknown: set[tuple[str, str]] = set()
    objects: list[tuple[str, bytes]] = []
    bodies = [("season", season_key(dataset, id, n), body) for n, body in sorted(fetched.seasons.items())]
    for kind, key, body in [*bodies, (dataset.name, title_key(dataset, id), fetched.title.data)]:
        try:
            encoded = codec.convert(kind, body, fetched_at=fetched_at)
        except codec.Unrepresentable as error:
            raise GiveUp(f"{kind} body cannot be kept whole: {error}") from error
        objects.append((key, encoded.blob))
        unknown |= {(kind, field) for field in encoded.unknown}
    return objects, unknown


async def _remove_seasons(dataset: Dataset, id: int, kept: set[int], edge: Edge) -> None:
    """Remove the seasons that the title at the edge lists and TMDB no longer has."""
    blob = await edge.get(title_key(dataset, id))
    if blob is None:
        return
    try:
        rows = codec.read(dataset.name, blob).seasons
    except codec.BadBlob:
        return  # damaged at rest: about to be replaced
    before = {row.season_number for row in rows if 0 <= row.season_number < MAX_ID}
    for number in before - kept:
        await edge.delete(season_key(dataset, id, number))
