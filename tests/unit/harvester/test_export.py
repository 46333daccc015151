"""Mode export from event to queue: what is sent, what is remembered, and what is refused."""

from collections.abc import Iterable

import pytest

from lambdas.common.errors import GiveUp, PipelineError, Retry
from lambdas.common.state import LastExport
from lambdas.common.work import WorkItem
from lambdas.harvester import export
from tests.unit.harvester.world import DAY, TODAY, RefusingQueue, World, movie


async def test_first_export(world: World) -> None:
    """The first export sends every id, ascending and unique, 50 a message, and tells what it did."""
    world.files.movies(TODAY, *range(120, 0, -1), 7)
    result = await world.export(select="due")
    assert world.queued == list(range(1, 121))
    assert [len(item.ids) for item in world.queue.items] == [50, 50, 20]
    assert {(item.run, item.dataset, item.mode, item.attempt) for item in world.queue.items} == {
        (result.run, "movie", "export", 0)
    }
    assert (result.ids, result.messages, result.rejected, result.date) == (120, 3, 0, TODAY)
    assert (result.new, result.due, result.leavers, result.warnings, result.refused) == (120, 0, 0, (), None)
    run = await world.run(result.run)
    assert (run.harvested, run.messages, run.settled, run.listed_at) == (120, 3, 0, world.clock.now)
    assert str(result.run).startswith("movie-export-20260921T120000Z-")


async def test_due_is_the_default(world: World) -> None:
    """The next day's export sends new ids, the day's slice, and those that left; nothing else."""
    world.files.movies(TODAY, *range(1, 1001))
    await world.export()
    await world.collect()
    world.pass_days(1)
    world.files.movies(TODAY + DAY, *range(2, 1003))
    result = await world.export()
    due = {id for id in range(2, 1001) if id % 120 == (TODAY + DAY).toordinal() % 120}
    assert set(world.queued) == {1, 1001, 1002} | due
    assert world.queued == sorted(world.queued)
    assert (result.select, result.new, result.due, result.leavers) == ("due", 2, len(due), 1)


@pytest.mark.parametrize(("which", "ids"), [("all", [1, 2, 3, 5]), ("new", [3, 5])])
async def test_all_and_new(world: World, which: str, ids: list[int]) -> None:
    """All sends every id and new only those that were not there; both have leavers checked."""
    world.files.movies(TODAY, 1, 2, 3)
    await world.export()
    await world.collect()
    world.pass_days(1)
    world.files.movies(TODAY + DAY, 1, 2, 5)
    await world.export(select=which)
    assert world.queued == ids


async def test_twice_for_one_day(world: World) -> None:
    """Exporting the same day again is refused while the first is unfinished, and sends nothing once it is done."""
    world.files.movies(TODAY, *range(1, 501))
    first = await world.export()
    again = await world.export()
    assert again.refused == f"export {first.run} is unfinished: 0 of 500 ids settled"
    assert (again.run, again.ids, len(world.queue.items)) == (None, 0, 10)
    await world.collect()
    again = await world.export()
    assert (again.refused, again.ids, again.messages, world.queued) == (None, 0, 0, [])
    assert (await world.run(again.run)).done


async def test_skipped_days_are_made_up_for(world: World) -> None:
    """After a week without exports the slices of the whole week are due, once."""
    world.files.movies(TODAY, *range(1, 1001))
    await world.export()
    await world.collect()
    world.pass_days(7)
    world.files.movies(TODAY + 7 * DAY, *range(1, 1001))
    await world.export()
    week = {(TODAY + ago * DAY).toordinal() % 120 for ago in range(1, 8)}
    assert set(world.queued) == {id for id in range(1, 1001) if id % 120 in week}
    await world.collect()
    assert (await world.export()).ids == 0


