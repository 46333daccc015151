"""The deployed pipeline: bodies arrive whole, and a stopped line loses nothing."""

import asyncio

from rich.console import Console
from typer.testing import CliRunner

from cli.main import app
from lambdas.common.datasets import DATASETS
from lambdas.common.metrics import Metric
from lambdas.common.receipts import Receipt
from lambdas.common.state import Run
from local.catalogue.samples import SamplesCatalogue
from local.run.__main__ import mirror
from local.run.rounds import rounds
from local.tmdb.details import select
from tests.system.world import World, eventually
from tests.unit.common.bodies import differences


def test_every_body_of_every_round_lies_at_the_edge(mirrored: World) -> None:
    """After each round every title and season at the edge is the body TMDB serves, value by value; none is dead."""
    folder = mirrored.settings.samples
    assert folder
    catalogue = SamplesCatalogue(folder)
    plan = [*range(catalogue.rounds), catalogue.rounds - 1]
    for number, one in zip(plan, rounds(mirrored.settings, mirrored.tmdb), strict=True):
        asyncio.run(mirror(one, mirrored.deployment, Console(quiet=True)))
        for key, body in catalogue.served(number).items():
            dataset, part, *_ = [*key.split("/")[::2], "title"]
            parts = () if part == "season" else DATASETS[dataset].parts
            served = body if part == "season" else select(dataset, body, parts, lambda _: None)
            assert [f"{key}{line}" for line in differences(served, mirrored.title(key))] == []
    assert mirrored.deployment.dead_letters() == []


def test_revoked_token_stops_the_line_and_loses_nothing(operated: World) -> None:
    """A revoked token pauses the line within a minute, burns no id and tells; `tmdb resume` has the same run done."""
    movie = next(int(path.name.split(".")[0]) for path in (operated.settings.local / "edge/movie").glob("*.lz4"))
    operated.tell("behaviour", access="revoked")
    operated.deployment.send([{"dataset": "movie", "mode": "ids", "ids": [movie]}])
    eventually(lambda: operated.mapping["State"] == "Disabled", seconds=60)
    assert operated.deployment.dead_letters() == []
    assert eventually(lambda: operated.metrics("CollectorFunction", Metric.LINE_STOPPED)[-1:] == [1.0])
    operated.tell("behaviour", access="valid")
    resumed = CliRunner().invoke(app, ["resume", "--local"])
    assert resumed.exception is None, resumed.output

    async def last_run() -> tuple[Run, list[Receipt]]:
        async with operated.deployment.state() as state:
            run = max(await state.runs("movie-ids-"), key=lambda run: run.started_at)
            return run, await state.receipts(run.run)

    def last_run_done() -> bool:
        run, receipts = asyncio.run(last_run())
        assert not any(receipt.retry or receipt.dead for receipt in receipts)
        return run.done and run.stored + run.unchanged == run.harvested == 1

    assert eventually(last_run_done)
    assert operated.deployment.dead_letters() == []


def test_event_that_names_nothing_known_is_kept(mirrored: World) -> None:
    """An event the harvester refuses ends in the queue of failed events, with an error that names what is wrong."""
    functions = mirrored.deployment.emulator.client("lambda")
    answer = functions.invoke(
        FunctionName=mirrored.deployment.outputs["HarvesterFunction"], Payload=b'{"dataset":"films","mode":"export"}'
    )
    assert "films" in answer["Payload"].read().decode()
    assert answer["FunctionError"]
