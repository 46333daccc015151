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
from lambdas.common.errors import GiveUp, Retry
from lambdas.common.tmdb import Tmdb

Witnesses = dict[str, int]
"""By dataset, the id of a title that TMDB had lately."""

_LIST, _LISTED = DATASETS["movie_popular"], DATASETS["movie"]
"""Where titles are that many people look at: they are complete."""


async def denial(dataset: Dataset, witnesses: Witnesses, *, tmdb: Tmdb, deadline: float) -> str:
    """What TMDB says of a witness if it denies that one, too; empty when it is to be believed.

    A witness that it denies may be gone indeed: next time another one is asked for. Raises Retry and StopTheLine as
    Tmdb.ask does.
    """
    try:
        if dataset.paged:
            rows = await _first_page(dataset, tmdb, deadline)
            return "" if rows else f"TMDB says that there is nothing on {dataset.path} any more"
        known = witnesses.get(dataset.name)
        if dataset.found_by:
            known = known or await _id_of_a_popular_movie(dataset, tmdb, deadline)
            if known is None:
                return f"TMDB has no movie in {_LIST.path} that could be looked for to see whether it finds any"
            gone = await find(dataset, known, tmdb=tmdb, deadline=deadline) is None
            told = f"TMDB finds nothing under {dataset.spelled(known)}, although one of its popular movies has that id"
        elif known is not None:
            gone = (await fetch_title(dataset, known, tmdb, deadline)).gone
            told = f"TMDB says of {dataset.name} {known}, which it had a moment ago, that it is gone"
        else:
            return ""
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
        title = (await fetch_title(_LISTED, id, tmdb, deadline)).title.data
        spelled = title.get(str(dataset.found_by))
        try:
            return parse_key(f"{dataset.path}/{spelled}{SUFFIX}").id
        except ValueError:  # it has none
            continue
    return None


async def _first_page(dataset: Dataset, tmdb: Tmdb, deadline: float) -> list[Any]:
    """What is on the first page of a list. Raises Retry for an answer that is none, and what Tmdb.ask raises."""
    rows = (await tmdb.ask(dataset.path, deadline=deadline, page=1)).data.get("results")
    if not isinstance(rows, list):
        raise Retry(f"TMDB's {dataset.path} has no rows")
    return rows
