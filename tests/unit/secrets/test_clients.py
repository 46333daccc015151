"""The clients that send a secret with every request: TMDB's token, Bunny's password, the keys of a role."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from lambdas.collector.edge.bunny import BunnyEdge
from lambdas.common.aws import Aws
from lambdas.common.http import AiohttpTransport
from lambdas.common.pacer import Pacer
from lambdas.common.sigv4 import Credentials, Signer
from lambdas.common.telemetry import logger
from lambdas.common.tmdb import Tmdb
from tests.unit.aws import REGION, Hasty
from tests.unit.secrets.canary import CANARY, PATIENCE, PLACES, Impatient, everything, secret, server
from tests.unit.secrets.faulty import FAULTS

Ask = Callable[[str, AiohttpTransport], Awaitable[Any]]


def ask_tmdb(url: str, transport: AiohttpTransport) -> Awaitable[Any]:
    """One title, with the token."""
    clock = Hasty()
    tmdb = Tmdb(f"{url}/3", secret, transport, Pacer(1000, clock), clock)
    return tmdb.get("movie/550", deadline=clock.monotonic() + 2 * PATIENCE)


def ask_bunny(url: str, transport: AiohttpTransport) -> Awaitable[Any]:
    """One object, with the zone's password."""
    return BunnyEdge(f"{url}/zone", secret, transport, Hasty()).get("movie/550.pb.lz4")


def ask_aws(url: str, transport: AiohttpTransport) -> Awaitable[Any]:
    """One item, signed with keys of which two are secret."""
    aws = Aws(REGION, Signer(REGION, Credentials("AKIDEXAMPLE", CANARY, CANARY)), transport, Hasty(), url)
    return aws.call("dynamodb", "GetItem", TableName="state", Key={})


CLIENTS: dict[str, Ask] = {"tmdb": ask_tmdb, "bunny": ask_bunny, "aws": ask_aws}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("client", CLIENTS)
async def test_no_fault_makes_a_client_tell_its_secret(
    client: str, place: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """A secret that was sent, and that the other side may even say back, is in nothing that the failure leaves."""
    transport = Impatient(connections=1)
    failure: BaseException | None = None
    async with PLACES[place]() as url:
        try:
            await CLIENTS[client](url, transport)
        except Exception as error:  # noqa: BLE001 - whatever comes must not tell
            failure = error
            logger.exception("client.failed")
    await transport.close()
    printed = capsys.readouterr()
    shown = [*everything(failure), printed.out, printed.err, *(repr(vars(record)) for record in caplog.records)]
    assert not [text for text in shown if CANARY in text]


@pytest.mark.parametrize("client", CLIENTS)
async def test_the_canary_was_there(client: str) -> None:
    """Each client did send its secret, and a careless one would have told of it: else the test above proves nothing."""
    heads: list[str] = []

    async def listen(head: str, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        await FAULTS["403 that repeats the request"](head, writer)

    transport = Impatient(connections=1)
    async with server(listen)() as url:
        with pytest.raises(Exception, match="403"):
            await CLIENTS[client](url, transport)
        answer = await transport.request("GET", f"{url}/", headers={"AccessKey": CANARY})
    await transport.close()
    assert all(CANARY in head for head in heads)
    assert CANARY.encode() in answer.body
