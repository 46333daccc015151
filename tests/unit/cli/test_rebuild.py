"""`tmdb rebuild`: objects are announced again as they lie there, to who makes something of them."""

import json
from typing import Any, cast

import pytest

from cli.rebuild import MADE
from lambdas.catalog_loader.objects import Name, named
from lambdas.common.catalog.database import connect
from local.catalog.__main__ import settings
from local.postgres import Postgres
from tests.unit.catalog_loader.world import Bucket, bronze, loading
from tests.unit.cli.world import FakeStage, raised, said, told

DROP = [{"title": "Die Hard", "year": 1988, "genres": ["Action"], "cast": ["Bruce Willis"]}]
ROWS = "SELECT title, tmdb_id, year, genres, cast_norm, fetched_at FROM movie ORDER BY title"


@pytest.fixture
def stage(dev: FakeStage) -> FakeStage:
    """A stage with bronze of two days, a dropped file, and what nothing is made from."""
    queues = dict.fromkeys(("CatalogQueueUrl", "LakeQueueUrl"), dev.output("FailedEventsUrl"))
    cast("dict[str, str]", dev.outputs).update(queues)
    for key, body in objects().items():
        dev.client("s3").put_object(Bucket=dev.output("LakeBucket"), Key=key, Body=body)
    return dev


def objects() -> dict[str, bytes]:
    """The lake's objects by their keys."""
    first = bronze((550, 200, {"id": 550, "title": "Fight Club"}), (551, 200, {"id": 551, "title": "Gone soon"}))
    later = bronze((551, 404, {"success": False, "status_code": 34}), fetched_at=3_000)
    return {
        first[0]: first[1],
        later[0].replace("2026-11-20", "2026-11-21").replace("20261120T", "20261121T"): later[1],
        "drop/some.json": json.dumps(DROP).encode(),
        "silver/movie/dt=2026-11-20/x.parquet": b"made of it",
    }


def announced(stage: FakeStage) -> list[str]:
    """Take every message; gives their bodies by the keys that they name."""
    bodies = []
    sqs, url = stage.client("sqs"), stage.output("FailedEventsUrl")
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        bodies += [message["Body"] for message in found]
    return sorted(bodies, key=lambda body: named_key(stage, body))


def named_key(stage: FakeStage, body: str) -> str:
    """The key that a message names, as the loader reads it."""
    return named(body, stage.output("LakeBucket")).key


def test_a_dropped_catalog_comes_back_row_for_row(stage: FakeStage, server: Postgres) -> None:
    """All that bronze and dropped files hold is in a new database as it was in the one that is no more."""
    bucket = Bucket()
    for key, content in objects().items():
        bucket.put(key, content)

    def filled(keys: list[str]) -> list[Any]:
        with server.database() as database:
            server.migrate(database)
            known = settings(server, database=database)
            loading(bucket, lambda: connect(known, statement_seconds=60), *(Name("lakebucket", key) for key in keys))
            with server.connect(database) as owner:
                return owner.execute(ROWS).fetchall()

    before = filled([key for key in objects() if key.startswith(MADE["catalog"].folders)])
    assert said("rebuild", "catalog", "--stage", "dev") == "3 objects announced to catalog\n"
    keys = [named_key(stage, body) for body in announced(stage)]
    assert filled(keys[::-1]) == filled(keys) == before
    assert [row[0] for row in before] == ["Die Hard", "Fight Club"]


def test_the_lake_is_written_from_a_day_on(stage: FakeStage) -> None:
    """Only bronze is announced, of runs since a day; a dry run announces nothing."""
    assert told("rebuild", "lake", "--dry-run", "--stage", "dev") == {"objects": 2, "announced": 0}
    assert announced(stage) == []
    assert told("rebuild", "lake", "--since", "2026-11-21", "--stage", "dev") == {"objects": 1, "announced": 1}
    (body,) = announced(stage)
    assert "dt=2026-11-21" in body


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(["edge"], "'edge' is neither of catalog, lake"), (["lake", "--since", "monday"], "'monday' is not a day")],
)
def test_what_cannot_be_rebuilt_is_named(dev: FakeStage, words: list[str], sentence: str) -> None:
    """Before anything is listed."""
    assert sentence in str(raised("rebuild", *words, "--stage", "dev"))


def test_a_stage_without_a_catalog_says_so(dev: FakeStage) -> None:
    """There is nobody to announce anything to."""
    assert "has no CatalogQueueUrl" in str(raised("rebuild", "catalog", "--stage", "dev"))
