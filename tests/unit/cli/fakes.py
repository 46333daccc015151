"""What verbs call, made of dicts: Lambda in a few lines, TMDB and Bunny; and a fuse that ends the process at a call."""

import base64
import gzip
import hashlib
import io
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from lambdas.common.http import Response, Transport

GONE = Response(404, {}, b'{"success":false,"status_code":34,"status_message":"The resource could not be found."}')
BUNNY = "http://bunny/zone"


class Killed(BaseException):
    """The end of the process, at the worst moment."""


@dataclass
class Fuse:
    """Kills at the call of AWS, TMDB or Bunny that has the number `at`: before it arrives, or before its answer does.

    What was killed makes no further call, whatever its `finally` says.
    """

    at: int | None = None
    arrives: bool = False
    calls: int = 0
    dead: bool = False

    def arm(self, at: int | None, *, arrives: bool = False) -> None:
        """Count calls from now on, and kill at one of them, or at none."""
        self.at, self.arrives, self.calls, self.dead = at, arrives, 0, False

    def before(self, **_: Any) -> None:
        """A call is about to be made."""
        self.calls += 1
        self.dead |= self.calls == self.at and not self.arrives
        self._burn()

    def after(self, **_: Any) -> None:
        """A call was answered."""
        self.dead |= self.calls == self.at
        self._burn()

    def _burn(self) -> None:
        if self.dead:
            raise Killed


@dataclass
class Fused:
    """A Transport with a fuse."""

    transport: Transport
    fuse: Fuse

    async def request(self, method: str, url: str, **options: Any) -> Response:
        self.fuse.before()
        answer = await self.transport.request(method, url, **options)
        self.fuse.after()
        return answer


class Busy(Exception):
    """A mapping that is being changed."""


@dataclass
class Functions:
    """boto3's client of Lambda, as far as verbs use it."""

    environments: Mapping[str, Mapping[str, str]]
    state: str = "Enabled"
    code: dict[str, bytes] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    """What each function answers; a text is an error."""
    asked: list[Any] = field(default_factory=list)
    exceptions = SimpleNamespace(ResourceInUseException=Busy)

    def get_function_configuration(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        sha256 = base64.b64encode(hashlib.sha256(self.code.get(FunctionName, b"")).digest()).decode()
        return {"Environment": {"Variables": self.environments[FunctionName]}, "CodeSha256": sha256}

    def list_event_source_mappings(self, **_: Any) -> dict[str, Any]:
        return {"EventSourceMappings": [{"UUID": "mapping", "State": self.state}]}

    def update_event_source_mapping(self, UUID: str, Enabled: bool) -> None:  # noqa: N803 - boto3's
        if self.state == "Updating":
            raise Busy
        self.state = "Enabled" if Enabled else "Disabled"

    def update_function_code(self, FunctionName: str, ZipFile: bytes) -> None:  # noqa: N803 - boto3's
        self.code[FunctionName] = ZipFile

    def invoke(self, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        self.asked.append(json.loads(Payload))
        answer = self.answers[FunctionName]
        failed = {"FunctionError": "Unhandled"} if isinstance(answer, str) else {}
        body = {"errorMessage": answer} if failed else answer
        return {"Payload": io.BytesIO(json.dumps(body).encode()), **failed}

    def get_waiter(self, name: str) -> Any:
        assert name == "function_updated_v2"
        return SimpleNamespace(wait=lambda FunctionName: FunctionName)  # noqa: N803 - boto3's


@dataclass
class Internet:
    """Transports to TMDB (`movie/550` -> body), its exports, and Bunny (`movie/550.pb.lz4` -> object)."""

    titles: dict[str, bytes] = field(default_factory=dict)
    exports: dict[str, bytes] = field(default_factory=dict)
    bunny: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    dies_at: str = ""
    """Being asked for this ends the process."""
    fuse: Fuse = field(default_factory=Fuse)

    def __call__(self, *, connections: int) -> "Internet":
        assert connections > 0
        return self

    async def close(self) -> None:
        """Nothing is open."""

    async def request(self, method: str, url: str, **options: Any) -> Response:
        path = urlsplit(url).path.removeprefix("/")
        self.fuse.before()
        self.asked.append(f"{method} {path}")
        if path == self.dies_at:
            raise Killed
        answer = self._answer(method, url, path, options.get("body"))
        self.fuse.after()
        return answer

    def _answer(self, method: str, url: str, path: str, body: bytes | None) -> Response:
        if not url.startswith(BUNNY):
            found = self.titles.get(path.removeprefix("3/"))
            return Response(200, {}, found) if found else GONE
        key = path.removeprefix("zone/")
        match method:
            case "PUT":
                self.bunny[key] = body or b""
                return Response(201, {}, b"")
            case "DELETE":
                for gone in [one for one in self.bunny if one == key or (key.endswith("/") and one.startswith(key))]:
                    del self.bunny[gone]
                return Response(200, {}, b"")
            case _ if key.endswith("/"):
                return Response(404, {}, b"")
        return Response(200, {}, self.bunny[key]) if key in self.bunny else Response(404, {}, b"")

    @asynccontextmanager
    async def stream(self, url: str) -> AsyncIterator[tuple[int, Mapping[str, str], AsyncIterator[bytes]]]:
        name = url.rsplit("/", 1)[1].rsplit("_", 3)[0]

        async def chunks() -> AsyncIterator[bytes]:
            yield self.exports[name]

        yield (200, {}, chunks()) if name in self.exports else (404, {}, chunks())

    def export(self, name: str, ids: Iterable[int]) -> None:
        """Have the newest export of this name list these ids."""
        self.exports[name] = gzip.compress(b"".join(b'{"id":%d,"adult":false}\n' % id for id in ids))
