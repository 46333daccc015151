"""`tmdb status`: what there is to see of a stage now, by its state, its queues and its lake."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from cli import status
from cli.errors import Failure
from cli.freshness import Freshness, Gold, freshness
from cli.main import main
from lambdas.common.datasets import Mode
from lambdas.common.state import LastExport, Run, State
from lambdas.common.work import run_id
from tests.unit.cli.world import NOW, FakeStage

DAY = dt.date(2026, 9, 20)


def test_a_lake_that_cannot_be_read_hides_nothing_else(
    dev: FakeStage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line, runs and queues are told all the same, and why the lake is not on standard error."""

    def fails(_: object) -> None:
        raise Failure("the lake cannot be read: no")

    monkeypatch.setattr(status, "in_gold", fails)
    assert main(["status", "--stage", "dev", "--json"]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["line"], told["rate"]["budget"], told["dead"], told["freshness"]) == ("enabled", 32, 0, {})
    assert err == "tmdb: what lies in the lake is not told: the lake cannot be read: no\n"


async def test_an_export_is_whole_when_its_run_is_done(dev: FakeStage) -> None:
    """Until then it is the one before it that is; gold tells of a dataset of which no run is known, too."""
    run = Run(run=run_id("movie", Mode.EXPORT, NOW, 1), dataset="movie", mode="export", started_at=NOW, harvested=1)
    before = DAY - dt.timedelta(days=1)
    async with dev.aws() as aws:
        state = State("state", aws)
        last = LastExport(run=run.run, date=DAY, select="all", request="1", complete=before, refreshed=None)
        await state.claim_export("movie", "", last, None)
        await state.move_watermark("movie", DAY)
        gold = {"tv": Gold(99.5, DAY)}
        tv = Freshness(None, None, 99.5, DAY)
        going = {"movie": Freshness(DAY, before, None, None), "tv": tv}
        assert await freshness(state, [run], gold) == going
        done = replace(run, listed_at=NOW, stored=1)
        assert await freshness(state, [done], gold) == {"movie": Freshness(DAY, DAY, None, None), "tv": tv}
