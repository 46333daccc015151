"""Whether TMDB is believed when it says that titles are gone: not while it denies a witness, too, that it must have.

    movie, person, ...      one of them that it had a moment ago
    movie_popular, ...      the first page: a list of several pages has something on that one
    imdb                    the id that one of its popular movies says it has

The first page itself is believed whatever is on it, as each run of a list brings it anew.
"""

from typing import Any

from lambdas.collector.fetch import fetch_title
from lambdas.collector.find import find
from lambdas.common.datasets import DATASETS, Dataset
from lambdas.common.edge_keys import SUFFIX, parse_key
from lambdas.common.errors import GiveUp, Retry, StopTheLine
from lambdas.common.tmdb import Tmdb

Witnesses = dict[str, int]
"""By dataset, the id of a title that TMDB had lately."""

_LIST, _LISTED = DATASETS["movie_popular"], DATASETS["movie"]
"""Where titles are that many people look at: they are complete."""


async def denial(dataset: Dataset, witnesses: Witnesses, *, tmdb: Tmdb, deadline: float) -> str:
    """What TMDB says of a witness if it denies that one, too; empty when it is to be believed.

    A witness that it denies may be gone indeed: next time another one is asked for, if there is. Raises Retry when
    nothing was told of it, and StopTheLine.
    """
    if dataset.paged:
        rows = await _first_page(dataset, tmdb, deadline)
        return "" if rows else f"TMDB says that there is nothing on {dataset.path} any more"
    known = witnesses.get(dataset.name)
    if known is None and dataset.found_by:
        known = await _id_of_a_popular_movie(dataset, tmdb, deadline)
        if known is None:
            return f"TMDB has no movie in {_LIST.path} that could be looked for to see whether it finds any"
    if known is None:
        return ""
    try:
        if dataset.found_by:
            gone = await find(dataset, known, tmdb=tmdb, deadline=deadline) is None
            told = f"TMDB finds nothing under {dataset.spelled(known)}, although one of its popular movies has that id"
        else:
            gone = (await fetch_title(dataset, known, tmdb, deadline)).gone
            told = f"TMDB says of {dataset.name} {known}, which it had a moment ago, that it is gone"
    except GiveUp:
        return ""  # whatever it is, it is there
    if gone:
        witnesses.pop(dataset.name, None)
        return told
    witnesses[dataset.name] = known
    return ""


async def _id_of_a_popular_movie(dataset: Dataset, tmdb: Tmdb, deadline: float) -> int | None:
    """The number of the first id of that database which a movie says it has; None when none does."""
    for row in await _first_page(_LIST, tmdb, deadline):
        id = row.get("id") if isinstance(row, dict) else None
        if type(id) is not int:
            continue
        try:
            title = (await fetch_title(_LISTED, id, tmdb, deadline)).title.data
            return parse_key(f"{dataset.path}/{title.get(str(dataset.found_by))}{SUFFIX}").id
        except (GiveUp, ValueError):  # it cannot be had, or has none
            continue
    return None


async def _first_page(dataset: Dataset, tmdb: Tmdb, deadline: float) -> list[Any]:
    """What is on the first page of a list, which is nothing when TMDB has no such list.

    Raises Retry for an answer that is none, StopTheLine for a list that cannot be had, and what Tmdb.ask raises.
    """
    try:
        page = await tmdb.ask(dataset.path, deadline=deadline, page=1)
    except GiveUp as error:
        raise StopTheLine(f"the first page of {dataset.path} cannot be had: {error}") from error
    rows = [] if page.gone else page.data.get("results")
    if not isinstance(rows, list):
        raise Retry(f"TMDB's {dataset.path} has no rows")
    return rows
