"""A stage as its services are called: with keys that are good when a call is made."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from botocore.credentials import RefreshableCredentials

from cli.stage import Stage


async def test_keys_are_renewed_while_a_verb_is_at_work() -> None:
    """Who waits for hours signs with what a role or SSO gives by then, and not with what has expired."""

    def keys(name: str) -> dict[str, str]:
        until = datetime.now(UTC) + timedelta(hours=1)
        return {"access_key": name, "secret_key": "secret", "token": name, "expiry_time": until.isoformat()}

    found = RefreshableCredentials.create_from_metadata(keys("first"), lambda: keys("second"), "sso")
    session = SimpleNamespace(region_name="us-east-1", get_credentials=lambda: found)
    async with Stage("dev", {}, session).aws() as aws:

        def signed() -> tuple[str, bool]:
            headers = aws.signer.headers("sqs", "POST", aws.url("sqs"), {}, b"", at=0)
            token = headers["x-amz-security-token"]
            return token, f"Credential={token}/" in headers["authorization"]

        assert signed() == ("first", True)
        found._expiry_time = datetime.now(UTC)  # an hour has passed
        assert signed() == ("second", True)
