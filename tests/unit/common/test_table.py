"""The table below the state, as DynamoDB may answer: in pages, not at all, or that another write was under way."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from lambdas.common import table as module
from lambdas.common.aws import Refused
from lambdas.common.errors import Retry
from lambdas.common.state import LastExport, State
from tests.unit.aws import Through, aws
from tests.unit.common.states import DAY, ITEM, RECEIPT, RUN, STARTED, run


@pytest.fixture
def through(dynamodb: Any) -> State:
    """An empty table behind a client whose answers a test may change."""
    return State("state", aws(Through(dynamodb)))


async def test_contention(through: State, dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction that met another one is tried again, and in the end is an error to try again."""
    attempts = 0
    write = dynamodb.transact_write_items

    def conflict(**arguments: Any) -> Any:
        nonlocal attempts
        attempts += 1
        if attempts % 4:
            reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
            raise dynamodb.exceptions.TransactionCanceledException(
                {"Error": {"Code": "TransactionCanceledException", "Message": ""}, "CancellationReasons": reasons},
                "TransactWriteItems",
            )
        return write(**arguments)

    monkeypatch.setattr(dynamodb, "transact_write_items", conflict)
    assert await through.record(ITEM, RECEIPT, STARTED)
    assert attempts == 4
    monkeypatch.setattr(module, "_CONFLICTS", 3)
    with pytest.raises(Retry, match="contended 3 times"):
        await through.record(ITEM.part((1,)), RECEIPT, STARTED)


async def test_runs_come_in_pages(through: State, dynamodb: Any) -> None:
    """A table that answers in pages is read to its last one."""
    for day in range(1, 8):
        await through.start_run(replace(run(), run=f"movie-export-202609{day:02}T120000Z-00ff"))
    query = dynamodb.query
    pages = []

    def paged(**arguments: Any) -> Any:
        pages.append(arguments.get("ExclusiveStartKey"))
        return query(**arguments, Limit=3)

    dynamodb.query = paged
    assert len(await through.runs("movie")) == 7
    assert len(pages) == 3


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "slow down"}}, "Any"),
        EndpointConnectionError(endpoint_url="https://dynamodb"),
    ],
)
async def test_table_does_not_answer(
    through: State, dynamodb: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Whatever is asked of a table that does not answer is an error to try again, which keeps its cause."""

    def fail(**arguments: Any) -> Any:
        raise error

    for operation in ("get_item", "put_item", "update_item", "query", "transact_write_items"):
        monkeypatch.setattr(dynamodb, operation, fail)
    export = LastExport(run=RUN, date=DAY, select="due", request="r1", complete=None, refreshed=None)
    asked = [
        through.receipt(ITEM),
        through.record(ITEM, RECEIPT, STARTED),
        through.start_run(run()),
        through.listing(run()),
        through.run(RUN),
        through.runs(),
        through.first_sight(RUN, "a"),
        through.last_export("movie", ""),
        through.last_exports(),
        through.claim_export("movie", "", export, None),
        through.watermark("movie"),
        through.move_watermark("movie", DAY),
    ]
    for question in asked:
        with pytest.raises(Retry, match="DynamoDB did not") as caught:
            await question
        if isinstance(error, ClientError):
            assert isinstance(caught.value, Refused) and caught.value.code == error.response["Error"]["Code"]
        else:
            assert caught.value.__cause__ and caught.value.__cause__.__cause__ is error


async def test_plain_write_beside_a_transaction(through: State, dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain update that met a transaction on the same item is tried again, not the harvest's failure."""
    attempts = 0
    write = dynamodb.update_item

    def conflict(**arguments: Any) -> Any:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise ClientError({"Error": {"Code": "TransactionConflictException", "Message": ""}}, "UpdateItem")
        return write(**arguments)

    monkeypatch.setattr(dynamodb, "update_item", conflict)
    await through.listing(run(harvested=5))
    assert attempts == 2
