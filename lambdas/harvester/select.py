"""Which ids of an export are collected. Pure: sets and dates in, sets out.

Every id is due once in `refresh_days`: its slice, `id mod refresh_days`, is that of one day. Days on which no export
was complete are made up for by the next one that is, so that no id waits for longer than a round and the gap.
"""

import datetime as dt
from dataclasses import dataclass

from lambdas.harvester.event import Select
from lambdas.harvester.exports import Listing
from lambdas.harvester.ids import IdSet


@dataclass(frozen=True, slots=True)
class Selection:
    """The ids to collect, and how many of them are new, known but due, and listed no more: together they are all."""

    ids: IdSet
    new: int
    due: int
    leavers: int


def select(
    which: Select, listing: Listing, before: Listing | None, *, refreshed: dt.date | None, refresh_days: int
) -> Selection:
    """Choose from a listing, given the last complete one and the day through which all slices were collected.

    Whatever is chosen, ids that the last listing had and none of this one's files has are to be checked: most are gone.
    """
    new = listing.ids - before.ids if before else listing.ids
    known = listing.ids - new
    if which == "all":
        due = known
    elif which == "due":
        slices = due_slices(refreshed, listing.date, refresh_days)
        due = IdSet(id for id in known if id % refresh_days in slices)
    else:
        due = IdSet()
    leavers = before.ids - listing.ids - listing.left_out if before else IdSet()
    return Selection(new | due | leavers, len(new), len(due), len(leavers))


def due_slices(refreshed: dt.date | None, day: dt.date, refresh_days: int) -> frozenset[int]:
    """The slices of the days after `refreshed` up to `day`; all of them after a whole round, or when it is None."""
    days = refresh_days if refreshed is None else min((day - refreshed).days, refresh_days)
    return frozenset((day.toordinal() - ago) % refresh_days for ago in range(days))
