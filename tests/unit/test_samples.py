"""The samples that people send by hand are ones that the functions take."""

import json
from pathlib import Path

import pytest

from lambdas.common.work import WorkItem
from lambdas.harvester.event import Event

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


EVENTS = ["trigger-event.json", "sync-event.json", "pages-event.json", "ids-event.json", "imdb-event.json"]


@pytest.mark.parametrize("name", EVENTS)
def test_events_are_taken(name: str) -> None:
    """The harvester parses each sample event."""
    assert Event.parse(json.loads((SAMPLES / name).read_text())).dataset


def test_put_events_hold_events() -> None:
    """The sample for put-events comes from the pipeline's source and holds an event as its detail."""
    for entry in json.loads((SAMPLES / "put-events.json").read_text()):
        assert entry["Source"] == "tmdb.pipeline"
        assert Event.parse(json.loads(entry["Detail"])).select == "all"


def test_the_sqs_message_holds_a_work_item() -> None:
    """The collector parses the body of the sample message."""
    (record,) = json.loads((SAMPLES / "sample_sqs_message.json").read_text())["Records"]
    assert WorkItem.from_json(record["body"]).ids == (550, 680, 13475)


def test_the_dead_letter_is_one_id_with_its_reason() -> None:
    """The sample dead letter is a work item that says why it died."""
    letter = WorkItem.from_json((SAMPLES / "dead-letter.json").read_text())
    assert len(letter.ids) == 1
    assert letter.reason
