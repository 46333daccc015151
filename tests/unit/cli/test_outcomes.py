"""`tmdb outcomes`: every id of a run with what became of it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import boto3
import pytest
from moto import mock_aws

from cli import outcomes as verb
from cli.main import main
from lambdas.common.aws import Aws
from lambdas.common.datasets import Mode
from lambdas.common.receipts import Receipt, Stored
from lambdas.common.state import Run, State
from lambdas.common.work import WorkItem
from tests.unit.aws import aws
from tests.unit.collector.world import NOW, make_table

RUN = "imdb-ids-20260921T130000Z-00ff"


class Deployed:
    """A stage with a state table."""

    def output(self, name: str) -> str:
        assert name == "StateTable"
        return "state"

    @asynccontextmanager
    async def aws(self) -> AsyncIterator[Aws]:
        yield aws()


@pytest.fixture(autouse=True)
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The stage that every verb finds."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setattr(verb, "open_stage", lambda name, local: Deployed())
    with mock_aws():
        make_table("state")
        yield
        boto3.DEFAULT_SESSION = None


async def a_run() -> None:
    """Two messages of a run, one of them in two attempts."""
    state = State("state", aws())
    await state.start_run(Run(run=RUN, dataset="imdb", mode="ids", started_at=NOW))
    first = WorkItem(run=RUN, dataset="imdb", mode=Mode.IDS, ids=(1, 2, 133093))
    why = "tt0000002 is ambiguous, TMDB has it as movie/5, tv/6"
    stored = Stored(int(NOW), "0" * 16)
    await state.record(first, Receipt(stored={133093: stored}, dead={2: why}, retry=(1,)), NOW)
    await state.record(first.part([1], attempt=1), Receipt(gone=(1,)), NOW)
    await state.record(first.part([10_872_600]), Receipt(unchanged={10_872_600: stored}), NOW)


async def test_every_id_has_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    """In the order of the ids, each once, however many attempts it took."""
    await a_run()
    assert await asyncio.to_thread(main, ["outcomes", "imdb-ids-", "--csv"]) == 0
    assert (
        capsys.readouterr().out
        == """\
title,outcome,reason
imdb/tt0000001,gone,
imdb/tt0000002,dead,"tt0000002 is ambiguous, TMDB has it as movie/5, tv/6"
imdb/tt0133093,stored,
imdb/tt10872600,unchanged,
"""
    )
    assert await asyncio.to_thread(main, ["outcomes", RUN, "--only", "gone", "--json"]) == 0
    assert capsys.readouterr().out == '{"title": "imdb/tt0000001", "outcome": "gone", "reason": ""}\n'


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["outcomes", "movie-export-"], 1, "there is no run movie-export-; `tmdb status` names the last ones"),
        (["outcomes", RUN, "--only", "lost"], 2, "'lost' is none of stored, unchanged, gone, dead"),
    ],
)
def test_mistakes(arguments: list[str], status: int, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is one sentence."""
    assert main(arguments) == status
    told = capsys.readouterr().err
    assert sentence in told and told.count("\n") == 1
