"""`make audit`: known vulnerabilities of every dependency that is pinned, as OSV knows them (https://osv.dev).

It says so when OSV cannot be asked: nothing found is not the same as nothing looked up.
"""

import subprocess
import sys
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
PINS = ("requirements-dev.txt", "local/emulator-requirements.txt", "bench/requirements.txt")
"""Each function's requirements are a part of the first."""
OSV = "https://api.osv.dev/v1/vulns/PYSEC-2024-24"
"""One that there is."""
_SECONDS = 10


def main() -> int:
    """The exit status: 0 when there is none, 1 when there is one, 2 when nobody knows."""
    try:
        with urlopen(OSV, timeout=_SECONDS):
            pass
    except (URLError, TimeoutError) as error:
        print(f"make audit: api.osv.dev cannot be asked from here ({error}): nothing was looked up", file=sys.stderr)
        return 2
    pins = [argument for file in PINS for argument in ("--requirement", str(ROOT / file))]
    options = ["--require-hashes", "--disable-pip", "--vulnerability-service", "osv", "--progress-spinner", "off"]
    audited = subprocess.run([sys.executable, "-m", "pip_audit", *options, *pins], check=False)
    return min(audited.returncode, 1)


if __name__ == "__main__":
    sys.exit(main())
