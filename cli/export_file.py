"""Ids in an export file on disk, read as the harvester reads TMDB's: streamed, filtered, and only if it is whole."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from cli.errors import Failure
from lambdas.common.clock import SystemClock
from lambdas.common.datasets import DATASETS
from lambdas.common.errors import GiveUp, Retry
from lambdas.harvester.event import Event
from lambdas.harvester.exports import Exports, Listing

_CHUNK = 1 << 16


def read(path: Path, event: Event, date: dt.date) -> Listing:
    """What the file lists, through the event's filters. Raises Failure when it makes no sense."""
    for dataset in DATASETS.values():
        if path.name.startswith(f"{dataset.export}_") and dataset.name != event.dataset:
            raise Failure(f"{path.name} lists ids of dataset {dataset.name}, not {event.dataset}")
    exports = Exports("", DATASETS[event.dataset], event, _LocalFile(path), _NoWaiting())
    try:
        listing = asyncio.run(exports.of(date, adult=False))
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}") from error
    except (Retry, GiveUp) as error:
        raise Failure(f"{path}: {error.__cause__ or error}; download it again from TMDB's daily exports") from error
    if listing is None or not (listing.ids or listing.left_out):
        raise Failure(f"{path} lists no ids; download it again from TMDB's daily exports")
    return listing


class _LocalFile:
    """The Files of an Exports: whatever is asked for, it is this one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @asynccontextmanager
    async def stream(self, url: str) -> AsyncIterator[tuple[int, Mapping[str, str], AsyncIterator[bytes]]]:  # noqa: ARG002 - there is one file
        with self._path.open("rb") as file:
            yield 200, {}, _chunks(file)


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


class _NoWaiting(SystemClock):
    """A file on disk gets no better by being waited for."""

    async def sleep(self, seconds: float) -> None:
        """Go on at once."""
