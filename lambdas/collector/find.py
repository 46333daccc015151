"""From an id of another database to the title that TMDB has under it, by `/find`.

What is found is written down in a pointer, the body of the dataset's own message, with which it is not asked for again:

    {"imdb_id": "tt0133093", "dataset": "movie", "id": 603}
    {"imdb_id": "tt5924366", "dataset": "episode", "id": 1551825,
     "show_id": 1399, "season_number": 8, "episode_number": 1}
"""

from typing import Any

from lambdas.common.datasets import DATASETS, Dataset, episodes
from lambdas.common.errors import GiveUp, Retry
from lambdas.common.tmdb import Tmdb
from lambdas.common.work import MAX_ID, known_title

Pointer = dict[str, Any]

_FOUND = {
    "movie_results": "movie",
    "tv_results": "tv",
    "tv_episode_results": "episode",
    "tv_season_results": "season",
    "person_results": "person",
}
"""What is in each list of an answer."""
_PLACE = ("show_id", "season_number", "episode_number")
"""Where an episode is."""


class Ambiguous(GiveUp):
    """TMDB has several titles under one id; a person must choose. `pointers` lead to each."""

    def __init__(self, spelled: str, pointers: list[Pointer]) -> None:
        self.pointers = pointers
        super().__init__(f"{spelled} is ambiguous, TMDB has it as {', '.join(map(path_of, pointers))}")


async def find(dataset: Dataset, id: int, *, tmdb: Tmdb, deadline: float) -> Pointer | None:
    """The pointer to what TMDB has under an id of a dataset that is `found_by` another source; None when nothing is.

    Raises Ambiguous, GiveUp for a kind of title that is not collected, and what Tmdb.ask raises.
    """
    spelled = dataset.spelled(id)
    answer = await tmdb.ask(f"find/{spelled}", deadline=deadline, external_source=str(dataset.found_by))
    lists = {kind: answer.data[key] for key, kind in _FOUND.items() if isinstance(answer.data.get(key), list)}
    if not lists and not answer.gone:
        raise Retry(f"TMDB's answer about {spelled} has no lists")
    pointers: list[Pointer] = []
    for kind, rows in lists.items():
        for row in rows:
            pointer = {str(dataset.found_by): spelled, **_pointer(spelled, kind, row)}
            if pointer not in pointers:
                pointers.append(pointer)
    if len(pointers) > 1:
        raise Ambiguous(spelled, pointers)
    return pointers[0] if pointers else None


def title_of(pointer: Pointer) -> tuple[Dataset, int]:
    """The dataset that a pointer leads to, and the id there. Raises GiveUp when it is none that is collected."""
    if all(name in pointer for name in _PLACE):
        return episodes(pointer["show_id"], pointer["season_number"]), pointer["episode_number"]
    if pointer["dataset"] not in DATASETS:
        raise GiveUp(f"TMDB has it as {pointer['dataset']} {pointer['id']}, which is not collected by such an id")
    return DATASETS[pointer["dataset"]], pointer["id"]


def path_of(pointer: Pointer) -> str:
    """Where a pointer leads, as TMDB's API has it: movie/603."""
    try:
        dataset, id = title_of(pointer)
    except GiveUp:
        return f"{pointer['dataset']}/{pointer['id']}"
    return f"{dataset.path}/{dataset.spelled(id)}"


def pointer_to(dataset: Dataset, id: int, title: str) -> Pointer:
    """The pointer from an id to what path_of calls `title`, a movie or show. Raises ValueError when it is neither."""
    kind, own_id = known_title(title)
    return {str(dataset.found_by): dataset.spelled(id), "dataset": kind, "id": own_id}


def names(dataset: Dataset, id: int, body: dict[str, Any]) -> bool | None:
    """Whether a title's body says that it has this id, as pointers get out of date; None when it tells of none."""
    spelled, external = dataset.spelled(id), body.get("external_ids")
    told = [body.get("imdb_id"), external.get("imdb_id") if isinstance(external, dict) else None]
    titles = [name for name in told if isinstance(name, str) and name.startswith(spelled[:2])]
    return spelled in titles if titles else None


def _pointer(spelled: str, kind: str, row: Any) -> Pointer:
    place = _PLACE if kind == "episode" else ()
    pointer = {name: row.get(name) if isinstance(row, dict) else None for name in ("id", *place)}
    lowest = {"id": 1, "show_id": 1}
    for name, value in pointer.items():
        if type(value) is not int or not lowest.get(name, 0) <= value < MAX_ID:
            raise GiveUp(f"TMDB's answer about {spelled} has {kind} with {name} {str(value)[:20]}")
    return {"dataset": kind, **pointer}