async def test_new_in_between_skips_no_slice(world: World) -> None:
    """Slices of days on which only new ids were exported are collected by the next export of due ones."""
    world.files.movies(TODAY, *range(1, 1001))
    await world.export()
    await world.collect()
    for day in (1, 2):
        world.pass_days(1)
        world.files.movies(TODAY + day * DAY, *range(1, 1001 + day))
        assert (await world.export(select="new")).ids == 1
        await world.collect()
    result = await world.export(select="due")
    two = {(TODAY + day * DAY).toordinal() % 120 for day in (1, 2)}
    assert (set(world.queued), result.new) == ({id for id in range(1, 1003) if id % 120 in two}, 0)


async def test_explicit_date(world: World) -> None:
    """An event's date is that of the file, with no way round; a day without a file is an error that names it."""
    world.files.movies(TODAY - 5 * DAY, 1)
    assert (await world.export(date="2026-09-16")).date == TODAY - 5 * DAY
    await world.collect()
    with pytest.raises(GiveUp, match="TMDB has no movie_ids file of 2026-09-17"):
        await world.export(date="2026-09-17")


async def test_the_date_used(world: World) -> None:
    """When the newest file is missing, the result tells which day's was used, and the next export starts from there."""
    world.files.movies(TODAY - 2 * DAY, *range(1, 121))
    assert (await world.export()).date == TODAY - 2 * DAY
    await world.collect()
    world.files.movies(TODAY, *range(1, 121))
    assert (await world.export()).due == 2


async def test_filters_have_their_own_history(world: World) -> None:
    """Exports with other filters neither wait for each other nor take each other for a predecessor."""
    world.files.put("movie_ids", TODAY, [movie(1, popularity=9), movie(2, popularity=1), movie(3, popularity=9)])
    assert (await world.export()).ids == 3
    assert (await world.export(min_popularity=5)).ids == 2
    assert (await world.export(limit=1)).ids == 1
    assert (await world.export(limit=1)).refused


async def test_missing_adult_file(world: World) -> None:
    """A missing adult file is a warning, and adult titles have not left because of it."""
    world.files.movies(TODAY, 1, 2)
    world.files.put("adult_movie_ids", TODAY, [movie(8, adult=True)])
    assert (await world.export(include_adult=True)).ids == 3
    await world.collect()
    world.pass_days(1)
    world.files.movies(TODAY + DAY, 1)
    result = await world.export(include_adult=True, select="new")
    assert (world.queued, result.leavers) == ([2], 1)
    assert result.warnings == ("TMDB has no adult_movie_ids file of 2026-09-22: adult titles are left out",)


async def test_predecessor_deleted(world: World) -> None:
    """When TMDB has deleted the last export's file, every id counts as new, with a warning, and none as a leaver."""
    world.files.movies(TODAY, 1, 2)
    await world.export()
    await world.collect()
    world.files.files.clear()
    world.pass_days(100)
    world.files.movies(TODAY + 100 * DAY, 2, 3)
    result = await world.export()
    assert (world.queued, result.new, result.leavers) == ([2, 3], 2, 0)
    assert result.warnings == ("TMDB has no movie_ids file of 2026-09-21 any more: every id counts as new",)


async def test_empty_file(world: World) -> None:
    """An empty file lists nothing, but after one that was not empty it is an error: not everything left at once."""
    world.files.movies(TODAY)
    first = await world.export()
    assert (first.ids, (await world.run(first.run)).done) == (0, True)
    world.pass_days(1)
    world.files.movies(TODAY + DAY, 1)
    await world.export()
    await world.collect()
    world.pass_days(1)
    world.files.movies(TODAY + 2 * DAY)
    with pytest.raises(Retry, match="the file of 2026-09-23 is empty, that of 2026-09-22 was not"):
        await world.export()


@pytest.mark.parametrize("file", [b"", b"<html>", b"\x1f\x8b\x08\x00"])
async def test_broken_file_leaves_no_trace(world: World, file: bytes) -> None:
    """A file that does not count sends nothing and does not stand in the way of the next try."""
    world.files.put("movie_ids", TODAY, file)
    with pytest.raises(PipelineError, match="movie_ids_09_21_2026"):
        await world.export()
    assert not world.queue.sent and not await world.state.runs()
    world.files.movies(TODAY, 1)
    assert (await world.export()).ids == 1


