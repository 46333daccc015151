"""POST /movies: the movies of a body, each checked as those of a dropped file are."""

from collections import Counter
from typing import Any, NamedTuple

import orjson
import psycopg

from lambdas.common.catalog.record import BadRow, Reject, counted, dropped
from lambdas.common.catalog.store import CHUNK, store
from lambdas.common.errors import BadInput
from proto.tmdb.v1.catalog_pb2 import CatalogMovie


class Posted(NamedTuple):
    """Movies to store, rows that cannot be, and which genres were given another spelling, how often."""

    movies: list[CatalogMovie]
    rejected: list[Reject]
    respelled: dict[str, int]

    def store(self, connection: psycopg.Connection) -> int:
        """Store the movies; gives how many rows are new or other than they were."""
        return store(connection, self.movies)


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
    movies, rejected, respelled = [], [], Counter[str]()
    for position, row in enumerate(rows, 1):
        try:
            record = dropped(row, fetched_at=fetched_at)
        except BadRow as error:
            rejected.append(Reject(position, str(error), ""))
        else:
            movies.append(record.movie)
            counted(respelled, record)
    return Posted(movies, rejected, dict(respelled))
