"""AWS, as the stages call it: signed requests through a Transport, and JSON in and out where a service speaks it.

boto3 would cost 20 MB, 0.2 s of a cold start, and ten times the CPU of the request itself. What it does besides is done
here: outages, throttling and lost connections are tried again a few times, and the endpoint may be an emulator's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import orjson

from lambdas.common.clock import Clock
from lambdas.common.errors import Retry
from lambdas.common.http import Response, Transport
from lambdas.common.settings import AwsSettings
from lambdas.common.sigv4 import Credentials, Signer

TIMEOUT = 7.0
"""Seconds of one try."""
_TRIES = 3
_PAUSE = 0.1
_BUSY = ("Throttl", "ThroughputExceeded", "RequestLimitExceeded", "TooManyRequests", "TransactionInProgress")
"""Parts of the codes by which a service asks to be asked again."""


class Dialect(NamedTuple):
    """How a service wants to be spoken to in JSON: what precedes its operations, and the version of the protocol."""

    name: str
    prefix: str
    version: str


JSON = {
    "dynamodb": Dialect("DynamoDB", "DynamoDB_20120810", "1.0"),
    "events": Dialect("EventBridge", "AWSEvents", "1.1"),
    "secretsmanager": Dialect("Secrets Manager", "secretsmanager", "1.1"),
    "sqs": Dialect("SQS", "AmazonSQS", "1.0"),
    "ssm": Dialect("SSM", "AmazonSSM", "1.1"),
}
"""The services that speak it, by the names that they are signed for."""


class Refused(Retry):
    """A service answered, and did not do it. `code` is its name for why; a transaction has `reasons`, one a part.

    Of its words the first line is told and nothing kept: below that, AWS repeats the headers of what it found signed
    wrongly.
    """

    def __init__(self, what: str, answer: Response) -> None:
        said = _object(answer.body)
        self.code = code_of(answer)
        self.reasons = [str(reason.get("Code")) for reason in said.get("CancellationReasons") or ()]
        words = str(said.get("message") or said.get("Message")).partition("\n")[0]
        super().__init__(f"{what}: {answer.status} {self.code}: {words}")


@dataclass(frozen=True, slots=True)
class Aws:
    """The services of one region. `endpoint`, without a slash at the end, stands in for AWS if there is one."""

    region: str
    signer: Signer
    transport: Transport
    clock: Clock
    endpoint: str = ""

    @classmethod
    def from_settings(cls, settings: AwsSettings, transport: Transport, clock: Clock) -> Self:
        """AWS as Lambda, or who stands in for it, tells of it."""
        keys = Credentials(settings.aws_access_key_id, settings.aws_secret_access_key, settings.aws_session_token)
        region = settings.aws_region
        return cls(region, Signer(region, keys), transport, clock, settings.aws_endpoint_url.rstrip("/"))

    def url(self, service: str) -> str:
        """Where a service is, without a slash at the end."""
        domain = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        return self.endpoint or f"https://{service}.{self.region}.{domain}"

    async def call(self, service: str, operation: str, *, tries: int = _TRIES, **arguments: Any) -> dict[str, Any]:
        """The answer to one operation of a service that speaks JSON; empty when a 200 says nothing.

        Raises Refused, or another Retry when no answer came.
        """
        name, prefix, version = JSON[service]
        headers = {"content-type": f"application/x-amz-json-{version}", "x-amz-target": f"{prefix}.{operation}"}
        body = orjson.dumps(arguments)
        try:
            answer = await self.request(
                service, "POST", f"{self.url(service)}/", headers=headers, body=body, tries=tries
            )
        except Retry as error:
            raise Retry(f"{name} did not {operation}: {error}") from error
        if answer.status == 200:
            return _object(answer.body)
        raise Refused(f"{name} did not {operation}", answer)

    async def request(
        self,
        service: str,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes = b"",
        tries: int = _TRIES,
        timeout: float = TIMEOUT,  # noqa: ASYNC109 - passed to the transport
    ) -> Response:
        """What a service answers to a signed request, good or bad. Raises Retry when no answer came."""
        attempt = 0
        while True:
            attempt += 1
            signed = self.signer.headers(service, method, url, headers, body, at=self.clock.time())
            try:
                answer = await self.transport.request(method, url, headers=signed, body=body or None, timeout=timeout)
            except Retry:
                if attempt == tries:
                    raise
            else:
                if attempt == tries or not _busy(answer):
                    return answer
            await self.clock.sleep(_PAUSE * 2**attempt)


def code_of(answer: Response) -> str:
    """The name that a service gives its error, without namespace and explanation."""
    name = answer.headers.get("x-amzn-errortype") or _object(answer.body).get("__type") or ""
    return str(name).partition(":")[0].rpartition("#")[2]


def _busy(answer: Response) -> bool:
    return (
        answer.status >= 500
        or answer.status == 429
        or (answer.status == 400 and any(part in code_of(answer) for part in _BUSY))
    )


def _object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`; an empty one when there is none: what does not say that it was done was not done."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
