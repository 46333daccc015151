"""Works through the ids of one work item and says what became of each, without counting or sending anything.

An outage is not the ids' fault. When requests fail in a row, TMDB is asked something that always works: if that fails
too, the failures cost no attempt and the rest of the batch is handed back.
"""

import asyncio
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from lambdas.collector.edge import EdgeDown, TooOld
from lambdas.collector.titles import Title
from lambdas.common.clock import Clock
from lambdas.common.errors import GiveUp, Retry, StopTheLine, Throttled
from lambdas.common.receipts import Stored

FAILURES_IN_A_ROW = 10
EDGE_FAILURES = 3
LONGEST_REASON = 500
"""Characters; 50 of them fit into a receipt, whatever TMDB said."""

Collect = Callable[[int], Awaitable[Title | None]]
"""Fetches and stores one id; None when it is gone."""


@dataclass(slots=True)
class Outcomes:
    """What became of the ids of a batch. An id that is nowhere here was not done: `left` are those."""

    titles: dict[int, Title] = field(default_factory=dict)
    """What is at the edge now."""
    gone: list[int] = field(default_factory=list)
    dead: dict[int, str] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    """Reason of a failure that another attempt may not see."""
    left: list[int] = field(default_factory=list)
    outage: str = ""
    """What failed, when TMDB or the edge did not answer at all."""
    stop: StopTheLine | None = None

    @property
    def stored(self) -> dict[int, Stored]:
        return {id: title.stored for id, title in self.titles.items() if not title.unchanged}

    @property
    def unchanged(self) -> dict[int, Stored]:
        return {id: title.stored for id, title in self.titles.items() if title.unchanged}


def _bug(error: Exception) -> str:
    """Where an unexpected exception came from: the same words for every id that trips the same bug."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"unexpected {type(error).__name__} at {PurePath(frame.filename).name}:{frame.lineno}"


class Batch:
    """One pass over some ids with at most `width` at a time."""

    def __init__(
        self,
        ids: Sequence[int],
        *,
        collect: Collect,
        answers: Callable[[], Awaitable[bool]],
        clock: Clock,
        deadline: float,
        width: int,
    ) -> None:
        self._ids = ids
        self._waiting = deque(ids)
        self._collect = collect
        self._answers = answers
        self._clock = clock
        self._deadline = deadline
        self._width = width
        self._in_a_row = 0
        self._edge_failures = 0
        self._ended = False
        self.outcomes = Outcomes()

    async def work(self) -> Outcomes:
        """Do what can be done before the deadline (monotonic seconds)."""
        workers = [asyncio.create_task(self._worker()) for _ in range(min(self._width, len(self._ids)))]
        try:
            async with asyncio.timeout(max(0.0, self._deadline - self._clock.monotonic())):
                await asyncio.gather(*workers)
        except TimeoutError:
            pass  # what was not done by now is left
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        done = self.outcomes
        if self._in_a_row and not done.stop and not done.outage:
            await self._check_outage(next(reversed(done.failed.values())))
        if done.outage:
            done.failed.clear()  # an outage is nobody's attempt
        known = done.titles.keys() | set(done.gone) | done.dead.keys() | done.failed.keys()
        done.left = [id for id in self._ids if id not in known]
        return done

    async def _worker(self) -> None:
        while self._waiting and not self._ended and self._clock.monotonic() < self._deadline:
            await self._one(self._waiting.popleft())

    async def _one(self, id: int) -> None:
        done = self.outcomes
        try:
            title = await self._collect(id)
        except StopTheLine as error:
            done.stop = error
            self._ended = True
        except Throttled:
            self._ended = True  # the pacer has no slot left before the deadline
        except (EdgeDown, TooOld) as error:  # somebody is slow or away, and it is not the id
            done.outage = str(error)
            self._edge_failures += 1
            self._ended = self._ended or self._edge_failures >= EDGE_FAILURES
        except GiveUp as error:
            self._in_a_row = 0
            done.dead[id] = str(error)[:LONGEST_REASON]
        except Retry as error:
            await self._failed(id, str(error))
        except Exception as error:  # noqa: BLE001 - one id that trips a bug must not take 49 others with it
            await self._failed(id, _bug(error))
        else:
            self._in_a_row = 0
            if title is None:
                done.gone.append(id)
            else:
                done.titles[id] = title

    async def _failed(self, id: int, reason: str) -> None:
        self.outcomes.failed[id] = reason[:LONGEST_REASON]
        self._in_a_row += 1
        if self._in_a_row == FAILURES_IN_A_ROW and not self._ended:  # one worker asks, the others go on
            await self._check_outage(reason)

    async def _check_outage(self, reason: str) -> None:
        """Whether TMDB answers at all; if not, the failures are its, not the ids'. Cut off, it is asked once more."""
        try:
            if await self._answers():
                self._in_a_row = 0
                return
        except StopTheLine as error:
            self.outcomes.stop = error
        self.outcomes.outage, self._ended = reason, True
