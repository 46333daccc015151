"""The state table: what must be remembered between invocations, in one DynamoDB table.

    pk                sk                     what
    RUN               {run}                  a run and its counters
    RECEIPT#{run}     {receipt key}          what became of one work item, put once (see receipts)
    UNKNOWN#{run}     {field}                a field of TMDB's that the schema does not know
    EXPORT            {dataset}#{filters}    the last export, and the date of the last complete one
    WATERMARK         {dataset}              the last day of the changes feed that was queued whole

A run is done when it was listed to its end and stored + unchanged + gone + dead = harvested.
"""

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from lambdas.common.errors import Retry
from lambdas.common.receipts import Receipt
from lambdas.common.work import WorkItem, run_started

OUTCOMES = ("stored", "unchanged", "gone", "dead")
RUN_DAYS = 170
"""Runs are forgotten before TMDB's 6 months are over."""
RECEIPT_DAYS = 30
"""Receipts outlive the longest-lived message (14 days on the work queue, 14 as a dead letter)."""
_DAY = 86_400
_CONFLICTED = {"TransactionConflict", "TransactionConflictException"}
"""Another write of the same item was under way, in or beside a transaction. botocore tries neither again."""
_CONFLICTS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A run as counted so far. `listed_at` is None while its ids are still being listed. Times are Unix seconds."""

    run: str
    dataset: str
    mode: str
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
        numbers = {name: int(item.get(name, 0)) for name in ("harvested", "messages", "rejected", "leavers", *OUTCOMES)}
        return cls(
            run=item["sk"],
            dataset=item.get("dataset", ""),
            mode=item.get("mode", ""),
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


class State:
    """The table `name`. Every method raises Retry when DynamoDB does not answer."""

    def __init__(self, name: str, client: Any) -> None:
        self._table = name
        self._client = client

    # receipts and counters

    async def receipt(self, item: WorkItem) -> Receipt | None:
        """What became of this piece of work, if that is known already."""
        found = await self._get(f"RECEIPT#{item.run}", item.receipt_key)
        return Receipt.from_json(found["receipt"]) if found else None

    async def record(self, item: WorkItem, receipt: Receipt, now: float) -> bool:
        """Put the receipt and count it, both or neither; False when this piece of work has a receipt already."""
        expires = int(item.started.timestamp()) + RECEIPT_DAYS * _DAY
        put = {
            "TableName": self._table,
            "Item": _marshal(
                {
                    "pk": f"RECEIPT#{item.run}",
                    "sk": item.receipt_key,
                    "receipt": receipt.to_json(),
                    "expires_at": expires,
                }
            ),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        counts = {f":{name}": len(getattr(receipt, name)) for name in OUTCOMES}
        update = {
            "TableName": self._table,
            "Key": _marshal({"pk": "RUN", "sk": item.run}),
            "UpdateExpression": f"ADD {', '.join(f'#{name} :{name}' for name in OUTCOMES)} SET last_at = :now",
            "ExpressionAttributeNames": {f"#{name}": name for name in OUTCOMES},
            "ExpressionAttributeValues": _marshal({**counts, ":now": now}),
        }
        try:
            await self._call("transact_write_items", TransactItems=[{"Put": put}, {"Update": update}])
        except self._client.exceptions.TransactionCanceledException as error:
            if "ConditionalCheckFailed" in _codes(error):
                return False
            raise Retry(f"the run's counters were contended {_CONFLICTS} times") from error
        return True

    # runs

    async def start_run(self, run: Run) -> None:
        """Remember a new run; keeps what an earlier try of the same run has counted."""
        await self._update(
            "RUN",
            run.run,
            "SET dataset = :dataset, #mode = :mode, started_at = :started_at, "
            "leavers = :leavers, expires_at = :expires_at",
            {
                ":dataset": run.dataset,
                ":mode": run.mode,
                ":started_at": run.started_at,
                ":leavers": run.leavers,
                ":expires_at": int(run.started_at) + RUN_DAYS * _DAY,
            },
            names={"#mode": "mode"},
        )

    async def listing(self, run: Run) -> None:
        """Set what the harvester knows of its run: harvested, messages, rejected and, at the end, `listed_at`."""
        values: dict[str, float] = {":harvested": run.harvested, ":messages": run.messages, ":rejected": run.rejected}
        expression = "SET harvested = :harvested, messages = :messages, rejected = :rejected"
        if run.listed_at is not None:
            expression, values = f"{expression}, listed_at = :listed_at", {**values, ":listed_at": run.listed_at}
        await self._update("RUN", run.run, expression, values)

    async def run(self, run: str) -> Run | None:
        item = await self._get("RUN", run)
        return Run.from_item(item) if item else None

    async def runs(self, prefix: str = "") -> list[Run]:
        """Runs whose id starts with `prefix`, e.g. `movie-export-`, oldest first within dataset and mode."""
        values = {":pk": "RUN", ":prefix": prefix}
        condition = "pk = :pk" + (" AND begins_with(sk, :prefix)" if prefix else "")
        query: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": _marshal(values if prefix else {":pk": "RUN"}),
            "ConsistentRead": True,
        }
        found: list[Run] = []
        while True:
            answer = await self._call("query", **query)
            found += [Run.from_item(_unmarshal(item)) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                return found
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    async def accept(self, run: str) -> None:
        """Let a run go on, however much of it is gone or dead: a person has looked at it."""
        await self._update("RUN", run, "SET accepted = :accepted", {":accepted": 1})

    # schema drift

    async def first_sight(self, run: str, field: str) -> bool:
        """Whether this unknown field was not seen before in the run; remembers it."""
        expires = int(run_started(run).timestamp()) + RECEIPT_DAYS * _DAY
        try:
            await self._call(
                "put_item",
                TableName=self._table,
                Item=_marshal({"pk": f"UNKNOWN#{run}", "sk": field, "expires_at": expires}),
                ConditionExpression="attribute_not_exists(pk)",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    # exports

    async def last_export(self, dataset: str, filters: str) -> LastExport | None:
        item = await self._get("EXPORT", f"{dataset}#{filters}")
        if item is None:
            return None
        return LastExport(
            run=item["run"],
            date=dt.date.fromisoformat(item["date"]),
            select=item["select"],
            request=item["request"],
            complete=_date(item.get("complete")),
            refreshed=_date(item.get("refreshed")),
        )

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
        condition = {
            "ConditionExpression": "#run = :mine OR " + ("#run = :after" if after else "attribute_not_exists(pk)"),
            "ExpressionAttributeNames": {"#run": "run"},
            "ExpressionAttributeValues": _marshal({":mine": export.run} | ({":after": after.run} if after else {})),
        }
        try:
            await self._call("put_item", TableName=self._table, Item=_marshal(item), **condition)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    # watermarks

    async def watermark(self, dataset: str) -> dt.date | None:
        """The last day of the changes feed that was queued whole."""
        item = await self._get("WATERMARK", dataset)
        return dt.date.fromisoformat(item["through"]) if item else None

    async def move_watermark(self, dataset: str, through: dt.date) -> None:
        """Move the watermark forward to `through`; it never moves back."""
        try:
            await self._update(
                "WATERMARK",
                dataset,
                "SET through = :through",
                {":through": through.isoformat()},
                condition="attribute_not_exists(through) OR through < :through",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    # the table itself

    async def _get(self, pk: str, sk: str) -> dict[str, Any] | None:
        answer = await self._call(
            "get_item", TableName=self._table, Key=_marshal({"pk": pk, "sk": sk}), ConsistentRead=True
        )
        return _unmarshal(answer["Item"]) if "Item" in answer else None

    async def _update(
        self,
        pk: str,
        sk: str,
        expression: str,
        values: Mapping[str, Any],
        *,
        names: Mapping[str, str] | None = None,
        condition: str | None = None,
    ) -> None:
        options: dict[str, Any] = {"ExpressionAttributeNames": names} if names else {}
        if condition:
            options["ConditionExpression"] = condition
        await self._call(
            "update_item",
            TableName=self._table,
            Key=_marshal({"pk": pk, "sk": sk}),
            UpdateExpression=expression,
            ExpressionAttributeValues=_marshal(values),
            **options,
        )

    async def _call(self, operation: str, **arguments: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        expected = (
            self._client.exceptions.ConditionalCheckFailedException,
            self._client.exceptions.TransactionCanceledException,
        )
        tries = 0
        while True:
            tries += 1
            try:
                return await asyncio.to_thread(getattr(self._client, operation), **arguments)
            except (BotoCoreError, ClientError) as error:
                if tries < _CONFLICTS and _codes(error) & _CONFLICTED:
                    continue
                if isinstance(error, expected):
                    raise
                raise Retry(f"DynamoDB did not {operation}: {error}") from error


def _codes(error: Exception) -> set[str]:
    """What DynamoDB calls the error, and each part of a cancelled transaction."""
    response = getattr(error, "response", {})
    reasons = (response.get("Error", {}), *response.get("CancellationReasons", ()))
    return {str(reason.get("Code")) for reason in reasons}


def _marshal(values: Mapping[str, str | int | float]) -> dict[str, dict[str, str]]:
    return {name: {"S": value} if isinstance(value, str) else {"N": repr(value)} for name, value in values.items()}


def _unmarshal(item: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {name: next(iter(value.values())) for name, value in item.items()}


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
