"""Following a launch: it ends when every id has an outcome, and each is in the file, whatever runs they were in."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cli.errors import Failure
from cli.imdb import follow as following
from cli.imdb.follow import PATIENCE_SECONDS, POLL_SECONDS, follow, refuse, wait, waiting, write
from cli.imdb.ledger import Ids
from cli.stage import Stage
from lambdas.common.aws import Aws
from lambdas.common.datasets import Mode
from lambdas.common.receipts import Found, Receipt, Stored
from lambdas.common.state import Run, State
from lambdas.common.work import WorkItem, run_id
from lambdas.harvester.predecessor import LOST_SECONDS
from tests.unit.aws import aws
from tests.unit.cli.imdb.downloads import HEADER
from tests.unit.collector.world import NOW, FakeClock, make_table

STORED = Stored(int(NOW), "0" * 16)
MOVIE = (Found("movie", 603, "movie/603"),)


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The state table of the stage."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        make_table("state")
        yield
        boto3.DEFAULT_SESSION = None


class World(FakeClock):
    """A stage as it goes on while it is waited for: each sleep brings the next step."""

    def __init__(self, *steps: Any) -> None:
        super().__init__()
        self.state = State("state", aws())
        self.steps = list(steps)
        self.shown: list[int] = []
        self.asked = 0
        self.on_queue = 1

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if self.steps:
            await self.steps.pop(0)(self)

    def waiting(self) -> int:
        self.asked += 1
        return self.on_queue

    async def wait(self, sent: Ids) -> None:
        await wait(
            self.state, sent, self, waiting=self.waiting, shown=lambda *, completed: self.shown.append(completed)
        )


def ids_of(*ids: int) -> Ids:
    """A ledger's ids."""
    sent = Ids()
    for id in ids:
        sent.add(id)
    return sent


def run(number: int, *ids: int, receipt: Receipt | None = None) -> Any:
    """A step: the run is listed, and collected when there is a receipt."""
    name = run_id("imdb", Mode.IDS, NOW + number, number)

    async def step(world: World) -> None:
        told = Run(run=name, dataset="imdb", mode="ids", started_at=NOW + number, listed_at=NOW, harvested=len(ids))
        await world.state.start_run(told)
        await world.state.listing(told)
        if receipt:
            item = WorkItem(run=name, dataset="imdb", mode=Mode.IDS, ids=ids)
            await world.state.record(item, receipt, NOW)

    return step


async def test_it_waits_for_every_id(tmp_path: Path) -> None:
    """From before the first run to the last receipt; then each id has the row that the newest run has of it."""
    first = Receipt(stored={1: STORED}, gone=(2,), dead={3: "5 attempts:\n502"}, found={1: MOVIE})
    world = World(
        run(1, 1, 2, 3),
        run(2, 3, 4),
        run(1, 1, 2, 3, receipt=first),
        run(2, 3, 4, receipt=Receipt(unchanged={3: STORED, 4: STORED}, found={3: MOVIE, 4: MOVIE})),
    )
    await world.wait(sent := ids_of(1, 2, 3))
    assert world.shown == [0, 0, 0, 3] and world.asked == 2, "what else is in a run is not waited for"
    for step in world.steps:
        await step(world)
    counts = await write(world.state, sent, tmp_path / "results.csv")
    assert counts == {"found": 2, "not_found": 1}
    assert (tmp_path / "results.csv").read_text().splitlines() == [
        HEADER,
        "tt0000003,found,movie,603,movie/603",
        "tt0000001,found,movie,603,movie/603",
        "tt0000002,not_found,,,",
    ]


async def test_what_no_run_has_is_not_waited_for_long(tmp_path: Path) -> None:
    """With none at work for some minutes, ids without an outcome are unknown: their event failed, or was long ago."""
    world = World(run(1, 1, receipt=Receipt(gone=(1,))))
    await world.wait(sent := ids_of(1, 2_000_000_000))
    assert PATIENCE_SECONDS < world.now - NOW <= PATIENCE_SECONDS + 2 * POLL_SECONDS
    assert world.shown[-1] == 1
    assert await write(world.state, sent, tmp_path / "results.csv") == {"not_found": 1, "unknown": 1}
    last = (tmp_path / "results.csv").read_text().splitlines()[-1]
    assert last == "tt2000000000,unknown,,,no run of the last 30 days tells of it"


