"""Reads the JSON of a body that nobody vouches for, within bounds of time and memory."""

from typing import Any

import orjson

LARGEST_BODY = 16 * 1024 * 1024
"""Bytes of JSON; the largest real bodies have a few million."""

MOST_VALUES = 300_000
"""Values of a body. Real ones take 20 bytes and more each, hostile ones 3, and what a value costs is not its bytes."""


class BadBody(ValueError):
    """These bytes are not a JSON object, or a far too large one."""


def whole_characters(text: str) -> str:
    """The text, with half a character spelled out: JSON can hold one, and no message can."""
    return text.encode(errors="backslashreplace").decode()


def parse(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`; of two equal keys the last counts. Raises BadBody."""
    if len(body) > LARGEST_BODY:
        raise BadBody(f"the body has {len(body)} bytes, more than {LARGEST_BODY}")
    if len(body) > MOST_VALUES and sum(map(body.count, (b",", b"{", b"["))) > MOST_VALUES:  # looked at when it can be
        raise BadBody(f"the body has more than {MOST_VALUES} values")
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadBody(f"the body is not JSON: {error}") from error
    if type(parsed) is not dict:
        raise BadBody("the body is JSON, but not an object")
    return parsed
