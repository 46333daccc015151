"""What the fake servers share: listening on loopback, telling where, and stopping when told to."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

LOOPBACK = "127.0.0.1"
"""The only address a fake listens on."""


@asynccontextmanager
async def listening(server: web.Server, port: int = 0) -> AsyncIterator[str]:
    """Serve on loopback while the context lasts; yields the root URL. Port 0 picks a free one."""
    runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, LOOPBACK, port)
        await site.start()
        yield f"http://{LOOPBACK}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def announce_and_wait(urls: Mapping[str, str], port_file: Path | None) -> None:
    """Tell where the server listens, then wait for SIGTERM or SIGINT.

    Prints `listening on URL` for the first address and `NAME on URL` for each other one. `port_file`, if given, appears
    complete or not at all and holds `urls` as one JSON object.
    """
    stop = asyncio.Event()
    for stopping in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(stopping, stop.set)
    for number, (name, url) in enumerate(urls.items()):
        print(f"{'listening' if number == 0 else name} on {url}", flush=True)
    if port_file:
        partial = port_file.with_name(port_file.name + ".partial")
        partial.write_text(json.dumps(dict(urls)))
        partial.replace(port_file)
    await stop.wait()
