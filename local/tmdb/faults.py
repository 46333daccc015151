"""The ways in which an answer of TMDB may be bad, and how a good one is made so."""

import asyncio
from collections.abc import Callable
from enum import StrEnum
from functools import partial

from aiohttp import web

from local.faults import reset
from local.tmdb import errors


class Fault(StrEnum):
    """Kinds of bad answers, all seen in the wild."""

    TOO_MANY = "429"
    """The limit, although it was kept."""
    INTERNAL = "500"
    """HTTP 500, code 11 in JSON."""
    UNAVAILABLE = "503"
    """HTTP 503 without a body."""
    HTML = "html"
    """HTTP 502 and a page."""
    PAGE = "page"
    """HTTP 200 and a page."""
    NO_CODE = "404"
    """HTTP 404 and a page: nothing that TMDB itself said."""
    REDIRECT = "redirect"
    """HTTP 302 to somewhere else."""
    REFUSED = "refused"
    """HTTP 200 with `success: false`."""
    OTHER = "other"
    """The body of another title."""
    SLOW = "slow"
    """The right answer, late."""
    HANG = "hang"
    """No answer, on a connection that stays open."""
    RESET = "reset"
    """The connection is reset before any answer."""
    TRUNCATED = "truncated"
    """The connection closes in the middle of the body."""
    CUT = "cut"
    """A complete answer whose body lacks its second half."""
    UNLABELLED = "unlabelled"
    """A gzip body without Content-Encoding, as CloudFront served for a day in May 2026."""
    INVALID = "invalid"
    """HTTP 500, code 44: as for an id that never works."""


_ANSWERS: dict[Fault, Callable[[], web.Response]] = {
    Fault.INTERNAL: partial(errors.error, 11),
    Fault.UNAVAILABLE: partial(web.Response, status=503),
    Fault.INVALID: partial(errors.error, 44),
    Fault.REFUSED: partial(errors.error, 21),
    Fault.HTML: errors.bad_gateway,
    Fault.PAGE: partial(errors.page, "Maintenance", 200),
    Fault.NO_CODE: partial(errors.page, "404 Not Found", 404),
    Fault.REDIRECT: partial(web.Response, status=302, headers={"Location": "https://127.0.0.1:9/elsewhere"}),
    Fault.OTHER: partial(errors.json_response, {"id": 2_147_483_647, "title": "Another", "name": "Another", "page": 0}),
}
"""What takes the place of the good answer."""


async def spoil(fault: Fault, request: web.BaseRequest, good: web.Response, slow: float) -> web.StreamResponse:
    """Turn the good answer into the bad one; `slow` is the delay in seconds."""
    if fault in _ANSWERS:
        return _ANSWERS[fault]()
    match fault:
        case Fault.SLOW:
            await asyncio.sleep(slow)
        case Fault.HANG:
            await asyncio.Event().wait()  # until the client goes away
        case Fault.RESET:
            reset(request)
        case Fault.TRUNCATED:
            return await _break_off(request, good)
        case Fault.CUT:
            good.body = _first_half(good)
        case Fault.UNLABELLED:
            good.headers.popall("Content-Encoding", None)
    return good


async def _break_off(request: web.BaseRequest, good: web.Response) -> web.StreamResponse:
    response = web.StreamResponse(status=good.status, headers=good.headers)
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(_first_half(good))
    if request.transport:
        request.transport.close()
    return response


def _first_half(response: web.Response) -> bytes:
    body = response.body if isinstance(response.body, bytes) else b""
    return body[: len(body) // 2]
