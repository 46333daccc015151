"""An Athena client that runs queries when it is told to."""

from collections.abc import Callable, Iterator
from typing import Any


class FakeAthena:
    """Queries succeed after one look; `fails` is the status of one that does not, `finish` is called with its SQL."""

    def __init__(self, *, fails: dict[str, Any] | None = None, finish: Callable[[str], None] = lambda _: None) -> None:
        self.started: list[dict[str, Any]] = []
        self.looks = 0
        self.pages: list[dict[str, Any]] = []
        self._fails = fails
        self._finish = finish

    def start_query_execution(self, **asked: Any) -> dict[str, str]:
        self.started.append(asked)
        return {"QueryExecutionId": f"q{len(self.started)}"}

    def get_query_execution(self, *, QueryExecutionId: str) -> dict[str, Any]:  # noqa: N803  # AWS's name
        self.looks += 1
        if self.looks % 2:
            return {"QueryExecution": {"Status": {"State": "RUNNING"}}}
        if self._fails:
            return {"QueryExecution": {"Status": self._fails}}
        self._finish(self.started[-1]["QueryString"])
        status, statistics = {"State": "SUCCEEDED"}, {"DataScannedInBytes": 3_400_000}
        return {"QueryExecution": {"Status": status, "Statistics": statistics}}

    def get_paginator(self, name: str) -> "FakeAthena":
        assert name == "get_query_results"
        return self

    def paginate(self, *, QueryExecutionId: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        assert QueryExecutionId == f"q{len(self.started)}"
        return iter(self.pages)

    def found(self, columns: dict[str, str], *pages: list[list[str | None]]) -> None:
        """What the next query finds: types by column, and rows by page; the first page begins with the names."""
        metadata = {"ColumnInfo": [{"Name": name, "Type": kind} for name, kind in columns.items()]}
        names: list[str | None] = list(columns)
        whole = [[names, *pages[0]], *pages[1:]] if pages else [[names]]
        self.pages = [
            {"ResultSet": {"ResultSetMetadata": metadata, "Rows": [_row(row) for row in page]}} for page in whole
        ]


def _row(values: list[str | None]) -> dict[str, Any]:
    return {"Data": [{} if value is None else {"VarCharValue": value} for value in values]}
