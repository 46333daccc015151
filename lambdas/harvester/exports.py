"""TMDB's daily id files: which day's there is, and the ids in it.

About the files: https://developer.themoviedb.org/docs/daily-id-exports. They are in no order, and their lines are
hostile until parsed. A file counts only whole: until its last byte was read and checked nobody sees an id of it.
"""

import datetime as dt
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, Protocol

from lambdas.common.clock import Clock
from lambdas.common.datasets import Dataset
from lambdas.common.errors import GiveUp, Retry
from lambdas.harvester.event import Event
from lambdas.harvester.ids import IdSet
from lambdas.harvester.lines import FlaggedLine, Line, LineReader, RankedLine, gunzip
from lambdas.harvester.patience import patiently

PUBLISHED_HOUR = 8
"""UTC; by then the day's files are there."""
OLDER_DAYS = 3
"""How many days older a file may be, when the newest is not there."""
_ABSENT = (403, 404)

Stream = AbstractAsyncContextManager[tuple[int, Mapping[str, str], AsyncIterator[bytes]]]


class Files(Protocol):
    """Where files too large to hold come from."""

    def stream(self, url: str) -> Stream:
        """Status, headers and packed body. Raises Retry when it does not come whole."""


@dataclass(slots=True)
class Listing:
    """What the files of a day list: the ids that pass the filters, and those that do not."""

    date: dt.date
    ids: IdSet = field(default_factory=IdSet)
    left_out: IdSet = field(default_factory=IdSet)
    rejected: int = 0
    adult_file: bool = False
    """The adult titles' file was read too."""


class Exports:
    """Reads the files of one dataset below `url`, through the filters of one event."""

    def __init__(self, url: str, dataset: Dataset, event: Event, files: Files, clock: Clock) -> None:
        self._url = url.rstrip("/")
        self._dataset = dataset
        self._event = event
        self._files = files
        self._clock = clock

    async def newest(self) -> Listing:
        """The newest files there are. Raises Retry when those of the last days are all missing."""
        now = dt.datetime.fromtimestamp(self._clock.time(), dt.UTC)
        newest = now.date() - dt.timedelta(days=now.hour < PUBLISHED_HOUR)
        for days in range(OLDER_DAYS + 1):
            if listing := await self.of(newest - dt.timedelta(days=days)):
                return listing
        raise Retry(f"TMDB has no {self._dataset.export} file of {newest} nor of the {OLDER_DAYS} days before")

    async def of(self, date: dt.date, *, adult: bool = True) -> Listing | None:
        """The files of one day, or None when TMDB has none; without `adult` the adult titles' file is left aside.

        A missing adult titles' file is none, not an error. Raises Retry when a file does not come whole, GiveUp when it
        makes no sense.
        """
        listing = Listing(date)
        if not await self._read(str(self._dataset.export), listing):
            return None
        if adult and self._event.include_adult and self._dataset.adult_export:
            listing.adult_file = await self._read(self._dataset.adult_export, listing)
        if self._event.limit is not None:
            first = IdSet(islice(listing.ids, self._event.limit))
            listing.left_out |= listing.ids - first
            listing.ids = first
        return listing

    async def _read(self, export: str, listing: Listing) -> bool:
        """Add a file to the listing; False when there is none."""
        name = f"{export}_{listing.date:%m_%d_%Y}.json.gz"
        try:
            found = await patiently(partial(self._attempt, name, listing.date), self._clock)
        except Retry as error:
            raise Retry(f"{name}: {error}") from error
        except GiveUp as error:
            raise GiveUp(f"{name}: {error}") from error
        if found is None:
            return False
        listing.ids |= found.ids
        listing.left_out |= found.left_out
        listing.rejected += found.rejected
        return True

    async def _attempt(self, name: str, date: dt.date) -> Listing | None:
        async with self._files.stream(f"{self._url}/{name}") as (status, headers, body):
            if status in _ABSENT:
                return None
            if status != 200:
                raise Retry(f"TMDB answered {status}")
            return await self._parse(gunzip(_whole(body, headers)), date)

    async def _parse(self, pieces: AsyncIterator[bytes], date: dt.date) -> Listing:
        found = Listing(date)
        reader = LineReader(self._kind)
        async for piece in pieces:
            self._add(reader.feed(piece), found)
        self._add(reader.finish(), found)
        found.rejected = reader.rejected
        if reader.rejected > reader.accepted:
            total = reader.rejected + reader.accepted
            raise GiveUp(f"{reader.rejected} of {total} lines are bad, the first: {reader.fault}")
        return found

    @property
    def _kind(self) -> type[Line]:
        """The kind of line that holds what the filters look at, and no more."""
        if self._event.min_popularity is not None:
            return RankedLine
        return FlaggedLine if self._dataset.adult_export and not self._event.include_adult else Line

    def _add(self, lines: list[Any], found: Listing) -> None:
        """Mark each line's id as one that the filters let through, or not: after parsing the most work there is."""
        near, adult, least = found.ids.near, self._event.include_adult, self._event.min_popularity
        if least is not None:
            for line in lines:
                passes = line.popularity >= least and (adult or not line.adult)
                (found.ids if passes else found.left_out).add(line.id)
        elif self._kind is FlaggedLine:
            for line in lines:
                if line.adult:
                    found.left_out.add(line.id)
                    continue
                try:
                    near[line.id] = 1
                except IndexError:
                    found.ids.add(line.id)
        else:
            found.ids.update([line.id for line in lines])


async def _whole(body: AsyncIterator[bytes], headers: Mapping[str, str]) -> AsyncIterator[bytes]:
    """The body, if it is as long as its headers say. Raises Retry at its end if not."""
    length = 0
    async for chunk in body:
        length += len(chunk)
        yield chunk
    if headers.get("content-length", str(length)) != str(length):
        raise Retry(f"only {length} of {headers['content-length']} bytes came")
