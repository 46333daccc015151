"""What a peer is told: `python -m bench.peers.<name> API IDS-FILE FOLDER`."""

import json
import sys
from pathlib import Path
from typing import NamedTuple

PARTS = (
    "alternative_titles,credits,external_ids,images,keywords,recommendations,release_dates,reviews,similar,"
    "translations,videos,watch/providers"
)
HEADERS = {"Authorization": "Bearer fake-token"}


class Task(NamedTuple):
    """The API's URL, the ids of the movies to fetch, a folder for what comes of it."""

    api: str
    ids: list[int]
    folder: Path


def task() -> Task:
    """The task on the command line."""
    api, ids, folder = sys.argv[1:]
    return Task(api, json.loads(Path(ids).read_text()), Path(folder))
