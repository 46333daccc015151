"""Which ids of an export are collected: nothing new is missed, and everything is collected again in time."""

import datetime as dt
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.harvester.event import Select
from lambdas.harvester.exports import Listing
from lambdas.harvester.ids import IdSet
from lambdas.harvester.select import due_slices, select
from tests.unit.harvester.world import DAY, TODAY

_ids = st.frozensets(st.integers(1, 100))
_selects = st.sampled_from(["all", "new", "due"])


def listing(ids: Iterable[int], left_out: Iterable[int] = (), day: dt.date = TODAY) -> Listing:
    """A day with these ids."""
    return Listing(day, IdSet(ids), IdSet(left_out))


@given(_selects, _ids, _ids, _ids, st.integers(1, 130), st.integers(0, 200))
def test_parts_of_a_selection(
    which: Select, today: frozenset[int], left_out: frozenset[int], before: frozenset[int], turn: int, gap: int
) -> None:
    """New ids, due ids and leavers are what their names say, share nothing, and together are the selection."""
    last = listing(before, day=TODAY - gap * DAY)
    chosen = select(which, listing(today, left_out), last, refreshed=last.date, refresh_days=turn)
    new, leavers = today - before, before - today - left_out
    ids = frozenset(chosen.ids)
    assert new <= ids and leavers <= ids <= today | leavers
    assert (chosen.new, chosen.leavers, chosen.due) == (len(new), len(leavers), len(ids) - len(new) - len(leavers))
    slices = {(TODAY - ago * DAY).toordinal() % turn for ago in range(gap)}
    due = {id for id in today & before if id % turn in slices}
    assert ids == new | leavers | {"all": today, "new": frozenset(), "due": due}[which]


@given(_selects, _ids, st.integers(1, 130))
def test_without_a_predecessor(which: Select, today: frozenset[int], turn: int) -> None:
    """The first export takes everything, whatever it selects, and has no leavers."""
    chosen = select(which, listing(today), None, refreshed=None, refresh_days=turn)
    assert frozenset(chosen.ids) == today
    assert (chosen.new, chosen.due, chosen.leavers) == (len(today), 0, 0)


@pytest.mark.parametrize("which", ["all", "new", "due"])
def test_filtered_ids_are_no_leavers(which: Select) -> None:
    """An id that only fell below the popularity asked for has not left; one that is in no file of the day has."""
    chosen = select(which, listing([1], [2]), listing([1, 2, 3]), refreshed=TODAY, refresh_days=120)
    assert (2 in chosen.ids, 3 in chosen.ids, chosen.leavers) == (False, True, 1)


@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)), st.integers(1, 200))
def test_slices_of_a_round_are_all(day: dt.date, turn: int) -> None:
    """The slices of as many days as a round has are all slices, each the slice of one day."""
    daily = [due_slices(day - (ago + 1) * DAY, day - ago * DAY, turn) for ago in range(turn)]
    assert all(len(slices) == 1 for slices in daily)
    assert frozenset().union(*daily) == frozenset(range(turn)) == due_slices(None, day, turn)


def test_slices_of_the_same_day_again() -> None:
    """What was collected through a day is not due on that day again, nor on an earlier one."""
    assert not due_slices(TODAY, TODAY, 120)
    assert not due_slices(TODAY, TODAY - DAY, 120)


@given(st.integers(1, 40), st.lists(st.integers(1, 60), min_size=1, max_size=60))
def test_every_id_in_time(turn: int, gaps: list[int]) -> None:
    """Whatever days exports are skipped on, no id waits longer than a round and the longest gap."""
    everything = listing(range(1, 2 * turn + 1))
    collected = dict.fromkeys(everything.ids, TODAY)
    refreshed = TODAY
    for gap in gaps:
        everything.date = refreshed + gap * DAY
        chosen = select("due", everything, everything, refreshed=refreshed, refresh_days=turn)
        refreshed = everything.date
        collected |= dict.fromkeys(chosen.ids, refreshed)
        assert (refreshed - min(collected.values())).days <= turn + max(gaps)
