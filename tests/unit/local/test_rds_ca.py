"""The roots that functions trust: what of AWS's bundle is kept."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lambdas.common.catalog.settings import RDS_CA
from local import certificate
from local.rds_ca import roots

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def another(tmp_path: Path) -> bytes:
    """A certificate that signed itself, but is none of RDS's."""
    public, _ = certificate.write(tmp_path, "127.0.0.1")
    return public.read_bytes()


def test_the_committed_file_is_what_the_command_writes(another: bytes) -> None:
    """Whatever else is in a bundle, and in whatever order: the same roots are the same file."""
    committed = (ROOT / RDS_CA).read_text()
    end = "-----END CERTIFICATE-----\n"
    shuffled = end.join(reversed(committed.split(end)[:-1])) + end
    assert roots(another + shuffled.encode(), NOW) == committed


def test_what_has_expired_is_left_out() -> None:
    """A root that nobody may trust any more is not shipped; of some regions then only the longer-lived are left."""
    committed = (ROOT / RDS_CA).read_text()
    later = roots(committed.encode(), datetime(2070, 1, 1, tzinfo=UTC))
    assert "RSA2048" not in later and "us-east-1 Root CA ECC384" in later


def test_a_bundle_of_others_is_refused(another: bytes) -> None:
    """A file without roots would refuse every server."""
    with pytest.raises(ValueError, match="no root of RDS"):
        roots(another, NOW)
