"""A tap on singer-sdk, its messages into a file; there is none for TMDB on PyPI."""

import ssl
import sys
from collections.abc import Iterable
from typing import Any

from singer_sdk import RESTStream, Tap
from singer_sdk.helpers.conform import TypeConformanceLevel

from bench.peers.task import HEADERS, PARTS, Task, task

_ANY = {"type": ["null", "boolean", "integer", "number", "string", "array", "object"]}
_FIELDS = (
    "adult backdrop_path belongs_to_collection budget genres homepage id imdb_id origin_country original_language "
    "original_title overview popularity poster_path production_companies production_countries release_date revenue "
    "runtime softcore spoken_languages status tagline title video vote_average vote_count"
)
_TASK: Task


class Movies(RESTStream[int]):
    """One request a movie."""

    name = "movies"
    path = "/movie/{id}"
    schema = {"properties": dict.fromkeys([*_FIELDS.split(), *PARTS.split(",")], _ANY)}  # noqa: RUF012 - as the SDK has it
    primary_keys = ("id",)
    state_partitioning_keys: list[str] = []  # noqa: RUF012 - no bookmark for each movie
    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.NONE

    def __init__(self, tap: Tap) -> None:
        super().__init__(tap)
        self.requests_session.verify = ssl.get_default_verify_paths().cafile  # the SDK passes requests' own way by

    @property
    def url_base(self) -> str:
        return _TASK.api

    @property
    def http_headers(self) -> dict[str, str]:
        return HEADERS

    @property
    def partitions(self) -> list[dict[str, Any]]:
        return [{"id": id} for id in _TASK.ids]

    def get_url_params(self, context: Any, next_page_token: Any) -> dict[str, Any]:  # noqa: ARG002 - the SDK's
        return {"append_to_response": PARTS}

    def parse_response(self, response: Any) -> Iterable[dict[str, Any]]:
        yield response.json()


class MoviesTap(Tap):
    """A tap with one stream."""

    name = "tap-movies"

    def discover_streams(self) -> list[Movies]:
        return [Movies(self)]


def main() -> None:
    """Sync everything."""
    global _TASK  # noqa: PLW0603 - the SDK makes the stream
    _TASK = task()
    with (_TASK.folder / "movies.jsonl").open("w") as sys.stdout:
        MoviesTap(config={}).sync_all()
    sys.stdout = sys.__stdout__


if __name__ == "__main__":
    main()
