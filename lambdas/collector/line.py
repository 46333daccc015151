"""Stopping the line: the collector disables its own event source mapping.

The mapping's state is the pause. Nothing is taken from the queue until somebody enables it again.
"""

from typing import Protocol

from lambdas.common.aws import Aws, Refused, code_of

_JSON = {"content-type": "application/json"}
_STOPPING = "ResourceInUseException"
"""Another collector is stopping the line at this moment."""


class Line(Protocol):
    """The way from the work queue to the collectors."""

    async def stop(self) -> None:
        """Take no more work from the queue until a person says so. Raises Retry when that was not possible."""


class MappingLine:
    """The event source mapping whose id an SSM parameter holds; in the function's environment it would be a cycle."""

    def __init__(self, parameter: str, aws: Aws) -> None:
        self._parameter = parameter
        self._aws = aws

    async def stop(self) -> None:
        found = await self._aws.call("ssm", "GetParameter", Name=self._parameter)
        mapping = found["Parameter"]["Value"]
        url = f"{self._aws.url('lambda')}/2015-03-31/event-source-mappings/{mapping}"
        answer = await self._aws.request("lambda", "PUT", url, headers=_JSON, body=b'{"Enabled":false}')
        if answer.status >= 300 and code_of(answer) != _STOPPING:
            raise Refused("the line could not be stopped", answer)
