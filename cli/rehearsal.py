"""What `--dry-run` puts between a function's code and the world: reads go through, writes are noted and not made.

The code is the deployed one to the last line, and so is what it reads; only here is decided that nothing comes of it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from lambdas.common.http import Response, Transport

_READS = {"GetItem", "Query", "Scan", "GetSecretValue", "GetParameter", "GetQueueAttributes"}
"""Operations of the services that are always asked by POST."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that would have been done: `queue`, `count`, `store`, `remove`, `start` or `stop`, and to what."""

    verb: str
    what: str


class Rehearsal:
    """A Transport over another one. What would be written is added to `notes`, and answered as if it were done."""

    def __init__(self, transport: Transport, notes: list[Note]) -> None:
        self._transport = transport
        self._notes = notes

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 30.0,  # noqa: ASYNC109 - passed on
    ) -> Response:
        operation = (headers or {}).get("x-amz-target", "").rpartition(".")[2]
        if operation in _READS or (not operation and method in ("GET", "HEAD")):
            return await self._transport.request(method, url, headers=headers, body=body, timeout=timeout)
        if operation:
            notes, answer = _called(operation, json.loads(body or b"{}"))
            self._notes += notes
            return Response(200, {}, json.dumps(answer).encode())
        note, status = _put_or_delete(method, url, headers or {}, body or b"")
        self._notes.append(note)
        return Response(status, {}, b"{}")


def _called(operation: str, given: dict[str, Any]) -> tuple[list[Note], dict[str, Any]]:
    """What a call in JSON would have done, and what a service answers that has done it."""
    match operation:
        case "SendMessageBatch":
            entries = given["Entries"]
            notes = [Note("queue", _described(entry["MessageBody"])) for entry in entries]
            return notes, {"Successful": [{"Id": entry["Id"]} for entry in entries]}
        case "SendMessage":
            return [Note("queue", _described(given["MessageBody"]))], {}
        case "PutEvents":
            return [Note("start", entry["Detail"]) for entry in given["Entries"]], {"FailedEntryCount": 0}
        case "PutItem":
            return [_item(given["Item"])], {}
        case "UpdateItem":
            return [_item(given["Key"])], {}
        case "TransactWriteItems":
            writes = [write for item in given["TransactItems"] for write in item.values()]
            return [_item(write.get("Item") or write["Key"]) for write in writes], {}
        case _:
            raise NotImplementedError(f"{operation} has no rehearsal: it was not made")


def _item(item: dict[str, Any]) -> Note:
    return Note("count", f"{item['pk']['S']} {item['sk']['S']}")


def _described(message: str) -> str:
    try:
        found = json.loads(message)
        ids, reason = found["ids"], found.get("reason")
    except (ValueError, KeyError, TypeError):
        return message[:200]
    who = f"{found['dataset']}/{ids[0]}" if len(ids) == 1 else f"{len(ids)} ids of {found['dataset']} from {ids[0]}"
    return f"{who}, dead: {reason}" if reason else f"{who}, attempt {found.get('attempt', 0)}"


def _put_or_delete(method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[Note, int]:
    """What would have been done to an object, or to the line, and the status that says that it was."""
    path = unquote(urlsplit(url).path).lstrip("/")
    bunny = "AccessKey" in headers
    match method:
        case "PUT" if "event-source-mappings" in path:
            return Note("stop", "the line"), 202
        case "PUT":
            return Note("store", f"{path} ({len(body):,} bytes)"), 201 if bunny else 200
        case "DELETE":
            return Note("remove", path), 200 if bunny else 204
        case _:
            raise NotImplementedError(f"{method} has no rehearsal: it was not made")
