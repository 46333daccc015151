"""Sends one message to a webhook, whose URL is in no error and no log."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from lambdas.common.errors import GiveUp, Retry
from lambdas.common.http import Transport

_URL = re.compile(r"https://[\x21-\x7e]+")
_JSON = {"content-type": "application/json"}
_TIMEOUT = 10.0


async def notify(body: dict[str, Any], webhook: Callable[[bool], Awaitable[str]], transport: Transport) -> None:
    """Post `body` to the URL that `webhook` gives; a URL that is refused is read afresh once.

    Raises GiveUp when there is no such URL, Retry when the chat did not take the message.
    """
    status = 0
    for afresh in (False, True):
        url = await webhook(afresh)
        if not _URL.fullmatch(url):
            raise GiveUp("the webhook's secret holds no https URL: `tmdb setup-alerts --webhook` puts it there")
        answer = await transport.request("POST", url, headers=_JSON, body=orjson.dumps(body), timeout=_TIMEOUT)
        status = answer.status
        if status < 300:
            return
        if status not in (401, 403, 404, 410):
            break
    raise Retry(f"the chat answered {status}")
