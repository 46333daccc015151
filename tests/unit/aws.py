"""AWS for tests: moto, asked over HTTP as AWS is; or one that answers through what looks like a client of boto3."""

import asyncio
from types import SimpleNamespace
from typing import Any

import orjson
import requests
from botocore import xform_name
from botocore.exceptions import ClientError, EndpointConnectionError

from lambdas.common.aws import JSON, Aws
from lambdas.common.clock import Clock, SystemClock
from lambdas.common.errors import Retry
from lambdas.common.http import Response, Transport
from lambdas.common.sigv4 import Credentials, Signer

REGION = "us-east-1"


class Hasty(SystemClock):
    """Remembers how long it should have slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class Moto:
    """A Transport to moto, which takes the place of AWS below `requests` while it is on."""

    async def request(self, method: str, url: str, **options: Any) -> Response:
        answer = requests.request(  # noqa: ASYNC210 - it goes nowhere
            method, url, headers=options["headers"], data=options["body"], timeout=options["timeout"], stream=True
        )
        # moto gives a HEAD the length of the body that it does not have
        return Response(answer.status_code, answer.headers, b"" if method == "HEAD" else answer.content)


class Through:
    """A Transport that has a client of boto3, or what looks like one, answer the calls in JSON."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def request(self, method: str, url: str, **options: Any) -> Response:
        headers, body = options["headers"], options["body"]
        assert (method, url.partition("://")[0]) == ("POST", "https")
        assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=testing/")
        prefix, _, operation = headers["x-amz-target"].partition(".")
        assert prefix in {dialect.prefix for dialect in JSON.values()}
        try:
            answer = await asyncio.to_thread(getattr(self._client, xform_name(operation)), **orjson.loads(body))
        except ClientError as error:
            said = {"__type": f"com.amazonaws#{error.response['Error']['Code']}", **error.response["Error"]}
            reasons = error.response.get("CancellationReasons", [])
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
            return Response(status, {}, orjson.dumps({**said, "CancellationReasons": reasons}))
        except EndpointConnectionError as error:
            raise Retry("POST failed: EndpointConnectionError") from error
        return Response(200, {}, orjson.dumps(answer, default=str))


def aws(transport: Transport | None = None, clock: Clock | None = None) -> Aws:
    """AWS behind a transport, moto's unless told."""
    signer = Signer(REGION, Credentials("testing", "testing"))
    return Aws(REGION, signer, transport or Moto(), clock or Hasty())


def invocation(function: str, *, seconds: float) -> Any:
    """What Lambda tells a handler of the invocation at hand."""
    return SimpleNamespace(
        function_name=function,
        memory_limit_in_mb=512,
        invoked_function_arn=f"arn:aws:lambda:{REGION}:000000000000:function:{function}",
        aws_request_id="11111111-0000-0000-0000-000000000000",
        get_remaining_time_in_millis=lambda: round(1000 * seconds),
    )
