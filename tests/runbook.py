"""The runbook's commands, and which layer of tests runs each: what needs AWS or a shell in units, others deployed."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "runbook.md"

IN_UNITS = (
    "tmdb deploy --stage prod",
    "tmdb deploy --only harvester --stage prod",
    "tmdb deploy --only collector --stage prod",
    "tmdb init --stage prod --rotate",
    "tmdb setup-alerts --webhook --stage prod",
    "tmdb plan --dataset movie --stage prod",
    "make proto",
    "make deploy STAGE=prod",
)
"""Run by tests/unit/cli/test_runbook.py; all others by tests/system/test_runbook.py."""


def commands() -> list[str]:
    """Every command of the page once, in order."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return list(dict.fromkeys(line for block in blocks for line in block.splitlines() if line.strip()))
