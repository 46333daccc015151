"""The work item: the message on the work queue, at most 50 ids of one dataset to fetch and store.

Its lines of descent share a run id. The same ids at the same attempt of a run are the same piece of work, however
often the message arrives: `WorkItem.receipt_key` names it.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import ge
from typing import Annotated, Literal, Self

import msgspec

from lambdas.common.datasets import DATASETS, LAST_PAGE, Mode
from lambdas.common.errors import BadInput

MAX_ID = 2**31
"""An id is an int with 0 < id < 2**31; anything else is refused before it touches a key, a query or a URL."""
MAX_IDS = 50
MAX_ATTEMPTS = 5
MAX_BYTES = 64 * 1024

Id = Annotated[int, msgspec.Meta(gt=0, lt=MAX_ID)]
Ids = Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=MAX_IDS)]
Known = dict[Id, Annotated[str, msgspec.Meta(max_length=20)]]
"""Ids of another database, with the titles that the lake has under them: `movie/603`, which is looked at first."""

_KNOWN = re.compile(r"(movie|tv)/([1-9]\d{0,9})", re.ASCII)
_RUN = re.compile(rf"(?P<dataset>[a-z_]+)-(?:{'|'.join(Mode)})-(?P<started>\d{{8}}T\d{{6}}Z)-[0-9a-f]{{4}}", re.ASCII)


class WorkItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to 50 ascending ids. `attempt` counts from 0; `reason` is only there on a dead letter.

    `known` is there when some of the ids need not be looked up.
    """

    v: Literal[1] = 1
    run: str
    dataset: str
    mode: Mode
    ids: Ids
    known: Known | msgspec.UnsetType = msgspec.UNSET
    attempt: Annotated[int, msgspec.Meta(ge=0, lt=MAX_ATTEMPTS)] = 0
    reason: str | msgspec.UnsetType = msgspec.UNSET

    def __post_init__(self) -> None:
        if self.dataset not in DATASETS:
            raise ValueError(f"unknown dataset {self.dataset!r}")
        if any(map(ge, self.ids, self.ids[1:])):  # the harvester makes thousands of items
            raise ValueError("ids are not ascending")
        if self.known:
            check_known(self.dataset, self.ids, self.known)
        if _run(self.run)[0] != self.dataset:
            raise ValueError(f"{self.run} is no run of {self.dataset}")
        if DATASETS[self.dataset].paged and self.ids[-1] > LAST_PAGE:
            raise ValueError(f"TMDB's lists end at page {LAST_PAGE}")

    @classmethod
    def from_json(cls, body: str | bytes) -> Self:
        """Parse a message body. Raises BadInput naming what is wrong with it."""
        if len(body) > MAX_BYTES:
            raise BadInput(f"work item of {len(body)} bytes is longer than {MAX_BYTES}")
        try:
            return msgspec.json.decode(body, type=cls)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise BadInput(f"not a work item: {error}") from error

    def to_json(self) -> str:
        return msgspec.json.encode(self).decode()

    @property
    def started(self) -> datetime:
        """When the run of this item started."""
        return run_started(self.run)

    @property
    def receipt_key(self) -> str:
        """The same for every copy of this piece of work within its run, different for any other."""
        digest = hashlib.sha256(",".join(map(str, self.ids)).encode()).hexdigest()[:16]
        return f"{self.ids[0]:010d}-{self.attempt}-{digest}"

    def part(self, ids: Sequence[int], *, attempt: int | None = None) -> Self:
        """The same work for some of the ids."""
        attempt = self.attempt if attempt is None else attempt
        known = self.known and known_of(ids, self.known)
        return msgspec.structs.replace(self, ids=tuple(sorted(ids)), known=known, attempt=attempt)

    def dead(self, id: int, reason: str) -> Self:
        """The dead letter of one id."""
        return msgspec.structs.replace(self, ids=(id,), known=msgspec.UNSET, reason=reason)


def known_of(ids: Iterable[int], known: Known) -> Known | msgspec.UnsetType:
    """What is known of these ids, as a work item has it."""
    return {id: known[id] for id in sorted(ids) if id in known} or msgspec.UNSET


def check_known(dataset: str, ids: Iterable[int], known: Known) -> None:
    """Raises ValueError naming what is wrong: only ids that are found by another database's can be known."""
    if not DATASETS[dataset].found_by:
        raise ValueError(f"{dataset} is not looked up, so nothing of it is known")
    if strange := known.keys() - set(ids):
        raise ValueError(f"known has {min(strange)}, which is none of the ids")
    for title in known.values():
        known_title(title)


def known_title(title: str) -> tuple[str, int]:
    """Dataset and id of a known title. Raises ValueError when it is none."""
    match = _KNOWN.fullmatch(title)
    if not match or int(match[2]) >= MAX_ID:
        raise ValueError(f"{title!r} is no title, such as movie/603")
    return match[1], int(match[2])


def run_id(dataset: str, mode: Mode, started: float, nonce: int) -> str:
    """`{dataset}-{mode}-{YYYYMMDDTHHMMSSZ}-{4 hex}`; `started` is Unix time."""
    stamp = datetime.fromtimestamp(started, UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"{dataset}-{mode}-{stamp}-{nonce & 0xFFFF:04x}"


def run_started(run: str) -> datetime:
    """The start of a run, from its id. Raises ValueError when it is no run id."""
    return _run(run)[1]


@lru_cache(maxsize=64)
def _run(run: str) -> tuple[str, datetime]:
    """Dataset and start of a run."""
    match = _RUN.fullmatch(run)
    if not match:
        raise ValueError(f"{run!r} is not a run id")
    started = datetime.strptime(match["started"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return match["dataset"], started
