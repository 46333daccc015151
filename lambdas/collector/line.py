"""Stopping the line: the collector disables its own event source mapping.

The mapping's state is the pause. Nothing is taken from the queue until somebody enables it again.
"""

import asyncio
from typing import Any, Protocol

from lambdas.common.errors import Retry


class Line(Protocol):
    """The way from the work queue to the collectors."""

    async def stop(self) -> None:
        """Take no more work from the queue until a person says so. Raises Retry when that was not possible."""


class MappingLine:
    """The event source mapping whose id an SSM parameter holds; in the function's environment it would be a cycle."""

    def __init__(self, parameter: str, *, ssm: Any, functions: Any) -> None:
        self._parameter = parameter
        self._ssm = ssm
        self._functions = functions

    async def stop(self) -> None:
        await asyncio.to_thread(self._stop)

    def _stop(self) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            mapping = self._ssm.get_parameter(Name=self._parameter)["Parameter"]["Value"]
            self._functions.update_event_source_mapping(UUID=mapping, Enabled=False)
        except self._functions.exceptions.ResourceInUseException:
            return  # another collector is stopping it at this moment
        except (BotoCoreError, ClientError) as error:
            raise Retry(f"the line could not be stopped: {error}") from error
