"""One title, or one page of a list: fetched, encoded, and stored at the edge.

A season leaves the title's body and becomes an object of its own. Seasons are stored first, seasons the title no longer
has are removed, and the title comes last: whoever sees the title can read what it lists, and a crash in between leaves
the old title, from which the work is done again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from lambdas.collector.bronze import Recording
from lambdas.collector.content import Digest
from lambdas.collector.edge import Edge, TooOld
from lambdas.collector.fetch import FetchedReviews, FetchedTitle, fetch_reviews, fetch_title
from lambdas.common import codec
from lambdas.common.datasets import Dataset
from lambdas.common.edge_keys import parse_key, reviews_key, season_key, title_key, title_prefix
from lambdas.common.errors import GiveUp
from lambdas.common.receipts import Stored
from lambdas.common.tmdb import Tmdb
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
    """(dataset, `season` or `reviews`, field pattern) of everything the schema does not know."""


async def collect_title(
    dataset: Dataset,
    id: int,
    *,
    tmdb: Tmdb,
    edge: Edge,
    digest: Digest,
    recording: Recording,
    deadline: float,
    all_reviews: bool = False,
    wanted: Callable[[dict[str, Any]], bool] = lambda _: True,
) -> Title | None:
    """Fetch, store and record one title; None when TMDB says it is gone (nothing is removed here).

    None as well, and nothing is stored, when its body turns out not to be `wanted`. With `all_reviews` these become an
    object of their own, where the dataset has any. Raises Retry, EdgeDown, GiveUp (with the JSON path of a value that
    cannot be kept), StopTheLine.
    """
    fetches = 0
    while True:
        fetches += 1
        fetched = await fetch_title(dataset, id, tmdb, deadline)
        if fetched.gone:
            recording.gone(dataset, id, fetched.title)
            return None
        if not wanted(fetched.title.data):
            return None
        reviews = None
        if all_reviews and dataset.reviews:
            reviews = await fetch_reviews(dataset, id, fetched.title.data, tmdb, deadline)
        answers = [*fetched.answers, *(reviews.answers if reviews else ())]
        try:
            unknown: frozenset[tuple[str, str]] = frozenset()
            if reviews:
                unknown = await _store_reviews(dataset, id, reviews, int(answers[-1].fetched_at), edge, digest)
            title = await _store(dataset, id, fetched, edge, digest)
        except TooOld:
            if fetches == _FETCHES:
                raise
        except GiveUp:
            recording.title(dataset, id, answers)
            raise
        else:
            recording.title(dataset, id, answers)
            return replace(title, unknown=title.unknown | unknown)


async def remove_title(dataset: Dataset, id: int, edge: Edge) -> None:
    """Remove the title's object and all under its path. Raises EdgeDown."""
    for key in await edge.list(title_prefix(dataset, id)):
        await edge.delete(key)
    await edge.delete(title_key(dataset, id))


async def _store(dataset: Dataset, id: int, fetched: FetchedTitle, edge: Edge, digest: Digest) -> Title:
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


async def _store_reviews(
    dataset: Dataset, id: int, reviews: FetchedReviews, fetched_at: int, edge: Edge, digest: Digest
) -> frozenset[tuple[str, str]]:
    """Store the reviews if they are not there already; gives what their schema does not know."""
    key, content = reviews_key(dataset, id), digest([orjson.dumps(reviews.body)])
    if await edge.holds(key, content, fetched_at=fetched_at):
        return frozenset()
    encoded = convert("reviews", reviews.body, fetched_at=fetched_at)
    await edge.put(key, encoded.blob, fetched_at=fetched_at, digest=content)
    return frozenset(("reviews", field) for field in encoded.unknown)


def _encode(
    dataset: Dataset, id: int, fetched: FetchedTitle, fetched_at: int
) -> tuple[list[tuple[str, bytes]], set[tuple[str, str]]]:
    """The title's objects by their keys, its own last, and what their schema does not know. Raises GiveUp."""
    unknown: set[tuple[str, str]] = set()
    objects: list[tuple[str, bytes]] = []
    bodies = [("season", season_key(dataset, id, n), body) for n, body in sorted(fetched.seasons.items())]
    for kind, key, body in [*bodies, (dataset.name, title_key(dataset, id), fetched.title.data)]:
        encoded = convert(kind, body, fetched_at=fetched_at)
        objects.append((key, encoded.blob))
        unknown |= {(kind, field) for field in encoded.unknown}
    return objects, unknown


def convert(kind: str, body: dict[str, Any], *, fetched_at: int) -> codec.Encoded:
    """The object of a body. Raises GiveUp with the JSON path of a value that it cannot keep."""
    try:
        return codec.convert(kind, body, fetched_at=fetched_at)
    except codec.Unrepresentable as error:
        raise GiveUp(f"{kind} body cannot be kept whole: {error}") from error


async def _remove_seasons(dataset: Dataset, id: int, kept: set[int], edge: Edge) -> None:
    """Remove the seasons that the title at the edge lists and TMDB no longer has."""
    blob = await edge.get(title_key(dataset, id))
    if blob is None:
        return
    seasons = f"{title_prefix(dataset, id)}/season"
    try:
        rows = codec.read(dataset.name, blob).seasons
    except codec.BadBlob:  # damaged at rest, and about to be replaced, or on its way: what lies there tells as well
        numbers = {parse_key(key).season or 0 for key in await edge.list(seasons)}
    else:
        numbers = {row.season_number for row in rows if 0 <= row.season_number < MAX_ID}
    for number in numbers - kept:
        for episode in await edge.list(f"{seasons}/{number}"):
            await edge.delete(episode)
        await edge.delete(season_key(dataset, id, number))
