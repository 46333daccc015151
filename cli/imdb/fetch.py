"""Downloads titles by IMDb ids: found, fetched in full with all reviews, and handed to the results one by one."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cli.errors import Failure
from cli.imdb.ids import IMDB
from cli.imdb.results import Results, Row, row_of
from lambdas.collector.fetch import fetch_reviews, fetch_title
from lambdas.collector.find import Ambiguous, Pointer, find, names, path_of, title_of
from lambdas.collector.witness import Witnesses, denial
from lambdas.common.clock import Clock
from lambdas.common.errors import GiveUp, Retry, StopTheLine
from lambdas.common.tmdb import Tmdb

ATTEMPTS = 5
FAILURES_IN_A_ROW = 10
_NEVER = float("inf")


class Download:
    """Fetches ids with at most `width` at a time, each up to five times, the failed ones behind all others.

    `done` is called for each id that has its outcome.
    """

    def __init__(
        self,
        *,
        tmdb: Tmdb,
        clock: Clock,
        results: Results,
        known: Mapping[int, Pointer],
        width: int,
        done: Callable[[], None] = lambda: None,
    ) -> None:
        self._tmdb = tmdb
        self._clock = clock
        self._results = results
        self._known = known
        self._width = width
        self._done = done
        self._waiting: deque[int] = deque()
        self._attempts: Counter[int] = Counter()
        self._in_a_row = 0
        self._asking = asyncio.Lock()
        self._believed_at = -_NEVER
        self._witnesses: Witnesses = {}

    async def all(self, ids: Iterable[int]) -> None:
        """Bring every id to its outcome. Raises Failure when TMDB does not answer at all, or refuses the token."""
        self._waiting.extend(ids)
        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(min(self._width, len(self._waiting))):
                    workers.create_task(self._worker())
        except ExceptionGroup as ended:  # by the first of them; what others say meanwhile is the same
            error = ended.exceptions[0]
            if isinstance(error, StopTheLine):
                told = str(error).partition(" Put ")[0]
                raise Failure(f"TMDB refuses TMDB_TOKEN: {told} Correct it and run this again") from error
            raise error from ended

    async def _worker(self) -> None:
        while self._waiting:
            await self._one(self._waiting.popleft())

    async def _one(self, id: int) -> None:
        spelled = IMDB.spelled(id)
        try:
            row, body = await self._title(id)
        except Ambiguous as error:
            row, body = Row(spelled, "ambiguous", detail=" ".join(map(path_of, error.pointers))), None
        except GiveUp as error:
            row, body = Row(spelled, "failed", detail=str(error)), None
        except Retry as error:
            await self._again(id, error)
            return
        self._in_a_row = 0
        self._add(row, body)

    async def _title(self, id: int) -> tuple[Row, dict[str, Any] | None]:
        """The row of an id, and the whole title if there is one."""
        if known := self._known.get(id):
            body = await self._whole(known)
            if body and names(IMDB, id, body) is not False:
                return row_of(known), body
        pointer = await find(IMDB, id, tmdb=self._tmdb, deadline=_NEVER)
        if pointer is None:
            await self._believe(self._clock.monotonic())
            return Row(IMDB.spelled(id), "not_found"), None
        body = await self._whole(pointer)
        if body is None:
            raise Retry(f"TMDB finds {path_of(pointer)} and says that it is gone")
        return row_of(pointer), body

    async def _believe(self, told_at: float) -> None:
        """Raises Failure when TMDB does not find what it must have either. Asked once for all that was told before."""
        async with self._asking:
            if self._believed_at > told_at:
                return
            asked_at = self._clock.monotonic()
            if why := await denial(IMDB, self._witnesses, tmdb=self._tmdb, deadline=_NEVER):
                raise Failure(
                    f"{why}: it is not believed that others are not found; run this again later, and it goes on"
                )
            self._believed_at = asked_at

    async def _whole(self, pointer: Pointer) -> dict[str, Any] | None:
        """A title with its parts, seasons and all reviews in one body; None when it is gone."""
        dataset, id = title_of(pointer)
        fetched = await fetch_title(dataset, id, self._tmdb, _NEVER)
        if fetched.gone:
            return None
        place = {"show_id": pointer["show_id"]} if "show_id" in pointer else {}
        body = place | fetched.title.data | {f"season/{n}": part for n, part in sorted(fetched.seasons.items())}
        if dataset.reviews:
            reviews = await fetch_reviews(dataset, id, fetched.title.data, self._tmdb, _NEVER)
            rows = reviews.body["results"]
            body["reviews"] = {"results": rows, "total_results": len(rows)}
        return body

    async def _again(self, id: int, error: Retry) -> None:
        """Put an id behind all others, or give it up. Raises Failure when it is not the id: nothing answers."""
        self._attempts[id] += 1
        self._in_a_row += 1
        if self._in_a_row % FAILURES_IN_A_ROW == 0 and not await self._tmdb.answers():
            raise Failure(f"TMDB does not answer: {error}; run this again later, what is done stays done")
        if self._attempts[id] < ATTEMPTS:
            await self._clock.sleep(2.0 ** (self._attempts[id] - 1))
            self._waiting.append(id)
        else:
            self._add(Row(IMDB.spelled(id), "failed", detail=f"{ATTEMPTS} attempts: {error}"))

    def _add(self, row: Row, body: dict[str, Any] | None = None) -> None:
        self._results.add(row, body)
        self._done()
