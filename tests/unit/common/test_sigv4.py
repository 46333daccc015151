"""Signature Version 4, measured by botocore's."""

import datetime as dt
from types import SimpleNamespace
from unittest.mock import patch

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from lambdas.common.sigv4 import Signer

WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
MOMENTS = st.integers(0, 4_000_000_000)


@given(
    key=WORDS,
    secret=WORDS,
    token=st.none() | WORDS,
    body=st.binary(max_size=200),
    at=MOMENTS,
    host=st.sampled_from(["sqs.eu-west-1.amazonaws.com", "127.0.0.1:4566"]),
)
def test_signs_as_botocore_does(key: str, secret: str, token: str | None, body: bytes, at: int, host: str) -> None:
    """Whatever the credentials, the body and the time, our signature is the one that botocore makes."""
    credentials = ReadOnlyCredentials(key, secret, token)
    url, headers = f"https://{host}/", {"X-Amz-Target": "AmazonSQS.SendMessage", "Content-Type": "application/json"}
    ours = Signer("sqs", "eu-west-1", lambda: credentials).headers(url, headers, body, at=at)

    theirs = AWSRequest("POST", url, headers=headers, data=body)
    moment = dt.datetime.fromtimestamp(at, dt.UTC)
    with (
        patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: moment, create=True),
        patch.object(
            botocore.auth, "datetime", SimpleNamespace(datetime=SimpleNamespace(utcnow=lambda: moment)), create=True
        ),
    ):
        botocore.auth.SigV4Auth(credentials, "sqs", "eu-west-1").add_auth(theirs)
    assert ours["authorization"] == theirs.headers["Authorization"]
    assert ours.get("x-amz-security-token") == token
