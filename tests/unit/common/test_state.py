"""The state table on moto's DynamoDB: what is counted is counted once, and dates only move forward."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from lambdas.common import table as module
from lambdas.common.aws import Refused
from lambdas.common.datasets import Mode
from lambdas.common.errors import Retry
from lambdas.common.receipts import Receipt, Stored
from lambdas.common.state import LastExport, Run, State
from lambdas.common.work import WorkItem, run_started
from tests.unit.aws import REGION, Through, aws
from tests.unit.collector.world import make_table

RUN = "movie-export-20260921T120000Z-00ff"
STARTED = run_started(RUN).timestamp()
DAY = dt.date(2026, 9, 21)
ITEM = WorkItem(run=RUN, dataset="movie", mode=Mode.EXPORT, ids=(1, 2, 3, 4, 5))
RECEIPT = Receipt(
    stored={1: Stored(1_790_000_000, "00")},
    unchanged={2: Stored(1_790_000_000, "01")},
    gone=(3,),
    dead={4: "why"},
    retry=(5,),
)


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The client behind the state, with an empty table."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        make_table("state")
        yield boto3.client("dynamodb", region_name=REGION)


@pytest.fixture
def state(dynamodb: Any) -> State:
    """An empty table."""
    assert dynamodb
    return State("state", aws())


@pytest.fixture
def through(dynamodb: Any) -> State:
    """An empty table behind a client whose answers a test may change."""
    return State("state", aws(Through(dynamodb)))


def run(**values: Any) -> Run:
    """A run of some hundred ids."""
    return Run(run=RUN, dataset="movie", mode="export", started_at=STARTED, **values)


def row(dynamodb: Any, pk: str, sk: str) -> dict[str, Any]:
    """A row as it lies in the table."""
    found: dict[str, Any] = dynamodb.get_item(TableName="state", Key={"pk": {"S": pk}, "sk": {"S": sk}})["Item"]
    return found


async def test_receipt(state: State) -> None:
    """A receipt is found by its work item, and by no other of the same run."""
    assert await state.receipt(ITEM) is None
    assert await state.record(ITEM, RECEIPT, STARTED + 60)
    assert await state.receipt(ITEM) == RECEIPT
    assert await state.receipt(ITEM.part((5,), attempt=1)) is None
    other = WorkItem(run=RUN.replace("00ff", "00fe"), dataset="movie", mode=Mode.EXPORT, ids=ITEM.ids)
    assert await state.receipt(other) is None


async def test_a_message_counts_once(state: State) -> None:
    """Putting a receipt and counting it are one; a second receipt of the same work neither counts nor replaces."""
    await state.start_run(run())
    assert await state.record(ITEM, RECEIPT, STARTED + 60)
    assert not await state.record(ITEM, Receipt(dead=dict.fromkeys(ITEM.ids, "again")), STARTED + 70)
    assert await state.receipt(ITEM) == RECEIPT
    assert await state.run(RUN) == run(stored=1, unchanged=1, gone=1, dead=1, last_at=STARTED + 60)


async def test_counts_add_up(state: State) -> None:
    """Receipts of different work add up, those of the next attempt included, and settle the run."""
    await state.start_run(run())
    await state.listing(run(harvested=5, messages=1, rejected=2, listed_at=STARTED + 1))
    await state.record(ITEM, RECEIPT, STARTED + 60, calls=4)
    known = await state.run(RUN)
    assert known and (known.settled, known.done) == (4, False)
    await state.record(ITEM.part((5,), attempt=1), Receipt(stored={5: Stored(1, "02")}), STARTED + 90, calls=3)
    known = await state.run(RUN)
    assert known == run(
        harvested=5,
        messages=1,
        rejected=2,
        listed_at=STARTED + 1,
        last_at=STARTED + 90,
        stored=2,
        unchanged=1,
        gone=1,
        dead=1,
        calls=7,
    )
    assert (known.settled, known.done) == (5, True)


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


async def test_collectors_may_be_first(state: State) -> None:
    """Counts that arrive before the run is described, or while it is listed, are kept."""
    await state.record(ITEM, RECEIPT, STARTED + 1)
    await state.start_run(run())
    await state.listing(run(harvested=10, messages=2))
    await state.start_run(run())
    assert await state.run(RUN) == run(
        harvested=10, messages=2, stored=1, unchanged=1, gone=1, dead=1, last_at=STARTED + 1
    )


async def test_listing_is_set_not_added(state: State) -> None:
    """What the harvester says of its run replaces what it said before; listed stays listed."""
    await state.start_run(run())
    await state.listing(run(harvested=10, messages=2, rejected=1))
    known = await state.run(RUN)
    assert known == run(harvested=10, messages=2, rejected=1) and not known.done
    await state.listing(run(harvested=20, messages=4, rejected=1, listed_at=STARTED + 5))
    await state.listing(run(harvested=20, messages=4, rejected=1))
    assert await state.run(RUN) == run(harvested=20, messages=4, rejected=1, listed_at=STARTED + 5)


def test_done() -> None:
    """A run is done when it is listed and every id is settled; one without ids is done when it is listed."""
    assert not run().done
    assert run(listed_at=STARTED).done
    assert not run(listed_at=STARTED, harvested=1).done
    assert run(listed_at=STARTED, harvested=4, stored=1, unchanged=1, gone=1, dead=1).done
    assert not run(harvested=4, stored=4).done


async def test_runs(state: State) -> None:
    """Runs are found by the start of their ids, oldest first, however many there are."""
    assert await state.runs() == []
    names = [f"{dataset}-export-202609{day:02}T120000Z-00ff" for dataset in ("tv", "movie") for day in (3, 1, 2)]
    for name in names:
        await state.start_run(replace(run(), run=name))
    await state.record(ITEM, RECEIPT, STARTED)
    await state.move_watermark("movie", DAY)
    assert [known.run for known in await state.runs("movie-export-")] == [*sorted(names[3:]), RUN]
    assert [known.run for known in await state.runs("tv")] == sorted(names[:3])
    assert len(await state.runs()) == 7
    assert await state.run("movie-export-20200101T000000Z-0000") is None


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


async def test_rows_expire(state: State, dynamodb: Any) -> None:
    """Receipts outlive every message of their run, and nothing is kept for six months."""
    await state.start_run(run())
    await state.record(ITEM, RECEIPT, STARTED + 86_400)
    await state.first_sight(RUN, "movie.new")
    days = {
        pk: (int(row(dynamodb, pk, sk)["expires_at"]["N"]) - STARTED) / 86_400
        for pk, sk in (("RUN", RUN), (f"RECEIPT#{RUN}", ITEM.receipt_key), (f"UNKNOWN#{RUN}", "movie.new"))
    }
    assert days == {"RUN": 170, f"RECEIPT#{RUN}": 30, f"UNKNOWN#{RUN}": 30}


async def test_first_sight(state: State) -> None:
    """A field is new once a run."""
    other = RUN.replace("00ff", "00fe")
    seen = [await state.first_sight(run, field) for run, field in ((RUN, "a"), (RUN, "a"), (RUN, "b"), (other, "a"))]
    assert seen == [True, False, True, True]


@pytest.mark.parametrize("date", [None, DAY])
async def test_export(state: State, date: dt.date | None) -> None:
    """An export is remembered whole, by dataset and filters."""
    export = LastExport(run=RUN, date=DAY, select="due", request="r1", complete=date, refreshed=date)
    assert await state.last_export("movie", "limit=1") is None
    assert await state.claim_export("movie", "limit=1", export, None)
    assert await state.last_export("movie", "limit=1") == export
    assert await state.last_export("movie", "limit=2") is None
    assert await state.last_export("tv", "limit=1") is None
    assert await state.last_exports() == [("movie", export)]


async def test_one_of_many_claims(state: State) -> None:
    """Of many that claim to follow the same export one succeeds: of the first as of any later one."""
    after = None
    for turn in range(3):
        exports = [
            LastExport(run=f"{RUN}{turn}{n}", date=DAY, select="all", request="r", complete=None, refreshed=None)
            for n in range(5)
        ]
        won = await asyncio.gather(*(state.claim_export("movie", "", export, after) for export in exports))
        assert won.count(True) == 1
        assert await state.last_export("movie", "") == exports[won.index(True)]
        after = exports[won.index(True)]


async def test_watermark(state: State) -> None:
    """The watermark moves forward and never back, each dataset's for itself."""
    assert await state.watermark("movie") is None
    for day, through in ((21, 21), (20, 21), (21, 21), (25, 25), (1, 25)):
        await state.move_watermark("movie", dt.date(2026, 9, day))
        assert await state.watermark("movie") == dt.date(2026, 9, through)
    await state.move_watermark("movie", dt.date(2026, 10, 1))
    assert await state.watermark("movie") == dt.date(2026, 10, 1)
    assert await state.watermark("tv") is None


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


async def test_claim_whose_answer_was_lost(state: State) -> None:
    """A claim that is made again, because its answer never came, finds itself and holds; a rival's does not."""
    mine = LastExport(run=RUN, date=DAY, select="due", request="r1", complete=None, refreshed=None)
    rival = replace(mine, run=RUN.replace("00ff", "00fe"))
    assert await state.claim_export("movie", "f", mine, None)
    assert await state.claim_export("movie", "f", mine, None)
    assert not await state.claim_export("movie", "f", rival, None)
    assert await state.claim_export("movie", "f", rival, mine)
    assert await state.claim_export("movie", "f", rival, mine)
