"""Starting another harvest: an event on the account's default bus, whose rule hands it to the harvester."""

from lambdas.common.aws import Aws
from lambdas.common.bus import HARVESTS, accepted, entry
from lambdas.harvester.event import Event


class EventBus:
    """EventBridge's default bus, to the harvester of one stage."""

    def __init__(self, stage: str, aws: Aws) -> None:
        self._stage = stage
        self._aws = aws

    async def put(self, event: Event) -> None:
        """Have `event` harvested by another invocation. Raises Retry when it was not accepted."""
        put = entry(HARVESTS, self._stage, event.to_dict())
        accepted(await self._aws.call("events", "PutEvents", Entries=[put]))
