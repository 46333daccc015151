"""The loader's entry: messages that fail come back alone."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lambdas.catalog_loader import handler as module
from lambdas.catalog_loader.objects import Name, S3Objects, named
from lambdas.catalog_loader.settings import CatalogLoaderSettings
from lambdas.common.errors import BadInput, Retry
from tests.unit.aws import invocation
from tests.unit.catalog_loader.world import BUCKET, Bucket, event

CONTEXT = invocation("catalog_loader", seconds=60)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket on moto."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client


def test_messages_that_fail_come_back_alone(
    s3: Any,
    known: CatalogLoaderSettings,
    catalog: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Of a batch the good ones are loaded; those that cannot be are named for redelivery, as is what is no event."""
    monkeypatch.setattr(module, "_settings", lambda: known)
    monkeypatch.setattr(module, "_objects", lambda: S3Objects(s3))
    good, broken = Name(BUCKET, "drop/été 1.json"), Name(BUCKET, "bronze/movie/broken.jsonl.gz")
    s3.put_object(Bucket=BUCKET, Key=good.key, Body=b'{"title": "A", "year": 2000}')
    s3.put_object(Bucket=BUCKET, Key=broken.key, Body=b"nothing")
    bodies = [event(broken), event(good), event(Name(BUCKET, "drop/deleted.json")), "{}", event(Name(BUCKET, "x"))]
    records = [{"messageId": str(i), "body": body} for i, body in enumerate(bodies)]
    failures = module.handler({"Records": records}, CONTEXT)
    assert [failure["itemIdentifier"] for failure in failures["batchItemFailures"]] == ["0", "3", "4"]
    failed = [vars(record)["object"] for record in caplog.records if record.message == "object.failed"]
    assert failed == [str(broken), "none", "none"]
    (row,) = catalog.execute("SELECT title, fetched_at FROM movie").fetchall()
    written = s3.head_object(Bucket=BUCKET, Key=good.key)["LastModified"].timestamp()
    assert row == ("A", int(written))


def test_what_nobody_foresaw_is_no_trouble_of_its_neighbours(
    known: CatalogLoaderSettings, bucket: Bucket, catalog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error in our own code costs its message an attempt, and no other."""
    good, bad = bucket.put("drop/good.json", b'{"title": "A", "year": 2000}'), bucket.put("drop/bad.json", [])

    class Breaking:
        def open(self, name: Name) -> Any:
            return bucket.open(name) if name == good else 1 / 0

    monkeypatch.setattr(module, "_settings", lambda: known)
    monkeypatch.setattr(module, "_objects", Breaking)
    records = [{"messageId": name.key, "body": event(name)} for name in (bad, good)]
    assert module.handler({"Records": records}, CONTEXT) == {"batchItemFailures": [{"itemIdentifier": "drop/bad.json"}]}
    assert catalog.execute("SELECT title FROM movie").fetchall() == [("A",)]


def test_a_schedule_purges(known: CatalogLoaderSettings, catalog: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other event deletes by age, and its answer says how much."""
    monkeypatch.setattr(module, "_settings", lambda: known)
    catalog.execute("INSERT INTO gone VALUES (1, 1), (2, 99999999999)")
    assert module.handler({"purge": {}}, CONTEXT) == {"movie": 0, "gone": 1, "reject": 0}


def test_a_bucket_that_refuses_is_tried_again(s3: Any) -> None:
    """No bucket, or no right to read it: the message returns."""
    with pytest.raises(Retry, match="NoSuchBucket"):
        S3Objects(s3).open(Name("another", "drop/a.json"))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"detail": null}',
        '{"detail": {"bucket": {}, "object": {}}}',
        event(Name("b", "bronze/tv/1")),
        event(Name("another", "drop/a.json")),
        event(Name("arn:aws:s3:::b", "drop/a.json")),
        "\ud800",
        "[" * 60_000,
    ],
)
def test_what_is_no_event_is_refused(body: str) -> None:
    """Messages of others are named as that."""
    with pytest.raises(BadInput):
        named(body, "b")


def test_keys_are_taken_as_they_are() -> None:
    """EventBridge does not encode them: a plus is a plus."""
    assert named(event(Name("b", "drop/a+b%20c é.json")), "b") == Name("b", "drop/a+b%20c é.json")
