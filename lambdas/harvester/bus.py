"""Starting another harvest: an event on the account's default bus, whose rule hands it to the harvester.

Not an invocation: a function that may invoke itself cannot be declared without a circle.
"""

import json

from lambdas.common.aws import Aws
from lambdas.common.errors import Retry
from lambdas.harvester.event import Event

SOURCE = "tmdb.pipeline"


class EventBus:
    """EventBridge's default bus, to the harvester of one stage."""

    def __init__(self, stage: str, aws: Aws) -> None:
        self._stage = stage
        self._aws = aws

    async def put(self, event: Event) -> None:
        """Have `event` harvested by another invocation. Raises Retry when it was not accepted."""
        entry = {"Source": SOURCE, "DetailType": self._stage, "Detail": json.dumps(event.to_dict())}
        answer = await self._aws.call("events", "PutEvents", Entries=[entry])
        if answer["FailedEntryCount"]:
            raise Retry(f"EventBridge did not take the event: {answer['Entries'][0].get('ErrorCode')}")
