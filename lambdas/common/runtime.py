"""What a handler needs from the process it runs in: one event loop, AWS clients and secrets, made once and kept warm.

Only handlers, the CLI and the local world use this; stages get what they need as arguments.
"""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import cache
from typing import Any, TypeVar

from lambdas.common.clock import SystemClock
from lambdas.common.errors import Retry, StopTheLine
from lambdas.common.http import AiohttpTransport
from lambdas.common.queue import IN_FLIGHT, SqsQueue
from lambdas.common.sigv4 import Signer

T = TypeVar("T")

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
def client(service: str) -> Any:
    """The process's boto3 client of an AWS service. boto3 is imported here, late: it costs 0.2 s of a cold start."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        service,
        config=Config(
            connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 3}, max_pool_connections=10
        ),
    )


@cache
def queue(url: str) -> SqsQueue:
    """The process's queue at `url`. Called on the loop, where its connections are made."""
    return SqsQueue(url, _to_queues(), _signer("sqs"), SystemClock())


@cache
def _to_queues() -> AiohttpTransport:
    return AiohttpTransport(connections=IN_FLIGHT)


@cache
def _signer(service: str) -> Signer:
    import botocore.session

    session = botocore.session.get_session()
    credentials, region = session.get_credentials(), session.get_config_variable("region")
    if credentials is None or region is None:
        raise StopTheLine("there are no AWS credentials, or no region, in this environment")
    return Signer(service, region, credentials.get_frozen_credentials)


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
                value = await asyncio.to_thread(_secret, name)
                until = time.monotonic() + _SECRET_SECONDS
            return value

    return read


def _secret(name: str) -> str:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return str(client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]).strip()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _UNREADABLE:
            raise StopTheLine(f"the secret {name} cannot be read: {code}") from error
        raise Retry(f"Secrets Manager did not give {name}: {code}") from error
    except BotoCoreError as error:
        raise Retry(f"Secrets Manager did not give {name}: {type(error).__name__}") from error
