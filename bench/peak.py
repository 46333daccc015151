"""The most memory that this process has held."""

import resource
import sys
from pathlib import Path


def peak_mb() -> float:
    """Resident MB. Linux's VmHWM knows of this program only; getrusage's figure begins with the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
