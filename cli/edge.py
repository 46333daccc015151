"""The edge of a stage, as its collector has it: for verbs that write there, or look into every object."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cli.stage import Stage
from lambdas.collector.edge import Edge
from lambdas.collector.edge.bunny import BunnyEdge
from lambdas.collector.edge.s3 import S3Edge
from lambdas.collector.settings import CollectorSettings
from lambdas.common.clock import SystemClock
from lambdas.common.http import AiohttpTransport


def collector_settings(stage: Stage) -> CollectorSettings:
    """What the stage's collector is told by its environment."""
    function = stage.client("lambda").get_function_configuration(FunctionName=stage.output("CollectorFunction"))
    return CollectorSettings.from_env(function["Environment"]["Variables"])


@asynccontextmanager
async def edge_of(stage: Stage) -> AsyncIterator[Edge]:
    """The Edge that the stage's collector writes to."""
    settings = collector_settings(stage)
    async with stage.aws() as aws:
        if settings.edge_bucket:
            yield S3Edge(settings.edge_bucket, aws)
            return

        async def password(_: bool) -> str:
            found = await aws.call("secretsmanager", "GetSecretValue", SecretId=settings.bunny_secret)
            return str(found["SecretString"]).strip()

        transport = AiohttpTransport(connections=settings.connections)
        try:
            yield BunnyEdge(settings.bunny_url, password, transport, SystemClock())
        finally:
            await transport.close()
