"""POST /movies: the movies of a body, each checked as those of a dropped file are."""

from typing import Any, NamedTuple

import orjson
import psycopg

from lambdas.common.catalog.record import BadRow, Record, Reject, dropped, respellings
from lambdas.common.catalog.store import CHUNK, store
from lambdas.common.errors import BadInput


class Posted(NamedTuple):
    """Movies to store, and rows that cannot be."""

    records: list[Record]
    rejected: list[Reject]

    @property
    def respelled(self) -> dict[str, int]:
        """Which genres were given another spelling, how often."""
        return dict(respellings(self.records))

    def store(self, connection: psycopg.Connection) -> int:
        """Store the movies; gives how many rows are new or other than they were."""
        return store(connection, [record.movie for record in self.records])


def posted(body: bytes, *, fetched_at: int) -> Posted:
    """Read a body: an array of CatalogDrop, or one. Raises BadInput when it is neither."""
    try:
        rows: Any = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"The body is not JSON: {error}.") from error
    rows = [rows] if isinstance(rows, dict) else rows
    if not isinstance(rows, list) or not rows:
        raise BadInput("The body must be a movie, or an array of movies.")
    if len(rows) > CHUNK:
        raise BadInput(f"The body has {len(rows)} movies, more than {CHUNK}: drop a file into the bucket instead.")
    records, rejected = [], []
    for position, row in enumerate(rows, 1):
        try:
            records.append(dropped(row, fetched_at=fetched_at))
        except BadRow as error:
            rejected.append(Reject(position, str(error), ""))
    return Posted(records, rejected)
