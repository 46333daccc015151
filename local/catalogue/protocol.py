"""What a fake TMDB asks of a catalogue.

A catalogue never changes: it answers for a moment, which is a calendar day and a round. Round 0 is the world as it is
found first; each later round is the world after some titles were edited. The server decides which moment it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

Body = dict[str, Any]
"""A response body: TMDB's own field names, with every part the title has under the name it is appended by."""


class InvalidId(Exception):
    """TMDB answers HTTP 500 with code 44, for ever, to this id."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a catalogue is asked."""

    day: date
    round: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a daily export."""

    id: int
    name: str
    popularity: float = 0.0


@dataclass(frozen=True, slots=True)
class Changed:
    """One row of a changes feed; TMDB does not always know whether a title is adult."""

    id: int
    adult: bool | None = False


class Catalogue(Protocol):
    """Titles by dataset name (`movie`, `tv`, ... `network`) and id."""

    @property
    def rounds(self) -> int:
        """How many rounds there are, at least 1."""

    @property
    def skipped(self) -> Sequence[str]:
        """Input that is not served, each with its reason."""

    def listed(self, dataset: str, day: date, *, adult: bool = False) -> Iterator[Listed]:
        """The ids in the export file of that day, in no order."""

    def body(self, dataset: str, id: int, at: Moment) -> Body | None:
        """One title, or None when there is none. Raises InvalidId. The caller must not change it."""

    def season(self, tv_id: int, number: int, at: Moment) -> Body | None:
        """One season of a tv title with its episodes, or None. The caller must not change it."""

    def edited(self, dataset: str, day: date) -> Sequence[Changed]:
        """What the changes feed lists for a day on which nothing special happened."""

    def turned(self, dataset: str, number: int) -> Sequence[Changed]:
        """What differs in the round of this number from the round before."""

    def find(self, external_id: str) -> Sequence[tuple[str, int]]:
        """Datasets and ids of the titles that carry this external id."""

    def find_episode(self, external_id: str) -> tuple[int, int, int] | None:
        """Show, season and number of the episode that carries this external id."""

    def reviews(self, dataset: str, id: int, at: Moment) -> Sequence[Body] | None:
        """All reviews of a title, of which its body has the first twenty, if any; None when there is no title."""

    def expected(self, number: int) -> Mapping[str, str]:
        """Where the body of each key (`movie/550`, `tv/1399/season/1`) comes from in a round; none when made up."""
