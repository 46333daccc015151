"""TMDB's API as the stages see it: one paced GET that gives a JSON object, or says what to do next.

What TMDB answers and what follows (https://developer.themoviedb.org/docs/errors):

    200 and a JSON object             the body
    404 with status_code 34 or 6      gone: None
    429                               waits and asks again inside the deadline, then Throttled
    401/403 with a JSON status_code   StopTheLine: the token is missing, wrong or suspended
    "The ID is invalid." (code 44)    GiveUp, although it comes as a 500
    success: false, other 4xx         GiveUp, with TMDB's own words
    anything else                     Retry: 5xx, HTML, redirects, cut or unreadable bodies
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from lambdas.common.body import BadBody, parse
from lambdas.common.clock import Clock
from lambdas.common.errors import GiveUp, Retry, StopTheLine, Throttled
from lambdas.common.http import Response, Transport
from lambdas.common.pacer import Pacer

TIMEOUT = 30.0
_GONE = frozenset({6, 34})
_INVALID_ID = 44
_V3_KEY = re.compile(r"[0-9a-fA-F]{32}")
_TOKEN = re.compile(r"[\x21-\x7e]+")

Token = Callable[[bool], Awaitable[str]]
"""Gives TMDB's read access token; asked with True it reads it afresh, for a token that was rotated."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body exactly as TMDB sent it, the same parsed, and when it was asked for (Unix seconds)."""

    body: bytes
    data: dict[str, Any]
    fetched_at: float
    status: int = 200

    @property
    def gone(self) -> bool:
        """TMDB says that it does not have this: then the body is only that sentence."""
        return self.status != 200


class Tmdb:
    """Asks the API at `url` within the pacer's rate. Lives across invocations."""

    def __init__(self, url: str, token: Token, transport: Transport, pacer: Pacer, clock: Clock) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._transport = transport
        self._pacer = pacer
        self._clock = clock
        self._answers = self._throttles = 0

    async def get(self, path: str, *, deadline: float = float("inf"), **query: str | int) -> Fetched | None:
        """The JSON object at `path`; None when TMDB says it is gone. Raises what `ask` raises."""
        fetched = await self.ask(path, deadline=deadline, **query)
        return None if fetched.gone else fetched

    async def ask(self, path: str, *, deadline: float = float("inf"), **query: str | int) -> Fetched:
        """What TMDB has to say of `path`: the JSON object there, or that it is gone.

        Raises Retry, Throttled (also when no slot is free before `deadline`, monotonic seconds), GiveUp, StopTheLine.
        """
        url = f"{self._url}/{path}" + (f"?{_encoded(**query)}" if query else "")
        afresh = False
        while True:
            token = check_token(await self._token(afresh))
            if not await self._pacer.slot(deadline):
                raise Throttled("no slot before the deadline")
            asked, left = self._clock.time(), deadline - self._clock.monotonic()
            if left <= 0:
                raise Throttled("no time before the deadline")
            response = await self._transport.request(
                "GET", url, headers={"Authorization": f"Bearer {token}"}, timeout=min(TIMEOUT, left)
            )
            self._answers += 1
            try:
                data = read(response, asked, token)
            except Throttled as error:
                self._throttles += 1
                self._pacer.throttled(error.retry_after)
                continue
            except StopTheLine:
                if afresh:
                    raise
                afresh = True
                continue
            self._pacer.succeeded()
            return Fetched(response.body, data or {}, asked, response.status)

    def take_answers(self) -> tuple[int, int]:
        """How many answers there were since this was last asked, and how many of them were 429."""
        counted = self._answers, self._throttles
        self._answers = self._throttles = 0
        return counted

    async def answers(self, deadline: float = float("inf")) -> bool:
        """Whether the API answers at all: tells an outage from a title that cannot be had."""
        try:
            return await self.get("configuration", deadline=deadline) is not None
        except (Retry, GiveUp):
            return False


@lru_cache(maxsize=64)
def _encoded(**query: str | int) -> str:
    """The query of a URL. Most titles are asked for with one and the same."""
    return urlencode(query, safe="/,")


def check_token(token: str) -> str:
    """The token, when it can be one. Raises StopTheLine with a sentence that does not hold it."""
    if _V3_KEY.fullmatch(token):
        raise StopTheLine("the TMDB secret holds a v3 API key; the longer API Read Access Token is needed")
    if not _TOKEN.fullmatch(token):
        raise StopTheLine("the TMDB secret is empty or holds blanks; put the API Read Access Token into it")
    return token


def read(response: Response, asked: float, token: str = "") -> dict[str, Any] | None:
    """The JSON object of an answer, None for gone; raises as the module's table says, and never repeats the token."""
    status = response.status
    if status == 429:
        raise Throttled("TMDB answered 429", _retry_after(response.headers.get("retry-after"), asked))
    try:
        data = parse(response.body)
    except BadBody as error:
        raise Retry(f"TMDB answered {status}: {error}") from error
    if status == 200 and data.get("success") is not False:
        return data
    code = data.get("status_code")
    if status == 404 and code in _GONE:
        return None
    number, words = (_without(token, str(value))[:200] for value in (code, data.get("status_message", "")))
    said = f"TMDB answered {status} code {number}: {words}"
    if status in (401, 403) and code is not None:
        raise StopTheLine(f"{said} Put a valid API Read Access Token into the TMDB secret")
    if code == _INVALID_ID or status == 200 or (400 <= status < 500 and status not in (404, 408)):
        raise GiveUp(said)
    raise Retry(said)


def _without(token: str, words: str) -> str:
    """What TMDB says ends in logs and dead letters, and nothing keeps it from saying what it was told."""
    return words.replace(token, "(the token)") if token else words


def _retry_after(value: str | None, now: float) -> float | None:
    """Seconds of a Retry-After header, which may be a number or an HTTP date; None when absent or neither."""
    if value is None:
        return None
    try:
        return float(value) if value.strip().isdigit() else parsedate_to_datetime(value).timestamp() - now
    except (ValueError, OverflowError):
        return None
