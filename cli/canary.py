"""The canary: an object that is written to the edge, read back as the collector and as a reader does, and removed."""

import os
import secrets
import time

from cli.edge import edge_of
from cli.errors import Failure
from cli.stage import Stage
from lambdas.common.edge_keys import SUFFIX
from lambdas.common.http import AiohttpTransport, Response

_CANARY = f"canary/verify{SUFFIX}"
"""Always the same: what a killed command has left there is removed by the next one, and nobody else looks there."""
_SONG = b"canary"
_TRIES = 3


async def canary(stage: Stage) -> str:
    """What there is to say of the edge. Raises Failure, or PipelineError."""
    blob, url = _SONG + secrets.token_bytes(58), _served(stage)
    async with edge_of(stage) as edge:
        await edge.delete(_CANARY)
        try:
            for _ in range(_TRIES):  # others may verify at the same time: their canary is as good, and theirs to remove
                await edge.put(_CANARY, blob, fetched_at=int(time.time()))
                back = await edge.get(_CANARY)
                seen = (await fetched(f"{url}/{_CANARY}")).body if url else _SONG
                if _sings(back) and _sings(seen):
                    break
        finally:
            await edge.delete(_CANARY)
        if not _sings(back):
            raise Failure("an object was written and did not come back as it was")
        if not _sings(seen):
            raise Failure(f"{url} does not serve what lies at the edge; see `edge_url`")
        if await edge.get(_CANARY) == blob:
            raise Failure(f"the object {_CANARY} could not be removed")
    return "an object was written, read back and removed" + (f"; readers find it at {url}" if url else "")


def _sings(blob: bytes | None) -> bool:
    return blob is not None and blob.startswith(_SONG)


def _served(stage: Stage) -> str:
    """Where readers find the edge; nothing where nobody has said so, or where the emulator has no CDN."""
    url = stage.outputs.get("EdgeUrl", "").rstrip("/")
    return "" if stage.endpoint and url.startswith("https:") else url


async def fetched(url: str) -> Response:
    """What is served at a URL to anybody."""
    transport = AiohttpTransport(connections=1, trust=os.environ.get("AWS_CA_BUNDLE", ""))
    try:
        return await transport.request("GET", url)
    finally:
        await transport.close()
