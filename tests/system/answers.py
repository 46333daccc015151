"""What the fake TMDB of a run answers to each call, byte for byte: said again by the same made-up catalogue."""

from datetime import UTC, datetime

import orjson

from lambdas.common.bronze import Line
from lambdas.common.datasets import DATASETS, MAX_APPENDED
from local.catalogue.made_up import MadeUpCatalogue
from local.catalogue.protocol import Moment
from local.tmdb.details import Details
from local.tmdb.errors import error
from local.tmdb.exports import newest
from local.tmdb.lists import Lists

ROUNDS = 2


class Answers:
    """The answers of a run that began when this was made."""

    def __init__(self) -> None:
        catalogue = MadeUpCatalogue()
        self._details, self._lists = Details(catalogue), Lists(catalogue)
        self._began = newest(datetime.now(UTC))

    def sent(self, dataset: str, line: Line, first: bytes) -> bool:
        """Whether the body of a line is what TMDB sent at any time of the run; `first` is the title's first body."""
        days = {self._began, newest(datetime.now(UTC))}
        moments = (Moment(day, number) for number in range(ROUNDS) for day in days)
        return any(self._answer(dataset, line, first, at) == (line.answer.status, line.body) for at in moments)

    def _answer(self, dataset: str, line: Line, first: bytes, at: Moment) -> tuple[int, bytes]:
        kind = DATASETS[dataset]
        if kind.paged:
            return 200, orjson.dumps(self._lists.page(kind.path, line.answer.id, at))
        asked = [*kind.parts, *(f"season/{n}" for n in range(kind.seasons))]
        if line.answer.call:
            listed = sorted({row["season_number"] for row in orjson.loads(first)["seasons"]} - {*range(kind.seasons)})
            start = (line.answer.call - 1) * MAX_APPENDED
            asked = [f"season/{n}" for n in listed[start : start + MAX_APPENDED]]
        packed = self._details.title(dataset, line.answer.id, tuple(asked), at)
        if packed is None:
            gone = error(34)
            return gone.status, bytes(gone.body or b"")  # type: ignore[arg-type]  # a body that is bytes
        return 200, packed.plain()
