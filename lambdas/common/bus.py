"""The account's default bus, by which one function has another one work, or itself go on: what is put, what comes back.

Not an invocation: a function that may invoke itself cannot be declared without a circle.
"""

import json
from collections.abc import Mapping
from typing import Any

from lambdas.common.errors import Retry

HARVESTS = "tmdb.pipeline"
"""Source of the events that the harvester's rule hands to it."""
COMPACTIONS = "tmdb.lake"
"""Source of the events by which a compactor starts the one that goes on."""
IDS_AN_EVENT = 20_000
"""They fit into the 256 kB that EventBridge takes."""


def entry(source: str, stage: str, event: Mapping[str, Any]) -> dict[str, str]:
    """An event for the functions of a stage, as PutEvents takes it."""
    return {"Source": source, "DetailType": stage, "Detail": json.dumps(event)}


def accepted(answer: Mapping[str, Any]) -> None:
    """Raises Retry when PutEvents did not take its one event."""
    if answer["FailedEntryCount"]:
        raise Retry(f"EventBridge did not take the event: {answer['Entries'][0].get('ErrorCode')}")


def put(client: Any, source: str, stage: str, event: Mapping[str, Any]) -> None:
    """Put an event by a client of boto3's for EventBridge. Raises Retry."""
    accepted(client.put_events(Entries=[entry(source, stage, event)]))
