"""The `tmdb` command as a shell runs it: a process of its own, bytes in, bytes out."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def tmdb(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run it to its end."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments], cwd=ROOT, input=given, capture_output=True, check=False
    )
