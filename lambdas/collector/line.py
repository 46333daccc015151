"""Stopping the line: the collector disables its own event source mapping.

The mapping's state is the pause. Nothing is taken from the queue until somebody enables it again.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from lambdas.common.errors import Retry


class Line(Protocol):
    """The way from the work queue to the collectors."""

    async def stop(self) -> None:
        """Take no more work from the queue until a person says so. Raises Retry when that was not possible."""


class MappingLine:
    """The event source mapping whose id an SSM parameter holds; in the function's environment it would be a cycle."""

    def __init__(self, parameter: str, client: Callable[[str], Any]) -> None:
        self._parameter = parameter
        self._client = client  # made when needed, which is seldom: two clients are 7 MB

    async def stop(self) -> None:
        await asyncio.to_thread(self._stop)

    def _stop(self) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        functions = self._client("lambda")
        try:
            mapping = self._client("ssm").get_parameter(Name=self._parameter)["Parameter"]["Value"]
            functions.update_event_source_mapping(UUID=mapping, Enabled=False)
        except functions.exceptions.ResourceInUseException:
            return  # another collector is stopping it at this moment
        except (BotoCoreError, ClientError) as error:
            raise Retry(f"the line could not be stopped: {error}") from error
