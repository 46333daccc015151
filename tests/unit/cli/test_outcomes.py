"""`tmdb outcomes`: every id of a run with what became of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from cli import outcomes as verb
from cli.main import main
from lambdas.common.aws import Aws
from lambdas.common.datasets import Mode
from lambdas.common.receipts import Found, Receipt, Stored
from lambdas.common.state import Run, State
from lambdas.common.work import WorkItem
from tests.unit.aws import aws
from tests.unit.collector.world import NOW, make_table

RUN = "imdb-ids-20260921T130000Z-00ff"
MOVIES = "movie-ids-20260921T130000Z-00ff"


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


STORED = Stored(int(NOW), "0" * 16)


async def a_run() -> None:
    """Two messages of a run of IMDb ids, one of them in two attempts."""
    state = State("state", aws())
    await state.start_run(Run(run=RUN, dataset="imdb", mode="ids", started_at=NOW))
    first = WorkItem(run=RUN, dataset="imdb", mode=Mode.IDS, ids=(1, 2, 3, 5, 133093))
    movies = Found("movie", 5, "movie/5"), Found("movie", 603, "movie/603")
    receipt = Receipt(
        stored={5: STORED, 133093: STORED},
        dead={2: "tt0000002 is ambiguous, TMDB has it as movie/5, movie/603", 3: "5 attempts: 502"},
        found={2: movies, 133093: movies[1:]},
        retry=(1,),
    )
    await state.record(first, receipt, NOW)
    await state.record(first.part([1], attempt=1), Receipt(gone=(1,)), NOW)
    episode = Found("episode", 1551825, "tv/1399/season/8/episode/1")
    last = Receipt(unchanged={10_872_600: STORED}, found={10_872_600: (episode,)})
    await state.record(first.part([10_872_600]), last, NOW)


RESULTS = """\
imdb_id,outcome,dataset,id,detail
tt0000001,not_found,,,
tt0000002,ambiguous,,,movie/5 movie/603
tt0000003,failed,,,5 attempts: 502
tt0000005,found,,,
tt0133093,found,movie,603,movie/603
tt10872600,found,episode,1551825,tv/1399/season/8/episode/1
"""


async def tmdb(*arguments: str) -> int:
    """Run the verb beside what is prepared here."""
    return await asyncio.to_thread(main, ["outcomes", *arguments])


async def test_imdb_ids(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Each is told once as a download tells it, not found and ambiguous apart; to a file as to standard output."""
    await a_run()
    assert await tmdb("imdb-ids-", "--csv") == 0
    assert capsys.readouterr().out == RESULTS
    assert await tmdb("imdb-ids-", "--out", str(tmp_path / "results.csv")) == 0
    assert capsys.readouterr().out == f"{tmp_path}/results.csv: 6 ids\n"
    assert (tmp_path / "results.csv").read_text() == RESULTS
    assert await tmdb("imdb-ids-", "--out", str(tmp_path / "results.csv"), "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"file": f"{tmp_path}/results.csv", "ids": 6}
    assert await tmdb(RUN, "--only", "not_found", "--json") == 0
    row = {"imdb_id": "tt0000001", "outcome": "not_found", "dataset": "", "id": "", "detail": ""}
    assert json.loads(capsys.readouterr().out) == row


async def test_titles(capsys: pytest.CaptureFixture[str]) -> None:
    """Those of any other dataset are told by what a run counts, with the reason of each dead one."""
    state = State("state", aws())
    await state.start_run(Run(run=MOVIES, dataset="movie", mode="ids", started_at=NOW))
    item = WorkItem(run=MOVIES, dataset="movie", mode=Mode.IDS, ids=(1, 2, 3))
    await state.record(item, Receipt(unchanged={3: STORED}, gone=(1,), dead={2: "no"}), NOW)
    assert await tmdb(MOVIES, "--csv") == 0
    assert capsys.readouterr().out == "title,outcome,reason\nmovie/1,gone,\nmovie/2,dead,no\nmovie/3,unchanged,\n"


async def test_the_newest_run_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """What failed and was sent again is told by what became of it then."""
    await a_run()
    state, again = State("state", aws()), RUN.replace("T13", "T14")
    await state.start_run(Run(run=again, dataset="imdb", mode="ids", started_at=NOW + 3600))
    found = Receipt(stored={3: STORED}, found={3: (Found("tv", 7, "tv/7"),)})
    await state.record(WorkItem(run=again, dataset="imdb", mode=Mode.IDS, ids=(3,)), found, NOW)
    assert await tmdb("imdb-ids-", "--csv") == 0
    failed, mended = "tt0000003,failed,,,5 attempts: 502\n", "tt0000003,found,tv,7,tv/7\n"
    header, rest = RESULTS.split("\n", 1)
    assert capsys.readouterr().out == f"{header}\n{mended}" + rest.replace(failed, "")


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["movie-export-"], 1, "there is no run movie-export-; `tmdb status` names the last ones"),
        (["\ud83d"], 2, "is no name of a run; `tmdb status` names the last ones"),
        ([RUN, "--only", "gone"], 2, "'gone' is none of found, not_found, ambiguous, failed"),
        ([RUN, "--out", "no/such/folder.csv"], 1, "no/such/folder.csv cannot be written: No such file or directory"),
    ],
)
async def test_mistakes(arguments: list[str], status: int, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is one sentence."""
    await a_run()
    assert await tmdb(*arguments) == status
    told = capsys.readouterr().err
    assert sentence in told and told.count("\n") == 1
