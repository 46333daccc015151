"""What a handler needs from the process it runs in: one event loop, AWS and secrets, made once and kept warm.

Only handlers, the CLI and the local world use this; stages get what they need as arguments.
"""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import cache
from typing import Any, TypeVar

from lambdas.common.aws import Aws, Refused
from lambdas.common.clock import SystemClock
from lambdas.common.errors import StopTheLine
from lambdas.common.http import AiohttpTransport
from lambdas.common.settings import AwsSettings

T = TypeVar("T")

Secrets = Callable[[str], Callable[[bool], Awaitable[str]]]
"""Gives a reader of the secret with a name; asked with True the reader reads it afresh."""

_TO_AWS = 20
"""Connections: as many as a collector has titles in its hands."""
_SECRET_SECONDS = 300
"""How long a secret is kept before Secrets Manager is asked again."""
_UNREADABLE = {"ResourceNotFoundException", "AccessDeniedException", "AccessDenied", "DecryptionFailure"}


@cache
def _loop() -> asyncio.AbstractEventLoop:
    # Bodies are trees without cycles: looking for cycles in them every 700 objects is a tenth of the collector's CPU.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    return asyncio.new_event_loop()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` on the loop that lives as long as the process, so that connections outlive an invocation."""
    return _loop().run_until_complete(work)


@cache
def aws() -> Aws:
    """The process's way to AWS. Called on the loop, where its connections are made."""
    settings = AwsSettings.from_env()
    transport = AiohttpTransport(connections=_TO_AWS, trust=settings.aws_ca_bundle)
    return Aws.from_settings(settings, transport, SystemClock())


def secret(name: str) -> Callable[[bool], Awaitable[str]]:
    """A reader of the secret `name` (ARN or name); asked with True it skips its cache, for a secret just rotated.

    Raises StopTheLine when the secret does not exist or may not be read, Retry when Secrets Manager does not answer.
    """
    value, until = "", 0.0
    lock = asyncio.Lock()

    async def read(afresh: bool) -> str:
        nonlocal value, until
        async with lock:
            if afresh or time.monotonic() >= until:
                value = await _secret(name)
                until = time.monotonic() + _SECRET_SECONDS
            return value

    return read


async def _secret(name: str) -> str:
    try:
        found = await aws().call("secretsmanager", "GetSecretValue", SecretId=name)
    except Refused as error:
        if error.code in _UNREADABLE:
            raise StopTheLine(f"the secret {name} cannot be read: {error.code}") from error
        raise
    return str(found["SecretString"]).strip()
