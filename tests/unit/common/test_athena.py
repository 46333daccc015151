"""Athena: a query is run to its end, and its end is told."""

from typing import Any

import pytest

from lambdas.common.athena import Athena
from lambdas.common.errors import BadInput, PipelineError, Retry
from tests.unit.collector.world import FakeClock
from tests.unit.common.fake_athena import FakeAthena


def athena(client: FakeAthena) -> Athena:
    """On a workgroup and database."""
    return Athena(client, workgroup="tmdb-prod", database="tmdb_prod", clock=FakeClock())


async def test_a_query_is_run_to_its_end() -> None:
    """It goes to the workgroup, which sets its limit, and says what it read."""
    client = FakeAthena()
    finished = await athena(client).run("SELECT 1")
    assert (finished.id, finished.scanned_bytes, client.looks) == ("q1", 3_400_000, 2)
    (asked,) = client.started
    assert asked == {
        "QueryString": "SELECT 1",
        "QueryExecutionContext": {"Database": "tmdb_prod"},
        "WorkGroup": "tmdb-prod",
    }


async def test_rows_come_page_by_page_with_their_types() -> None:
    """Numbers and truth values are such again, null is None, and names are no row."""
    client = FakeAthena()
    columns = {"id": "integer", "popularity": "double", "adult": "boolean", "genres": "array"}
    client.found(columns, [["1", "2.5", "true", "[{id=18}]"]], [["2", None, "false", ""]])
    names, rows = athena(client).rows(await athena(client).run("SELECT 1"))
    assert names == ["id", "popularity", "adult", "genres"]
    assert list(rows) == [(1, 2.5, True, "[{id=18}]"), (2, None, False, "")]


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        ({"State": "FAILED", "StateChangeReason": "COLUMN_NOT_FOUND: x"}, BadInput, "COLUMN_NOT_FOUND: x"),
        ({"State": "FAILED", "StateChangeReason": "busy", "AthenaError": {"Retryable": True}}, Retry, "busy"),
        ({"State": "CANCELLED", "StateChangeReason": "Bytes scanned limit was exceeded"}, BadInput, "limit"),
        ({"State": "FAILED"}, BadInput, "FAILED"),
    ],
)
async def test_how_a_query_fails(status: dict[str, Any], kind: type[PipelineError], words: str) -> None:
    """What cannot succeed as it is, is told from what may; Athena's own reason is in the message."""
    with pytest.raises(kind, match=words):
        await athena(FakeAthena(fails=status)).run("SELECT 1")
