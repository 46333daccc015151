"""What every harvest has in common, and explicit ids."""

import pytest

from lambdas.common.errors import Retry
from tests.unit.harvester.world import DAY, TODAY, RefusingQueue, World


async def test_explicit_ids(world: World) -> None:
    """Ids given by hand go out ascending and unique, 50 a message, as a run of their own."""
    result = await world.harvest(dataset="person", mode="ids", ids=[*range(60, 0, -1), 7, 2**31 - 1])
    assert world.queued == [*range(1, 61), 2**31 - 1]
    assert [len(item.ids) for item in world.queue.items] == [50, 11]
    assert {(item.run, item.dataset, item.mode) for item in world.queue.items} == {(result.run, "person", "ids")}
    assert (result.ids, result.messages) == (61, 2)
    run = await world.run(result.run)
    assert (run.harvested, run.messages, run.listed_at) == (61, 2, world.clock.now)
    await world.collect()
    assert (await world.run(result.run)).done


async def test_ids_not_accepted(world: World) -> None:
    """Ids that SQS did not take are an error, and their run does not count as listed."""
    world.use(queue=RefusingQueue(takes=1))
    with pytest.raises(Retry, match="SQS refused"):
        await world.harvest(mode="ids", ids=list(range(1, 101)))
    (run,) = await world.state.runs()
    assert run.listed_at is None and not run.done


@pytest.mark.parametrize("asked", [{}, {"scheduled": True}])
async def test_a_run_tells_whether_a_schedule_asked_for_it(world: World, asked: dict[str, bool]) -> None:
    """In whichever mode, and what another invocation goes on with as well: the watcher expects a schedule's runs."""
    await world.state.move_watermark("movie", TODAY - 3 * DAY)
    world.files.movies(TODAY, 1)
    world.feed.lists["tv/popular"] = 1
    world.feed.seconds = 300
    await world.export(**asked)
    await world.pages(**asked)
    await world.sync(seconds=480, **asked)
    while world.continued:
        await world.harvest(seconds=480, **world.continued.pop().to_dict())
    told = {(run.mode, run.scheduled) for run in await world.state.runs()}
    assert told == {(mode, bool(asked)) for mode in ("export", "pages", "sync")}
    assert len(await world.state.runs()) > len(told), "the sync went on"


async def test_result(world: World) -> None:
    """A result says how long it took, and is fit for JSON."""
    world.feed.seconds = 1.5
    world.feed.put(TODAY, 550)
    result = await world.sync()
    assert result.to_dict() == {
        "run": result.run,
        "dataset": "movie",
        "mode": "sync",
        "select": None,
        "date": "2026-09-21",
        "ids": 1,
        "messages": 1,
        "rejected": 0,
        "new": 0,
        "due": 0,
        "leavers": 0,
        "warnings": (),
        "refused": None,
        "continued": False,
        "milliseconds": 3000,
    }


async def test_refusal(world: World) -> None:
    """A refused harvest is a result that says why, with nothing done."""
    world.files.movies(TODAY, 1)
    first = await world.export()
    refused = (await world.export(select="all")).to_dict()
    assert refused["refused"] == f"export {first.run} is unfinished: 0 of 1 ids settled"
    assert (refused["run"], refused["select"], refused["ids"]) == (None, "all", 0)
    assert len(await world.state.runs()) == 1


async def test_runs_are_told_apart(world: World) -> None:
    """Two runs of the same second have different ids."""
    runs = {(await world.harvest(mode="ids", ids=[id])).run for id in (1, 2, 3)}
    assert len(runs) == 3
