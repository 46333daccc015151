"""Athena: runs one query of a workgroup to its end, and gives what it cost and found.

A query is paid for by the bytes it scans; the workgroup's limit ends one that scans too much.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from lambdas.common.clock import Clock
from lambdas.common.errors import BadInput, Retry

_POLL_SECONDS = (0.2, 0.3, 0.5, 1, 2)
"""Between two looks at a query; the last goes on for as long as it takes."""
_KINDS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), int),
    **dict.fromkeys(("float", "real", "double"), float),
    "boolean": "true".__eq__,
}


@dataclass(frozen=True, slots=True)
class Finished:
    """A query that succeeded."""

    id: str
    scanned_bytes: int


class Athena:
    """One workgroup and database, asked through boto3's `client`."""

    def __init__(self, client: Any, *, workgroup: str, database: str, clock: Clock) -> None:
        self._client = client
        self._workgroup = workgroup
        self._database = database
        self._clock = clock

    async def run(self, sql: str) -> Finished:
        """Run a statement to its end. Raises BadInput when it cannot succeed as it is, Retry when it may."""
        started = self._client.start_query_execution(
            QueryString=sql, QueryExecutionContext={"Database": self._database}, WorkGroup=self._workgroup
        )
        id, looks = started["QueryExecutionId"], 0
        while True:
            found = self._client.get_query_execution(QueryExecutionId=id)["QueryExecution"]
            state = found["Status"]["State"]
            if state == "SUCCEEDED":
                return Finished(id, found.get("Statistics", {}).get("DataScannedInBytes", 0))
            if state in ("FAILED", "CANCELLED"):
                raise _error(found["Status"])
            await self._clock.sleep(_POLL_SECONDS[min(looks, len(_POLL_SECONDS) - 1)])
            looks += 1

    def rows(self, finished: Finished) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
        """The columns and rows that a query found, page by page: numbers and truth values as such, all else as text."""
        pages = iter(self._client.get_paginator("get_query_results").paginate(QueryExecutionId=finished.id))
        first = next(pages)["ResultSet"]
        columns = first["ResultSetMetadata"]["ColumnInfo"]
        kinds = [_KINDS.get(column["Type"], str) for column in columns]

        def rows() -> Iterator[tuple[Any, ...]]:
            for row in chain(
                first["Rows"][1:], (row for page in pages for row in page["ResultSet"]["Rows"])
            ):  # the first: names
                cells = (cell.get("VarCharValue") for cell in row["Data"])
                yield tuple(None if cell is None else kind(cell) for kind, cell in zip(kinds, cells, strict=True))

        return [str(column["Name"]) for column in columns], rows()


def _error(status: dict[str, Any]) -> Exception:
    reason = status.get("StateChangeReason", status["State"])
    if status.get("AthenaError", {}).get("Retryable"):
        return Retry(f"Athena ended the query: {reason}")
    return BadInput(f"Athena refused the query: {reason}")  # also when it read more than the workgroup allows
