"""Signature Version 4, measured by botocore's."""

import datetime as dt
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import botocore.auth
from botocore.awsrequest import AWSRequest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.common.sigv4 import Credentials, Signer

WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
MOMENTS = st.integers(0, 4_000_000_000)
KEYS = st.builds(Credentials, WORDS, WORDS, st.none() | WORDS)


def signed(auth: Any, request: AWSRequest, at: int) -> AWSRequest:
    """The request as botocore signs it at that time."""
    moment = dt.datetime.fromtimestamp(at, dt.UTC)
    clock = SimpleNamespace(datetime=SimpleNamespace(utcnow=lambda: moment))
    with (
        patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: moment, create=True),
        patch.object(botocore.auth, "datetime", clock, create=True),
    ):
        auth.add_auth(request)
    return request


@given(
    keys=KEYS,
    body=st.binary(max_size=200),
    at=MOMENTS,
    host=st.sampled_from(["sqs.eu-west-1.amazonaws.com", "[::1]:1"]),
)
def test_signs_as_botocore_does(keys: Credentials, body: bytes, at: int, host: str) -> None:
    """Whatever the credentials, the body and the time, our signature is the one that botocore makes."""
    url, headers = f"https://{host}/", {"x-amz-target": "AmazonSQS.SendMessage", "content-type": "application/json"}
    ours = Signer("eu-west-1", keys).headers("sqs", "POST", url, headers, body, at=at)
    theirs = signed(
        botocore.auth.SigV4Auth(keys, "sqs", "eu-west-1"), AWSRequest("POST", url, headers=headers, data=body), at
    )
    assert ours["authorization"] == theirs.headers["Authorization"]
    assert ours.get("x-amz-security-token") == keys.token


@given(
    keys=KEYS,
    method=st.sampled_from(["HEAD", "GET", "PUT", "DELETE"]),
    target=st.sampled_from(
        [
            "/movie/550.pb.lz4",
            "/bucket/a%20b%2B",
            "/?list-type=2&prefix=tv%2F7%2F",
            "/?continuation-token=a%2B&list-type=2",
        ]
    ),
    body=st.binary(max_size=200),
    at=MOMENTS,
)
def test_signs_for_s3_as_botocore_does(keys: Credentials, method: str, target: str, body: bytes, at: int) -> None:
    """Requests to S3, with any method, key and query, are signed with the digest of their body, as botocore does."""
    url, headers = f"https://edge.s3.eu-west-1.amazonaws.com{target}", {"if-none-match": "*", "x-amz-meta-a": "1"}
    ours = Signer("eu-west-1", keys).headers("s3", method, url, headers, body, at=at)
    request = AWSRequest(method, url, headers=headers, data=body)
    request.context["client_config"] = SimpleNamespace(s3={"payload_signing_enabled": True})
    theirs = signed(botocore.auth.S3SigV4Auth(keys, "s3", "eu-west-1"), request, at)
    assert ours["authorization"] == theirs.headers["Authorization"]
    assert ours["x-amz-content-sha256"] == theirs.headers["X-Amz-Content-SHA256"]
