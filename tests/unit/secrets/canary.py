"""A secret that sings, the places where it is sent to, and where to listen for it."""

import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from lambdas.common.http import AiohttpTransport, Response
from tests.unit.secrets.faulty import FAULTS, Fault, faulty

CANARY = "canary0that0sings0of0its0mine"
"""Only what is safe in headers, URLs and JSON, so that nobody writes it in another way."""
PATIENCE = 0.3
"""Seconds that clients wait here."""

Place = Callable[[], AbstractAsyncContextManager[str]]


class Impatient(AiohttpTransport):
    """The real transport, which waits no longer than a test wants to."""

    async def request(self, *arguments: Any, **options: Any) -> Response:
        return await super().request(*arguments, **options | {"timeout": PATIENCE})


async def secret(afresh: bool) -> str:
    """What Secrets Manager would give."""
    return CANARY


def server(fault: Fault, scheme: str = "http") -> Place:
    """The URL of a faulty server, as long as the context lasts."""

    @asynccontextmanager
    async def place() -> AsyncIterator[str]:
        async with faulty(fault) as port:
            yield f"{scheme}://127.0.0.1:{port}"

    return place


def _nobody(url: str) -> Place:
    @asynccontextmanager
    async def place() -> AsyncIterator[str]:
        yield url

    return place


PLACES: dict[str, Place] = {name: server(fault) for name, fault in FAULTS.items()} | {
    "no such host": _nobody("http://nowhere.invalid"),
    "refused": _nobody("http://127.0.0.1:9"),
    "no tls where it is expected": server(FAULTS["429"], "https"),
    "no url at all": _nobody("http://[:::"),
    "a host that is none": _nobody("http://a..b"),
}
"""Every fault of an answer, and some of the way there."""


def everything(error: BaseException | None) -> Iterator[str]:
    """All that can be seen of an error, and of those that it came from, suppressed or not."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        if (one := waiting.pop()) and id(one) not in seen:
            seen.add(id(one))
            yield from (str(one), repr(one), repr(one.args), repr(vars(one)))
            yield "".join(traceback.format_exception(one))
            waiting += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
