"""The storage API of a fake Bunny zone (https://docs.bunny.net/reference/storage-api).

PUT      /{zone}/{path}     store; 201. `Checksum`: SHA-256, upper-case hex; 400 when the body differs
GET      /{zone}/{path}     the bytes; with a trailing slash the list of that folder, as JSON
DESCRIBE /{zone}/{path}     the metadata of one file
DELETE   /{zone}/{path}     remove a file or, with all in it, a folder
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson
from aiohttp import web

from local.bunny.files import BadPath, Files, checksum
from local.faults import Faults, reset

_DESCRIBE = "REPORT"
"""aiohttp's compiled parser refuses Bunny's verb DESCRIBE, so a connection renames it to one that it knows."""


class Fault(StrEnum):
    """The ways in which an answer may be bad."""

    REFUSED = "401"
    """The key is not known, although it is right."""
    TOO_MANY = "429"
    INTERNAL = "500"
    UNAVAILABLE = "503"
    RESET = "reset"
    """The connection is reset before anything is done."""
    LOST = "lost"
    """The request is carried out, then the connection is reset."""
    HANG = "hang"
    """Nothing is done and nothing answered, on a connection that stays open."""
    STUCK = "stuck"
    """The request is carried out, the answer comes late."""
    WRONG_BYTES = "wrong"
    """A bit is turned on the way there, or back."""
    CUT = "cut"
    """A complete answer whose body lacks its second half."""
    FOLDER = "folder"
    """A 400 that is no checksum error: the folder could not be made."""


_REFUSALS = {
    Fault.REFUSED: (401, "Unauthorized"),
    Fault.TOO_MANY: (429, "Too Many Requests"),
    Fault.INTERNAL: (500, "Internal Server Error"),
    Fault.UNAVAILABLE: (503, "Service Unavailable"),
}


@dataclass(kw_only=True)
class Behaviour:
    """How the zone behaves; each field may change while it runs."""

    zone: str = "zone"
    key: str = "fake-key"
    """The `AccessKey`."""
    uploads: int = 100
    """PUTs at once."""
    latency: float = 0.0
    """Seconds that each upload takes at least."""
    stuck: float = 30.0
    """Seconds until an answer that the fault `stuck` hit."""


class Storage:
    """Handles the requests of the storage port."""

    def __init__(self, files: Files, behaviour: Behaviour, faults: Faults[Fault]) -> None:
        self._files = files
        self._behaviour = behaviour
        self._faults = faults
        self._uploading = 0
        self.peak_uploads = 0
        self.statuses: Counter[str] = Counter()
        """Answers by verb and status, as in `PUT 201`."""
        self.faulty: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        """How often each verb and path was asked for, as in `PUT movie/550.pb.lz4`."""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        verb = "DESCRIBE" if request.method == _DESCRIBE else request.method
        zone, _, path = request.path.removeprefix("/").partition("/")
        self.asked[f"{verb} {path}"] += 1
        if zone != self._behaviour.zone or request.headers.get("AccessKey") != self._behaviour.key:
            response = answer(401, "Unauthorized")
        else:
            response = await self._unreliable(request, verb, path)
        self.statuses[f"{verb} {response.status}"] += 1
        return response

    async def _unreliable(self, request: web.BaseRequest, verb: str, path: str) -> web.Response:
        fault = self._faults.draw(path)
        if fault:
            self.faulty[fault] += 1
        if fault in _REFUSALS:
            return answer(*_REFUSALS[fault])
        match fault:
            case Fault.HANG:
                await asyncio.Event().wait()  # until the client goes away
            case Fault.FOLDER:
                return answer(
                    400,
                    f"Unable to upload file: Failed to create file, directory for path does not exist: {path}",
                )
            case Fault.RESET:
                reset(request)
                return answer(500, "")
        try:
            response = await self._carry_out(request, verb, path, damaged=fault is Fault.WRONG_BYTES)
        except BadPath as bad:
            return answer(400, f"Invalid path: {bad}")
        if fault is Fault.LOST:
            reset(request)
        if fault is Fault.CUT and isinstance(response.body, bytes):
            response.body = response.body[: len(response.body) // 2]
        if fault is Fault.STUCK:
            await asyncio.sleep(self._behaviour.stuck)
        return response

    async def _carry_out(self, request: web.BaseRequest, verb: str, path: str, *, damaged: bool) -> web.Response:
        match verb:
            case "PUT":
                return await self._upload(request, path, damaged=damaged)
            case "DELETE":
                return (
                    answer(200, "File deleted successfuly.")
                    if self._files.delete(path)
                    else answer(404, "Object Not Found")
                )
            case "GET" if not path or path.endswith("/"):
                return _json(self._files.list(path))
            case "GET":
                found = self._files.read(path)
                if found is None:
                    return answer(404, "Object Not Found")
                return web.Response(body=_damaged(found) if damaged else found)
            case "DESCRIBE":
                metadata = self._files.describe(path)
                return _json(metadata) if metadata else answer(404, "Object Not Found")
        return answer(405, "Method Not Allowed")

    async def _upload(self, request: web.BaseRequest, path: str, *, damaged: bool) -> web.Response:
        if self._uploading >= self._behaviour.uploads:
            return answer(429, "Too Many Requests")
        self._uploading += 1
        self.peak_uploads = max(self.peak_uploads, self._uploading)
        try:
            body, expected = await request.content.read(), request.headers.get("Checksum")
            body = _damaged(body) if damaged else body
            if self._behaviour.latency:
                await asyncio.sleep(self._behaviour.latency)
            if not path or path.endswith("/"):
                raise BadPath(path)
            if expected is not None and expected != checksum(body):
                return answer(400, "Checksum and file contents mismatched")
            self._files.write(path, body)
            return answer(201, "File uploaded.")
        finally:
            self._uploading -= 1

    def summary(self) -> dict[str, Any]:
        """What was asked and answered so far, as JSON values."""
        return {
            "statuses": dict(sorted(self.statuses.items())),
            "faults": {str(fault): count for fault, count in sorted(self.faulty.items())},
            "peak_uploads": self.peak_uploads,
        }


class StorageServer(web.Server):
    """A server whose connections understand DESCRIBE."""

    def __call__(self) -> web.RequestHandler:
        return _Connection(self, loop=asyncio.get_running_loop())


class _Connection(web.RequestHandler):
    def data_received(self, data: bytes) -> None:
        if data.startswith(b"DESCRIBE "):
            data = _DESCRIBE.encode() + data.removeprefix(b"DESCRIBE")
        super().data_received(data)


def answer(status: int, message: str) -> web.Response:
    """Bunny's short JSON body."""
    return _json({"HttpCode": status, "Message": message}, status)


def _json(body: object, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")


def _damaged(body: bytes) -> bytes:
    """The same with one bit turned."""
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :] if body else body
