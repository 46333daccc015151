"""What the stage's functions work with, made here: for verbs that do a function's work, or look into every object."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from cli.stage import Stage
from lambdas.collector.edge import Edge
from lambdas.collector.settings import CollectorSettings
from lambdas.common.aws import Aws
from lambdas.common.clock import SystemClock
from lambdas.common.http import AiohttpTransport

# The handlers take a third of a second to import: other verbs, and --help, must not wait for them.
if TYPE_CHECKING:
    from lambdas.common.runtime import Secrets


def environment(stage: Stage, output: str) -> dict[str, str]:
    """The environment of the function that an output of the stage names."""
    function = stage.client("lambda").get_function_configuration(FunctionName=stage.output(output))
    found: dict[str, str] = function["Environment"]["Variables"]
    return found


def collector_settings(stage: Stage) -> CollectorSettings:
    """What the stage's collector is told by its environment."""
    return CollectorSettings.from_env(environment(stage, "CollectorFunction"))


def secrets_of(aws: Aws) -> "Secrets":
    """Readers of secrets, as the stages take them."""

    def reader(name: str) -> Callable[[bool], Awaitable[str]]:
        async def read(_: bool) -> str:
            found = await aws.call("secretsmanager", "GetSecretValue", SecretId=name)
            return str(found["SecretString"]).strip()

        return read

    return reader


@asynccontextmanager
async def connections() -> AsyncIterator[Callable[[int], AiohttpTransport]]:
    """Gives transports with so many connections, that are closed at the end."""
    async with AsyncExitStack() as stack:

        def connect(number: int) -> AiohttpTransport:
            transport = AiohttpTransport(connections=number)
            stack.push_async_callback(transport.close)
            return transport

        yield connect


@asynccontextmanager
async def edge_of(stage: Stage) -> AsyncIterator[Edge]:
    """The Edge that the stage's collector writes to."""
    from lambdas.collector.handler import make_edge

    async with stage.aws() as aws, connections() as connect:
        yield make_edge(collector_settings(stage), aws, secrets_of(aws), connect, SystemClock())
