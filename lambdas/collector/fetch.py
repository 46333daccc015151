"""Fetches one title, or one page of a list: with its appended parts, all its seasons, and all its reviews if wanted."""

from dataclasses import dataclass, field
from typing import Any

from lambdas.common.datasets import LAST_PAGE, MAX_APPENDED, Dataset
from lambdas.common.errors import Retry
from lambdas.common.tmdb import Fetched, Tmdb
from lambdas.common.work import MAX_ID

_READINGS = 3
"""How often reviews are read whose number changes meanwhile."""


@dataclass(frozen=True, slots=True)
class FetchedTitle:
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


@dataclass(frozen=True, slots=True)
class FetchedReviews:
    """The reviews of a title, all in one body, and the answers to the calls that they took besides the title's own."""

    body: dict[str, Any]
    answers: list[Fetched]


async def fetch_title(dataset: Dataset, id: int, tmdb: Tmdb, deadline: float) -> FetchedTitle:
    """The title with its seasons. Raises what Tmdb.ask raises, and Retry for another title's body."""
    numbers = range(dataset.seasons)
    fetched = await _ask(dataset, id, [*dataset.parts, *(f"season/{n}" for n in numbers)], tmdb, deadline)
    if fetched.gone or (dataset.paged and _past_end(fetched.data)):
        return FetchedTitle([fetched], gone=True)
    answers = [fetched]
    seasons = _split(fetched, numbers)
    listed = _listed(fetched.data) if dataset.seasons else set()
    further = sorted(listed.difference(numbers))
    for start in range(0, len(further), MAX_APPENDED):
        numbers_asked = further[start : start + MAX_APPENDED]
        more = await _ask(dataset, id, [f"season/{n}" for n in numbers_asked], tmdb, deadline)
        if more.gone:
            raise _gone_meanwhile(dataset, id)
        answers.append(more)
        seasons |= _split(more, numbers_asked)
    return FetchedTitle(answers, seasons, listed)


async def fetch_reviews(
    dataset: Dataset, id: int, title: dict[str, Any], tmdb: Tmdb, deadline: float
) -> FetchedReviews:
    """All reviews of a title, in order and none twice. Raises what Tmdb.ask raises.

    The first page is the one in the `title`, where it has one. Reviews move to later pages as new ones come, which
    shows them twice; as one is removed, others move to pages that were read already. So what changes is read again.
    """
    appended = title.get("reviews")
    first = appended if isinstance(appended, dict) and isinstance(appended.get("results"), list) else None
    answers: list[Fetched] = []
    pages: list[dict[str, Any]] = []
    for _ in range(_READINGS):
        pages, first = [first] if first else [], None
        while len(pages) < LAST_PAGE and not (pages and len(pages) >= _pages(pages[-1])):
            page = await tmdb.ask(f"{dataset.path}/{id}/reviews", deadline=deadline, page=len(pages) + 1)
            if page.gone:
                raise _gone_meanwhile(dataset, id)
            if page.data.get("id", id) != id:
                raise Retry(f"asked for reviews of {dataset.name} {id}, TMDB answered with those of another title")
            answers.append(page)
            pages.append(page.data)
        if len({page.get("total_results") for page in pages}) == 1:
            break
    rows = [row for page in pages for row in page.get("results") or () if isinstance(row, dict)]
    unique: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows):
        unique.setdefault(str(row.get("id") or number), row)
    return FetchedReviews({"id": id, "results": [*unique.values()]}, answers)


def _pages(page: dict[str, Any]) -> int:
    """How many pages there are, as the last one read says; one without rows is the last."""
    pages = page.get("total_pages")
    return pages if type(pages) is int and page.get("results") else 0


def _gone_meanwhile(dataset: Dataset, id: int) -> Retry:
    return Retry(f"{dataset.name} {id} went away between two calls")


async def _ask(dataset: Dataset, id: int, parts: list[str], tmdb: Tmdb, deadline: float) -> Fetched:
    if dataset.paged:
        own, fetched = "page", await tmdb.ask(dataset.path, deadline=deadline, page=id)
    else:
        query = {"append_to_response": ",".join(parts)} if parts else {}
        own, fetched = dataset.own, await tmdb.ask(f"{dataset.path}/{id}", deadline=deadline, **query)
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
