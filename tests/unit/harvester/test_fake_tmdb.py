"""The harvester over real sockets: files and feeds of the fake TMDB, with its faults."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from lambdas.common.datasets import DATASETS, Mode
from lambdas.common.errors import Retry
from lambdas.common.http import AiohttpTransport
from lambdas.common.pacer import Pacer
from lambdas.common.tmdb import Tmdb
from local.catalogue.made_up import MadeUpCatalogue, Sizes
from local.tmdb import Behaviour, FakeTmdb, Fault, Totals, running
from local.tmdb.lists import Lists
from tests.unit.harvester.world import DAY, TODAY, World

SIZES = Sizes(movie=2500, tv=300, person=300, collection=40, company=40, keyword=40, network=40)


class Online(NamedTuple):
    """A harvester's world that is connected to a fake TMDB, on the same day."""

    world: World
    fake: FakeTmdb


@pytest.fixture
async def online(world: World) -> AsyncIterator[Online]:
    """Everything real but time, queue and table."""
    behaviour = Behaviour(limit=1000)
    now = lambda: datetime.fromtimestamp(world.clock.now, UTC)  # noqa: E731 - the fake's wall clock is the world's
    async with running(FakeTmdb(MadeUpCatalogue(SIZES), behaviour=behaviour, now=now)) as fake:
        transport = AiohttpTransport(connections=2)

        async def token(afresh: bool) -> str:
            return behaviour.token

        tmdb = Tmdb(fake.url, token, transport, Pacer(1_000_000, world.clock), world.clock)
        world.use(tmdb=tmdb, files=transport, exports_url=fake.exports_url)
        try:
            yield Online(world, fake)
        finally:
            await transport.close()


@pytest.mark.parametrize("dataset", [name for name, entry in DATASETS.items() if entry.export])
async def test_exports(online: Online, dataset: str) -> None:
    """Every id of every dataset's file is queued, and with include_adult those of the adult titles' file."""
    world, fake = online
    result = await world.export(dataset=dataset, select="all")
    listed = {row.id for row in fake.catalogue.listed(dataset, TODAY)}
    assert listed and world.queued == sorted(listed)
    assert (result.ids, result.rejected, result.date) == (len(listed), 0, TODAY)
    world.queue.sent.clear()
    await world.export(dataset=dataset, include_adult=True)
    adult = {row.id for row in fake.catalogue.listed(dataset, TODAY, adult=True)}
    assert world.queued == sorted(listed | adult)


async def test_due_after_some_days(online: Online) -> None:
    """Days later the new ids, the days' slices and the leavers are queued: what the files of both days tell."""
    world, fake = online
    await world.export()
    await world.collect()
    world.pass_days(3)
    result = await world.export()
    before, now = ({row.id for row in fake.catalogue.listed("movie", day)} for day in (TODAY, TODAY + 3 * DAY))
    due = {id for id in now & before if id % 120 in {(TODAY + ago * DAY).toordinal() % 120 for ago in (1, 2, 3)}}
    assert set(world.queued) == (now - before) | due | (before - now)
    assert (result.new, result.due, result.leavers) == (len(now - before), len(due), len(before - now))


@pytest.mark.parametrize("totals", Totals)
@pytest.mark.parametrize("dataset", [name for name, entry in DATASETS.items() if Mode.SYNC in entry.modes])
async def test_sync(online: Online, dataset: str, totals: Totals) -> None:
    """Every change of weeks is queued whatever the feed says of its length, one rejected row a day aside."""
    world, fake = online
    fake.behaviour.totals = totals
    await world.state.move_watermark(dataset, TODAY - 20 * DAY)
    fake.advance()
    result = await world.sync(dataset=dataset)
    changed = [*fake.catalogue.turned(dataset, 1)]
    for ago in range(20):
        changed += fake.catalogue.edited(dataset, TODAY - ago * DAY)
    assert set(world.queued) >= {change.id for change in changed if not change.adult}
    assert len(world.queued) == len(set(world.queued)) == result.ids
    assert not {change.id for change in changed if change.adult} & set(world.queued)
    assert result.rejected and not result.warnings
    assert await world.state.watermark(dataset) == TODAY - DAY


@pytest.mark.parametrize("dataset", [name for name, entry in DATASETS.items() if entry.paged])
async def test_pages(online: Online, dataset: str) -> None:
    """Every page that a list has is queued, and on the days after also those that it has no more."""
    world, fake = online
    lists, path, before = Lists(fake.catalogue), DATASETS[dataset].path, 0
    for _ in range(4):
        result = await world.pages(dataset=dataset)
        pages = lists.page(path, 1, fake.moment)["total_pages"]
        assert world.queued == list(range(1, max(pages, before) + 1))
        assert (result.ids, result.leavers) == (len(world.queued), max(0, before - pages))
        before = pages
        world.queue.sent.clear()
        world.pass_days(7)


@pytest.mark.parametrize("fault", [Fault.TRUNCATED, Fault.CUT, Fault.HTML, Fault.RESET, Fault.INTERNAL])
async def test_faults_of_a_file(online: Online, fault: Fault) -> None:
    """A file that does not come whole is asked for again; when it never does, nothing is queued and nothing claimed."""
    world, fake = online
    fake.faults.always["keyword_ids"] = fault
    with pytest.raises(Retry, match=r"^keyword_ids_09_21_2026\.json\.gz: "):
        await world.export(dataset="keyword")
    assert not world.queue.sent and not await world.state.runs()
    del fake.faults.always["keyword_ids"]
    fake.faults.once["keyword_ids"] = [fault]
    assert (await world.export(dataset="keyword")).ids == len(world.queued) > 0


@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.INTERNAL, Fault.HTML, Fault.RESET, Fault.TRUNCATED, Fault.CUT])
async def test_faults_of_a_feed(online: Online, fault: Fault) -> None:
    """A page that fails is asked for again, and the sync is whole."""
    world, fake = online
    fake.faults.once["movie/changes"] = [fault, fault]
    result = await world.sync()
    edited = [change for day in (TODAY - DAY, TODAY) for change in fake.catalogue.edited("movie", day)]
    assert {change.id for change in edited if not change.adult} <= set(world.queued)
    assert not result.warnings and not result.continued
