"""What a handler needs from the process it runs in: one event loop, AWS clients and secrets, made once and kept warm.

Only handlers, the CLI and the local world use this; stages get what they need as arguments.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import cache
from typing import Any, TypeVar

from lambdas.common.errors import Retry, StopTheLine

T = TypeVar("T")

_SECRET_SECONDS = 300
"""How long a secret is kept before Secrets Manager is asked again."""


@cache
def _loop() -> asyncio.AbstractEventLoop:
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
            connect_timeout=5, read_timeout=20, retries={"mode": "standard", "max_attempts": 5}, max_pool_connections=10
        ),
    )


def secret(name: str) -> Callable[[bool], Awaitable[str]]:
    """A reader of the secret `name` (ARN or name); asked with True it skips its cache, for a secret just rotated.

    Raises StopTheLine when the secret does not exist or may not be read, Retry when Secrets Manager does not answer.
    """

    async def read(afresh: bool) -> str:
        from aws_lambda_powertools.utilities.parameters import SecretsProvider
        from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

        provider = _provider(SecretsProvider)
        try:  # not in a thread: the cache answers, but for one call in five minutes
            return str(provider.get(name, max_age=_SECRET_SECONDS, force_fetch=afresh)).strip()
        except GetParameterError as error:
            code = getattr(error.__cause__, "response", {}).get("Error", {}).get("Code", "")
            if code in ("ResourceNotFoundException", "AccessDeniedException", "AccessDenied", "DecryptionFailure"):
                raise StopTheLine(f"the secret {name} cannot be read: {code}") from error
            raise Retry(f"Secrets Manager did not give {name}: {code or type(error.__cause__).__name__}") from error

    return read


@cache
def _provider(make: Callable[..., Any]) -> Any:
    return make(boto3_client=client("secretsmanager"))
