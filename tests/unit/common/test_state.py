"""The state table on moto's DynamoDB: what is counted is counted once, and dates only move forward."""

import asyncio
import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from lambdas.common.datasets import Mode
from lambdas.common.receipts import Receipt, Stored
from lambdas.common.state import LastExport, State
from lambdas.common.work import WorkItem
from tests.unit.aws import aws
from tests.unit.common.states import DAY, ITEM, RECEIPT, RUN, STARTED, run


@pytest.fixture
def state(dynamodb: Any) -> State:
    """An empty table."""
    assert dynamodb
    return State("state", aws())


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


async def test_claim_whose_answer_was_lost(state: State) -> None:
    """A claim that is made again, because its answer never came, finds itself and holds; a rival's does not."""
    mine = LastExport(run=RUN, date=DAY, select="due", request="r1", complete=None, refreshed=None)
    rival = replace(mine, run=RUN.replace("00ff", "00fe"))
    assert await state.claim_export("movie", "f", mine, None)
    assert await state.claim_export("movie", "f", mine, None)
    assert not await state.claim_export("movie", "f", rival, None)
    assert await state.claim_export("movie", "f", rival, mine)
    assert await state.claim_export("movie", "f", rival, mine)
