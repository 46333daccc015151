"""The event that starts a harvest: the input of a schedule's rule, or the detail of a put-events."""

import datetime as dt
from typing import Annotated, Any, Literal, Self

import msgspec

from lambdas.common.datasets import DATASETS, Mode
from lambdas.common.errors import BadInput
from lambdas.common.work import MAX_ID, Id, Known, check_known

Select = Literal["all", "new", "due"]
MOST_IDS = 100_000

_MODES_OF = {
    "select": (Mode.EXPORT,),
    "date": (Mode.EXPORT,),
    "limit": (Mode.EXPORT, Mode.PAGES),
    "min_popularity": (Mode.EXPORT,),
    "since": (Mode.SYNC,),
    "until": (Mode.SYNC,),
    "ids": (Mode.IDS,),
    "known": (Mode.IDS,),
}
"""Keys that not every mode knows."""


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What to harvest. `date`, `since` and `until` are UTC days."""

    dataset: str
    mode: Mode
    select: Select | None = None
    """Which ids of an export; `due` unless told otherwise."""
    date: dt.date | None = None
    """Day of the export file; the newest there is unless told otherwise."""
    limit: Annotated[int, msgspec.Meta(ge=1, lt=MAX_ID)] | None = None
    """This many ids of the export, or pages of the list, lowest first."""
    min_popularity: Annotated[float, msgspec.Meta(ge=0)] | None = None
    include_adult: bool = False
    since: dt.date | None = None
    """First day of the changes feed; the day after the watermark unless told otherwise."""
    until: dt.date | None = None
    ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=MOST_IDS)] = ()
    known: Known = {}
    """Where the lake has titles of some of the ids, if they are another database's."""
    scheduled: bool = False
    """Whether a feed's schedule asks for it: the watcher expects those."""

    def __post_init__(self) -> None:
        if self.dataset not in DATASETS:
            raise ValueError(f"unknown dataset {self.dataset!r}; there are {', '.join(DATASETS)}")
        modes = DATASETS[self.dataset].modes
        if self.mode not in modes:
            raise ValueError(f"{self.dataset} has no mode {self.mode}, only {' and '.join(sorted(modes))}")
        for key, known in _MODES_OF.items():
            if getattr(self, key) not in (None, (), {}) and self.mode not in known:
                raise ValueError(f"{key} is for mode {' and '.join(known)}, not for {self.mode}")
        if self.include_adult and self.mode is Mode.PAGES:
            raise ValueError("TMDB's lists hold no adult titles: include_adult is not for mode pages")
        if self.mode is Mode.IDS and not self.ids:
            raise ValueError("mode ids needs ids")
        if self.known:
            check_known(self.dataset, self.ids, self.known)
        if self.until and not (self.since and self.since <= self.until):
            raise ValueError(f"until {self.until} needs a since that is not later")

    @classmethod
    def parse(cls, event: Any) -> Self:
        """Raises BadInput naming the key or value that is wrong."""
        try:
            return msgspec.convert(event, cls, str_keys=True)
        except (msgspec.ValidationError, UnicodeError, RecursionError) as error:
            reason = str(error).replace("Invalid RFC3339 encoded date", "Not a date YYYY-MM-DD")
            raise BadInput(f"event refused: {reason}") from error

    @property
    def filters(self) -> str:
        """What of the export is looked at at all: exports with the same filters follow each other."""
        return f"include_adult={self.include_adult},min_popularity={self.min_popularity},limit={self.limit}"

    @property
    def partial(self) -> bool:
        """Whether ids are left out that the dataset has, for being many or not popular."""
        return self.limit is not None or self.min_popularity is not None

    def to_dict(self) -> dict[str, Any]:
        """As JSON would have it; undone by `parse`."""
        fields: dict[str, Any] = msgspec.to_builtins(self, str_keys=True)
        return fields
