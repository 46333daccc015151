"""Titles that are asked for by another database's id: found, stored in full as what they are, and pointed to.

    imdb/tt0133093.pb.lz4       -> movie/603.pb.lz4, movie/603/reviews.pb.lz4

The pointer comes last: whoever sees it can read what it leads to. An id whose pointer is young costs no call of /find,
nor does one that the lake knows, if the title itself still says that it has that id.
"""

from collections.abc import Container

import orjson

from lambdas.collector.bronze import Recording
from lambdas.collector.content import Digest
from lambdas.collector.edge import Edge, TooOld
from lambdas.collector.find import Ambiguous, Pointer, find, names, path_of, pointer_to, title_of
from lambdas.collector.titles import Title, collect_title, convert
from lambdas.common import codec
from lambdas.common.clock import Clock
from lambdas.common.datasets import Dataset
from lambdas.common.edge_keys import title_key
from lambdas.common.errors import GiveUp, Retry
from lambdas.common.receipts import Found
from lambdas.common.tmdb import Tmdb
from lambdas.common.work import Known

TRUSTED_SECONDS = 60 * 86_400
"""How long a pointer is followed before TMDB is asked again: with it, nothing gets near six months."""


async def collect_found(
    dataset: Dataset,
    id: int,
    *,
    tmdb: Tmdb,
    edge: Edge,
    digest: Digest,
    recording: Recording,
    deadline: float,
    clock: Clock,
    known: Known,
    told: dict[int, tuple[Found, ...]],
) -> Title | None:
    """Find, fetch, store and record the title that has this id; None when TMDB has nothing under it.

    What it is, or may be, is `told` by the id. Raises Ambiguous, and what collect_title raises. A title that is gone
    although it was just found is a Retry.
    """

    async def collect(pointer: Pointer, *, if_named: Container[bool | None]) -> Title | None:
        kind, own_id = title_of(pointer)
        title = await collect_title(
            kind,
            own_id,
            tmdb=tmdb,
            edge=edge,
            digest=digest,
            recording=recording,
            deadline=deadline,
            all_reviews=True,
            wanted=lambda body: names(dataset, id, body) in if_named,
        )
        if title:
            told[id] = (_found(pointer),)
        return title

    key = title_key(dataset, id)
    asked = int(clock.time())
    pointer = await _pointer(dataset, key, edge, asked - TRUSTED_SECONDS)
    if pointer and (title := await collect(pointer, if_named=(True, None))):
        return title
    pointer = pointer_to(dataset, id, known[id]) if id in known else None
    title = await collect(pointer, if_named=(True,)) if pointer else None
    if not pointer or not title:
        try:
            pointer = await find(dataset, id, tmdb=tmdb, deadline=deadline)
        except Ambiguous as error:
            told[id] = tuple(map(_found, error.pointers))
            raise
        if pointer is None:
            return None
        title = await collect(pointer, if_named=(True, None, False))
    if title is None:
        raise Retry(f"{dataset.spelled(id)} is {path_of(pointer)}, of which TMDB says that it is gone")
    try:
        await _point(dataset, key, pointer, asked, edge, digest)
    except TooOld:  # the title took its time; the pointer is asked for again, and what it leads to is there
        asked = int(clock.time())
        if await find(dataset, id, tmdb=tmdb, deadline=deadline) != pointer:
            raise
        await _point(dataset, key, pointer, asked, edge, digest)
    return title


def _found(pointer: Pointer) -> Found:
    return Found(pointer["dataset"], pointer["id"], path_of(pointer))


async def _point(dataset: Dataset, key: str, pointer: Pointer, asked: int, edge: Edge, digest: Digest) -> None:
    """Store the pointer, if it is not there already. Raises TooOld."""
    content = digest([orjson.dumps(pointer)])
    if not await edge.holds(key, content, fetched_at=asked):
        blob = convert(dataset.name, pointer, fetched_at=asked).blob
        await edge.put(key, blob, fetched_at=asked, digest=content)


async def _pointer(dataset: Dataset, key: str, edge: Edge, since: float) -> Pointer | None:
    """The pointer at the edge, if there is one that was fetched `since` (Unix seconds) and can be followed."""
    blob = await edge.get(key)
    try:
        if blob is None or codec.metadata(blob).fetched_at < since:
            return None
        pointer = codec.decode(dataset.name, blob)
        title_of(pointer)
    except (codec.BadBlob, KeyError, ValueError, GiveUp):
        return None  # damaged at rest: about to be replaced
    return pointer
