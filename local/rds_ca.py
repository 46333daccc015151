"""`make rds-ca`: the roots of RDS in every region, from where AWS publishes them, into the file that functions trust.

Of AWS's bundle the roots are kept that signed themselves and hold on; not the intermediate certificates, nor those of
test regions. BUNDLE=file takes a bundle at hand, such as that of another partition: GovCloud's, or China's.
"""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from lambdas.common.catalog.settings import RDS_CA
from local.emulator import ROOT

PUBLISHED = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
_NAME = re.compile(r"Amazon RDS [a-z]+(-[a-z]+)+-\d Root CA (RSA2048|RSA4096|ECC384) G\d")
_HEADER = """\
# The roots that certificates of RDS and Aurora lead to, as AWS publishes them: global-bundle.pem of
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html without what has expired, intermediate
# certificates and test regions. Written by `make rds-ca`.
"""


def roots(bundle: bytes, now: datetime) -> str:
    """The file of a bundle's roots, each below its name, by region. Raises ValueError when there is none."""
    found = dict(sorted(_roots(x509.load_pem_x509_certificates(bundle), now)))
    if not found:
        raise ValueError("no root of RDS is in that bundle")
    return _HEADER + "".join(f"# {name}\n{pem}" for name, pem in found.items())


def _roots(certificates: list[x509.Certificate], now: datetime) -> Iterator[tuple[str, str]]:
    for one in certificates:
        name = str(one.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)
        if _NAME.fullmatch(name) and one.not_valid_after_utc > now and _signed_itself(one):
            yield name, one.public_bytes(Encoding.PEM).decode()


def _signed_itself(certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(certificate)
    except (InvalidSignature, ValueError):
        return False
    return True


def main() -> None:
    """Write the file, and say how many regions it knows."""
    if given := sys.argv[1:]:
        bundle = Path(given[0]).read_bytes()
    else:
        with urlopen(PUBLISHED, timeout=30) as answer:
            bundle = answer.read()
    text = roots(bundle, datetime.now(UTC))
    (ROOT / RDS_CA).write_text(text)
    regions = set(re.findall(r"^# Amazon RDS (\S+)", text, re.MULTILINE))
    print(f"{RDS_CA}: {len(regions)} regions")


if __name__ == "__main__":
    main()
