"""`python -m bench.server`: TMDB, Bunny, S3 and SQS in one process that speaks TLS and answers as fast as Python can.

It checks nothing and keeps nothing: what costs time here is not measured, but it must not make the clients wait. The
fakes in local/ are for behaviour; this one is for load.
"""

import argparse
import asyncio
import hashlib
import ssl
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from bench import bodies
from local import certificate
from local.processes import started
from local.serving import LOOPBACK, announce_and_wait

_HEADERS = """\
Content-Type: application/json;charset=utf-8
Content-Encoding: gzip
Connection: keep-alive
Server: openresty
Date: Sun, 01 Nov 2026 12:00:00 GMT
Cache-Control: public, max-age=21600
X-Memc: HIT
X-Memc-Key: 0cc175b9c0f1b6a831c399e269772661
X-Memc-Age: 3600
X-Memc-Expires: 18000
ETag: W/"0cc175b9c0f1b6a831c399e269772661"
Vary: Accept-Encoding,Origin
X-Cache: Hit from cloudfront
Via: 1.1 0cc175b9.cloudfront.net (CloudFront)
X-Amz-Cf-Pop: FRA56-P5
X-Amz-Cf-Id: 0cc175b9c0f1b6a831c399e2697726610cc175b9c0f1b6a831c399e2""".replace("\n", "\r\n")
"""What TMDB's answers carry, in number and size: a client has to parse it."""
_STORED = b'{"HttpCode":201,"Message":"File uploaded."}'


@dataclass(frozen=True)
class Served:
    """Where the server listens, and the environment of a process that trusts it and takes it for AWS."""

    url: str
    env: dict[str, str]
    folder: Path

    def ids(self, ids: Sequence[int]) -> str:
        """The name of a file that holds these ids."""
        path = self.folder / f"ids-{len(ids)}-{ids[0]}.json"
        path.write_bytes(orjson.dumps(ids))
        return str(path)


@contextmanager
def serving(count: int, export: int = 0) -> Iterator[Served]:
    """Run the server while the context lasts, with a mix of `count` bodies and an export of that many lines."""
    path = bodies.export(export) if export else None
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        public, _ = certificate.write(folder, LOOPBACK)
        command = [sys.executable, "-m", "bench.server", "--bodies", str(count), "--folder", str(folder)]
        port_file = folder / "port"
        with started([*command, *(["--export", str(path)] if path else [])], folder / "server.log") as server:
            server.wait_until(port_file.exists, 60)
            url: str = orjson.loads(port_file.read_bytes())["url"]
            trust = dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE"), str(public))
            aws = {
                "AWS_ENDPOINT_URL": url,
                "AWS_REGION": "us-east-1",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "bench",
                "AWS_SECRET_ACCESS_KEY": "bench",
                "AWS_EC2_METADATA_DISABLED": "true",
            }
            yield Served(url, trust | aws, folder)


class Answers:
    """Every answer there is, ready to send. `asked` counts requests by verb and first step of the path."""

    def __init__(self, count: int, export: Path | None) -> None:
        self.asked: Counter[str] = Counter()
        self._bodies = {str(body.id).encode(): _answer(200, body.gzip, _HEADERS) for body in bodies.mix(count)}
        self._export = _answer(200, export.read_bytes(), "Content-Type: application/gzip") if export else b""

    def to(self, verb: bytes, target: bytes, headers: bytes, body: bytes) -> bytes:
        """The whole answer to a request."""
        path = target.partition(b"?")[0]
        first, _, rest = path[1:].partition(b"/")
        if first == b"_asked":
            return _answer(200, orjson.dumps(dict(self.asked)))
        self.asked[f"{verb.decode()} {first.decode()}"] += 1
        match verb, first:
            case b"GET", b"3":
                return self._bodies.get(rest.removeprefix(b"movie/")) or _answer(404, b'{"status_code":34}')
            case b"GET", b"p":
                return self._export
            case b"HEAD", _:
                return _answer(404, b"")
            case b"PUT", b"zone":
                return _answer(201, _STORED, "Content-Type: application/json")
            case b"PUT", _:
                return _answer(200, b"", 'ETag: "0cc175b9c0f1b6a831c399e269772661"')
            case b"POST", _ if b"AmazonSQS.SendMessageBatch" in headers:
                return _answer(200, _accepted(body), "Content-Type: application/x-amz-json-1.0")
        return _answer(404, b"{}")


def _answer(status: int, body: bytes, headers: str = "Content-Type: application/json") -> bytes:
    return f"HTTP/1.1 {status} .\r\n{headers}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _accepted(body: bytes) -> bytes:
    entries = orjson.loads(body)["Entries"]
    taken = [
        {
            "Id": entry["Id"],
            "MessageId": "0cc175b9-c0f1-b6a8-31c3-99e269772661",
            "MD5OfMessageBody": hashlib.md5(entry["MessageBody"].encode(), usedforsecurity=False).hexdigest(),
        }
        for entry in entries
    ]
    return orjson.dumps({"Successful": taken, "Failed": []})


class _Connection(asyncio.Protocol):
    """Reads one request after the other; just enough of HTTP/1.1 for clients that behave."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._read = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for mypy
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._read[:end])
            lower = head.lower()
            _, _, after = lower.partition(b"\r\ncontent-length:")
            length = int(after.partition(b"\r\n")[0] or 0)
            if b"\r\nexpect: 100-continue" in lower and len(self._read) == end + 4:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            if len(self._read) < end + 4 + length:
                return
            body = bytes(self._read[end + 4 : end + 4 + length])
            del self._read[: end + 4 + length]
            verb, target, _ = head.split(b" ", 2)
            self._transport.write(self._answers.to(verb, target, head, body))


async def _main(arguments: argparse.Namespace) -> None:
    answers = Answers(arguments.bodies, arguments.export)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.folder / "certificate.pem", arguments.folder / "key.pem")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(answers), LOOPBACK, 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    await announce_and_wait({"url": f"https://{LOOPBACK}:{port}"}, arguments.folder / "port")


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bodies", type=int, required=True)
    parser.add_argument("--export", type=Path)
    parser.add_argument("--folder", type=Path, required=True, help="holds the certificate; the port is written there")
    asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    main()