async def test_rejected_lines(world: World) -> None:
    """Lines without an id are counted in the result and in the run."""
    world.files.put("movie_ids", TODAY, [movie(1), b"{", movie(2), b"null"])
    result = await world.export()
    assert (result.ids, result.rejected, (await world.run(result.run)).rejected) == (2, 2, 2)


async def test_progress(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a long export is sent, its run tells how far it is, and is not listed before all is sent."""
    monkeypatch.setattr(export, "PROGRESS_IDS", 100)
    world.files.movies(TODAY, *range(1, 251))
    seen = []
    send = world.queue.send

    async def watch(items: Iterable[WorkItem], *, delay: int = 0) -> int:
        (run,) = await world.state.runs()
        seen.append((run.harvested, run.messages, run.listed_at))
        return await send(items, delay=delay)

    monkeypatch.setattr(world.queue, "send", watch)
    await world.export()
    assert seen == [(0, 0, None), (100, 2, None), (200, 4, None)]


async def test_retry_of_the_same_invocation(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An invocation that failed while sending goes on with its own run, and its ids are counted once."""
    monkeypatch.setattr(export, "PROGRESS_IDS", 100)
    world.files.movies(TODAY, *range(1, 251))
    refusing = RefusingQueue(takes=3)
    world.use(queue=refusing)
    with pytest.raises(Retry, match="SQS refused"):
        await world.export(request="the-same")
    assert len(refusing.items) == 3
    world.use(queue=world.queue)
    world.pass_days(1)
    world.files.movies(TODAY + DAY, *range(1, 301))
    result = await world.export(request="the-same")
    assert (result.date, result.ids, result.messages) == (TODAY, 250, 5)
    assert refusing.items == world.queue.items[:3]
    assert [run.run for run in await world.state.runs()] == [result.run]
    world.queue.sent += refusing.sent
    await world.collect()
    assert (await world.run(result.run)).stored == 250
    assert (await world.export()).refused is None


async def test_another_invocation_after_a_failure(world: World) -> None:
    """Another invocation waits until the failed one cannot be listing any more, then starts from what was complete."""
    world.files.movies(TODAY, *range(1, 101))
    world.use(queue=RefusingQueue(takes=1))
    with pytest.raises(Retry):
        await world.export()
    world.use(queue=world.queue)
    assert "is still listing" in str((await world.export()).refused)
    world.clock.advance(16 * 60)
    assert (await world.export()).new == 100


async def test_only_one_of_two_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two harvesters that begin the same export at the same moment one is refused, and sends nothing."""
    world.files.movies(TODAY, 1, 2)
    claim = world.state.claim_export

    async def late(dataset: str, filters: str, export: LastExport, after: LastExport | None) -> bool:
        monkeypatch.undo()
        assert (await world.export()).ids == 2
        return await claim(dataset, filters, export, after)

    monkeypatch.setattr(world.state, "claim_export", late)
    result = await world.export()
    assert "another harvester" in str(result.refused)
    assert world.queued == [1, 2]


async def test_backlog(world: World) -> None:
    """An export that the collectors could not get through in ten days is refused, with numbers, and leaves no claim."""
    world.files.movies(TODAY, *range(1, 101))
    world.use(collect_per_second=100 / (10.4 * 86_400))
    assert (await world.export()).ids == 0
    refused = "the queue would take 10 days: 0 messages wait, 100 ids would join"
    assert (await world.export()).refused == refused
    world.use(collect_per_second=100 / (9.9 * 86_400))
    assert (await world.export()).ids == 100
    result = await world.export(limit=5)
    assert result.refused == "the queue would take 10 days: 2 messages wait, 5 ids would join"
