"""The state table: what must be remembered between invocations, in one DynamoDB table.

    pk                sk                     what
    RUN               {run}                  a run and its counters
    RECEIPT#{run}     {receipt key}          what became of one work item, put once (see receipts)
    UNKNOWN#{run}     {field}                a field of TMDB's that the schema does not know
    EXPORT            {dataset}#{filters}    the last export, and the date of the last complete one
    WATERMARK         {dataset}              the last day of the changes feed that was queued whole
    PAGES             {dataset}              the highest page of a list that may lie at the edge
    WATCH             {feed}                 when a feed that no schedule had run yet was looked for first

A run is done when it was listed to its end and stored + unchanged + gone + dead = harvested.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from lambdas.common.aws import Aws
from lambdas.common.receipts import Receipt
from lambdas.common.table import ABSENT, Table
from lambdas.common.work import WorkItem, run_started

OUTCOMES = ("stored", "unchanged", "gone", "dead")
RUN_DAYS = 170
"""Runs are forgotten before TMDB's 6 months are over."""
RECEIPT_DAYS = 30
"""Receipts outlive the longest-lived message (14 days on the work queue, 14 as a dead letter)."""
_DAY = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A run as counted so far. `listed_at` is None while its ids are still being listed. Times are Unix seconds."""

    run: str
    dataset: str
    mode: str
    scheduled: bool = False
    """A feed's schedule asked for it, and nobody by hand; so it is taken to be with runs from before this was told."""
    started_at: float
    listed_at: float | None = None
    last_at: float | None = None
    """When something of the run was last stored."""
    harvested: int = 0
    messages: int = 0
    rejected: int = 0
    """Lines of the export, or rows of the feed, that held no id."""
    stored: int = 0
    unchanged: int = 0
    gone: int = 0
    dead: int = 0
    leavers: int = 0
    """Of the harvested, ids that left TMDB's list: they are expected to be gone."""
    calls: int = 0
    """Answers of TMDB's that it took to settle these."""
    accepted: bool = False
    """A person has looked at what is gone and dead of this run, and it may go on."""

    @property
    def settled(self) -> int:
        """Ids of which is known what became of them."""
        return self.stored + self.unchanged + self.gone + self.dead

    @property
    def done(self) -> bool:
        return self.listed_at is not None and self.settled >= self.harvested

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Self:
        counted = ("harvested", "messages", "rejected", "leavers", *OUTCOMES, "calls")
        numbers = {name: int(item.get(name, 0)) for name in counted}
        return cls(
            run=item["sk"],
            dataset=item.get("dataset", ""),
            mode=item.get("mode", ""),
            scheduled=bool(int(item.get("scheduled", 1))),
            started_at=float(item.get("started_at", 0)),
            listed_at=float(item["listed_at"]) if "listed_at" in item else None,
            last_at=float(item["last_at"]) if "last_at" in item else None,
            accepted=bool(int(item.get("accepted", 0))),
            **numbers,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class LastExport:
    """The last export of a dataset with the same filters.

    Its run, the date of its file, what it selects, the invocation that started it; and of those before it the date of
    the last complete one, and the day through which they had collected all that was due.
    """

    run: str
    date: dt.date
    select: str
    request: str
    complete: dt.date | None
    refreshed: dt.date | None

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Self:
        return cls(
            run=item["run"],
            date=dt.date.fromisoformat(item["date"]),
            select=item["select"],
            request=item["request"],
            complete=_date(item.get("complete")),
            refreshed=_date(item.get("refreshed")),
        )


class State:
    """The table `name`. Every method raises Retry when DynamoDB does not answer."""

    def __init__(self, name: str, aws: Aws) -> None:
        self._table = Table(name, aws)

    # receipts and counters

    async def receipt(self, item: WorkItem) -> Receipt | None:
        """What became of this piece of work, if that is known already."""
        found = await self._table.get(f"RECEIPT#{item.run}", item.receipt_key)
        return Receipt.from_json(found["receipt"]) if found else None

    async def receipts(self, run: str) -> list[Receipt]:
        """What became of every piece of work of a run, as far as it is done. Forgotten after RECEIPT_DAYS."""
        return [Receipt.from_json(found["receipt"]) for found in await self._table.items(f"RECEIPT#{run}")]

    async def record(self, item: WorkItem, receipt: Receipt, now: float, *, calls: int = 0) -> bool:
        """Put the receipt and count it, both or neither; False when this piece of work has a receipt already.

        `calls` to TMDB were made for it.
        """
        put: dict[str, str | int | float] = {
            "pk": f"RECEIPT#{item.run}",
            "sk": item.receipt_key,
            "receipt": receipt.to_json(),
            "expires_at": int(item.started.timestamp()) + RECEIPT_DAYS * _DAY,
        }
        counts = {name: len(getattr(receipt, name)) for name in OUTCOMES} | {"calls": calls}
        expression = f"ADD {', '.join(f'#{name} :{name}' for name in counts)} SET last_at = :now"
        values = {f":{name}": count for name, count in counts.items()}
        return await self._table.put_and_update(put, "RUN", item.run, expression, {**values, ":now": now})

    # runs

    async def start_run(self, run: Run) -> None:
        """Remember a new run; keeps what an earlier try of the same run has counted."""
        values: dict[str, str | int | float] = {
            ":dataset": run.dataset,
            ":mode": run.mode,
            ":scheduled": int(run.scheduled),
            ":started_at": run.started_at,
            ":leavers": run.leavers,
            ":expires_at": int(run.started_at) + RUN_DAYS * _DAY,
        }
        expression = ", ".join(f"#{value[1:]} = {value}" for value in values)
        await self._table.update("RUN", run.run, f"SET {expression}", values)

    async def listing(self, run: Run) -> None:
        """Set what the harvester knows of its run: harvested, messages, rejected and, at the end, `listed_at`."""
        values: dict[str, float] = {":harvested": run.harvested, ":messages": run.messages, ":rejected": run.rejected}
        if run.listed_at is not None:
            values[":listed_at"] = run.listed_at
        expression = ", ".join(f"#{value[1:]} = {value}" for value in values)
        await self._table.update("RUN", run.run, f"SET {expression}", values)

    async def run(self, run: str) -> Run | None:
        item = await self._table.get("RUN", run)
        return Run.from_item(item) if item else None

    async def runs(self, prefix: str = "") -> list[Run]:
        """Runs whose id starts with `prefix`, e.g. `movie-export-`, oldest first within dataset and mode."""
        return [Run.from_item(item) for item in await self._table.items("RUN", prefix)]

    async def accept(self, run: str) -> None:
        """Let a run go on, however much of it is gone or dead: a person has looked at it."""
        await self._table.update("RUN", run, "SET accepted = :accepted", {":accepted": 1})

    # schema drift

    async def first_sight(self, run: str, field: str) -> bool:
        """Whether this unknown field was not seen before in the run; remembers it."""
        expires = int(run_started(run).timestamp()) + RECEIPT_DAYS * _DAY
        return await self._table.put({"pk": f"UNKNOWN#{run}", "sk": field, "expires_at": expires})

    # exports

    async def last_export(self, dataset: str, filters: str) -> LastExport | None:
        item = await self._table.get("EXPORT", f"{dataset}#{filters}")
        return LastExport.from_item(item) if item else None

    async def last_exports(self) -> list[tuple[str, LastExport]]:
        """Of every dataset, with each filters that there were."""
        found = await self._table.items("EXPORT")
        return [(item["sk"].partition("#")[0], LastExport.from_item(item)) for item in found]

    async def claim_export(self, dataset: str, filters: str, export: LastExport, after: LastExport | None) -> bool:
        """Make `export` the last one, if `after` still is; False when another harvester was faster.

        Asked again after an answer was lost on its way, it finds its own claim and keeps it.
        """
        item = {
            "pk": "EXPORT",
            "sk": f"{dataset}#{filters}",
            "run": export.run,
            "date": export.date.isoformat(),
            "select": export.select,
            "request": export.request,
        }
        if export.complete:
            item["complete"] = export.complete.isoformat()
        if export.refreshed:
            item["refreshed"] = export.refreshed.isoformat()
        if after:
            return await self._table.put(item, "#run IN (:mine, :after)", {":mine": export.run, ":after": after.run})
        return await self._table.put(item, f"{ABSENT} OR #run = :mine", {":mine": export.run})

    # watermarks

    async def watermark(self, dataset: str) -> dt.date | None:
        """The last day of the changes feed that was queued whole."""
        item = await self._table.get("WATERMARK", dataset)
        return dt.date.fromisoformat(item["through"]) if item else None

    async def move_watermark(self, dataset: str, through: dt.date) -> None:
        """Move the watermark forward to `through`; it never moves back."""
        forward = "attribute_not_exists(through) OR through < :through"
        await self._table.update(
            "WATERMARK", dataset, "SET through = :through", {":through": through.isoformat()}, forward
        )

    # lists

    async def pages(self, dataset: str) -> int:
        """The highest page of a list that may lie at the edge."""
        item = await self._table.get("PAGES", dataset)
        return int(item["pages"]) if item else 0

    async def set_pages(self, dataset: str, pages: int) -> None:
        """Remember how far the pages at the edge may reach from now on."""
        await self._table.update("PAGES", dataset, "SET pages = :pages", {":pages": pages})

    # the watcher

    async def watched_since(self, feed: str, now: float) -> float:
        """When this was asked first for a feed, in Unix seconds; remembers `now` if that is now."""
        await self._table.put({"pk": "WATCH", "sk": feed, "since": now})
        item = await self._table.get("WATCH", feed)
        return float(item["since"]) if item else now


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