async def test_who_cannot_go_on_says_so() -> None:
    """A line that stands still ends the wait, and runs that go on are waited for however long they take."""
    world = World(run(1, 1), *[run(1, 1)] * 200)
    world.waiting = lambda: waiting(stage) if world.now - NOW > 2 * PATIENCE_SECONDS else 1  # type: ignore[method-assign]
    stage = Stage("dev", OUTPUTS, Session("Disabled"))
    with pytest.raises(Failure, match="the line is stopped: `tmdb logs collector --stage dev` says why, `tmdb resume"):
        await world.wait(ids_of(1))
    assert waiting(Stage("dev", OUTPUTS, Session("Enabled"))) == 6


@pytest.mark.parametrize("listed_at", [None, NOW], ids=["cut off while it was listed", "listed, and its messages lost"])
async def test_a_run_that_never_ends_is_not_waited_for(listed_at: float | None, tmp_path: Path) -> None:
    """With an empty queue it is over after an hour; what its receipts tell counts, and the rest is unknown."""
    started = NOW + POLL_SECONDS - LOST_SECONDS
    name, world = run_id("imdb", Mode.IDS, started, 1), World()
    cut_off = Run(run=name, dataset="imdb", mode="ids", started_at=started, listed_at=listed_at, harvested=2)
    await world.state.start_run(cut_off)
    await world.state.listing(cut_off)
    await world.state.record(WorkItem(run=name, dataset="imdb", mode=Mode.IDS, ids=(1,)), Receipt(gone=(1,)), NOW)
    world.on_queue = 0
    await world.wait(sent := ids_of(1, 2))
    assert PATIENCE_SECONDS < world.now - NOW <= PATIENCE_SECONDS + 2 * POLL_SECONDS
    assert await write(world.state, sent, tmp_path / "results.csv") == {"not_found": 1, "unknown": 1}


OUTPUTS = {"CollectorFunction": "collector", "QueueUrl": "queue"}


class Session:
    """boto3, as far as it tells the state of the line and of its queue."""

    def __init__(self, line: str) -> None:
        self.line = line

    def client(self, service: str, **_: Any) -> "Session":
        assert service in ("lambda", "sqs")
        return self

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> Any:  # noqa: N803 - boto3's words
        assert QueueUrl == "queue"
        return {"Attributes": {name: str(number) for number, name in enumerate(AttributeNames, 1)}}

    def list_event_source_mappings(self, FunctionName: str) -> Any:  # noqa: N803 - boto3's word
        return {"EventSourceMappings": [{"State": self.line}]}


class DevStage(Stage):
    """A stage with a state table."""

    @asynccontextmanager
    async def aws(self) -> AsyncIterator[Aws]:
        yield aws()


@pytest.mark.parametrize(
    ("receipt", "sentence"),
    [
        (Receipt(gone=(1, 2)), ""),
        (Receipt(gone=(1,), dead={2: "no"}), "1 ids failed, each with its reason; `tmdb dlq redrive --dataset imdb"),
        (Receipt(gone=(1,)), "of 1 ids no run tells: look at `tmdb failed list --stage dev`"),
    ],
    ids=["done", "failed", "unknown"],
)
def test_it_is_told(
    receipt: Receipt,
    sentence: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each id has its row, and those that failed or of which nothing is known are a failure with the next step."""
    asyncio.run(run(1, 1, 2, receipt=receipt)(World()))
    monkeypatch.setattr(following, "PATIENCE_SECONDS", -1.0)
    failure, stage = "", DevStage("dev", {**OUTPUTS, "StateTable": "state"}, Session("Enabled"))
    try:
        refuse(stage, follow(stage, ids_of(1, 2), tmp_path / "results.csv", hidden=False))
    except Failure as error:
        failure = str(error)
    assert sentence in failure and bool(sentence) == bool(failure)
    assert capsys.readouterr().out == ""
    assert (tmp_path / "results.csv").read_text().count("\n") == 3
