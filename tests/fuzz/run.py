"""All surfaces at once, in as many processes as wanted: who has nothing to do takes the next piece of the work."""

import multiprocessing
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty
from typing import TYPE_CHECKING, Any

from tests.fuzz.surface import Finding, Surface, Tally, throw
from tests.fuzz.surfaces import SURFACES

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

_SECONDS = 5
_PIECES = 4
"""Of each surface: a process that is late has little left to be late with."""


@dataclass(frozen=True)
class Piece:
    """Some cases of a surface."""

    surface: str
    first: int
    count: int


def planned(inputs: int, surfaces: Sequence[Surface] = SURFACES) -> list[Piece]:
    """`inputs` cases by the surfaces' shares, in pieces; what does not divide evenly is the first one's."""
    shares = sum(surface.share for surface in surfaces)
    counts = {surface.name: inputs * surface.share // shares for surface in surfaces}
    counts[surfaces[0].name] += inputs - sum(counts.values())
    pieces = [
        Piece(name, first, min(size, count - first))
        for name, count in counts.items()
        if count
        for size in [-(-count // _PIECES)]
        for first in range(0, count, size)
    ]
    return pieces[::-1]  # the dear ones first


def run(
    seed: int, pieces: Sequence[Piece], processes: int, told: Callable[[str, int], object] = lambda *_: None
) -> dict[str, Tally]:
    """What became of all cases, by surface; `told` hears of progress. Raises Finding at the first there is."""
    context = multiprocessing.get_context("spawn")
    work, news = context.Queue(), context.Queue()
    for piece in (*pieces, *[None] * processes):
        work.put(piece)
    workers = [context.Process(target=_work, args=(seed, work, news), daemon=False) for _ in range(processes)]
    for worker in workers:
        worker.start()
    tallies: dict[str, Tally] = {}
    try:
        for name, found in _heard(news, len(pieces), workers):
            if isinstance(found, Tally):
                tallies.setdefault(name, Tally()).add(found)
            else:
                told(name, found)
    except BaseException:
        for worker in workers:
            worker.terminate()
        raise
    finally:
        for worker in workers:
            worker.join()
    return tallies


def _heard(news: "Queue[tuple[str, Any]]", pieces: int, workers: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    while pieces:
        try:
            name, found = news.get(timeout=_SECONDS)
        except Empty:
            if any(worker.exitcode for worker in workers):
                raise Finding("a process of the fuzz was killed") from None
            continue
        if isinstance(found, str):
            raise Finding(found)
        pieces -= isinstance(found, Tally)
        yield name, found


def _work(seed: int, work: "Queue[Piece | None]", news: "Queue[tuple[str, Any]]") -> None:
    warnings.simplefilter("ignore")  # Powertools warns of an invocation that counts nothing
    surfaces = {surface.name: surface for surface in SURFACES}
    while piece := work.get():
        surface = surfaces[piece.surface]

        def told(number: int, name: str = surface.name) -> None:
            news.put((name, number))

        try:
            news.put((surface.name, throw(surface, seed, piece.first, piece.count, told)))
        except BaseException as error:  # noqa: BLE001 - told to who waits for the others, too
            news.put((surface.name, str(error) if isinstance(error, Finding) else f"{surface.name}: {error!r}"))
            return
