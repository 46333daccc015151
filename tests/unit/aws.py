"""AWS for tests: moto, asked over HTTP as AWS is; or one that answers through what looks like a client of boto3."""

import asyncio
from collections.abc import Mapping
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

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 30.0,  # noqa: ASYNC109 - a Transport
    ) -> Response:
        answer = requests.request(  # noqa: ASYNC210 - it goes nowhere
            method, url, headers=headers, data=body, timeout=timeout, stream=True
        )
        # moto gives a HEAD the length of the body that it does not have
        return Response(answer.status_code, answer.headers, b"" if method == "HEAD" else answer.content)


class Through:
    """A Transport that has a client of boto3, or what looks like one, answer the calls in JSON."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 30.0,  # noqa: ASYNC109 - a Transport
    ) -> Response:
        assert headers and body and (method, url.partition("://")[0]) == ("POST", "https")
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
