"""Starting another harvest: an event on the account's default bus, whose rule hands it to the harvester.

Not an invocation: a function that may invoke itself cannot be declared without a circle.
"""

import asyncio
import json
from typing import Any

from lambdas.common.errors import Retry
from lambdas.harvester.event import Event

SOURCE = "tmdb.pipeline"


class EventBus:
    """EventBridge's default bus, to the harvester of one stage."""

    def __init__(self, stage: str, client: Any) -> None:
        self._stage = stage
        self._client = client

    async def put(self, event: Event) -> None:
        """Have `event` harvested by another invocation. Raises Retry when it was not accepted."""
        from botocore.exceptions import BotoCoreError, ClientError

        entry = {"Source": SOURCE, "DetailType": self._stage, "Detail": json.dumps(event.to_dict())}
        try:
            answer = await asyncio.to_thread(self._client.put_events, Entries=[entry])
        except (BotoCoreError, ClientError) as error:
            raise Retry(f"EventBridge did not take the event: {error}") from error
        if answer["FailedEntryCount"]:
            raise Retry(f"EventBridge did not take the event: {answer['Entries'][0].get('ErrorCode')}")
